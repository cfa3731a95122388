// FDSN's and EMSC's instants in text: ISO 8601, UTC. Pure.

const PATTERN = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?)?(?:Z|\+00:?00)?$/;

/**
 * Milliseconds since the epoch, UTC; the fraction keeps microseconds (`…27.26815Z` ends in 268.15).
 * Null when the text is not such an instant or names a day or hour that does not exist.
 * A missing `Z` means UTC all the same (FDSN); other zones are refused.
 */
export function parseInstant(text: string): number | null {
  const match = PATTERN.exec(text);
  if (!match) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction] = match;
  const wholeMs = Date.UTC(+year!, +month! - 1, +day!, +hour, +minute, +second);
  const date = new Date(wholeMs);
  // A leap second (:60) is the first second of the next minute; anything else that rolled over is no instant.
  const exists =
    +hour < 24 &&
    +minute < 60 &&
    +second <= 60 &&
    new Date(wholeMs - (+second === 60 ? 1000 : 0)).getUTCDate() === +day!;
  if (!exists || date.getUTCFullYear() < 0 || Number.isNaN(wholeMs)) return null;
  return fraction === undefined ? wholeMs : wholeMs + Number(`0.${fraction}`) * 1000;
}

/** An instant as FDSN's parameters take it: `2023-02-06T01:17:32.600`, milliseconds, rounded down, UTC without `Z`. */
export function formatFdsnInstant(ms: number): string {
  return new Date(Math.floor(ms)).toISOString().slice(0, -1);
}
