// The phone's bottom sheet: three heights, dragged by its head. Pure part: where a released sheet comes to rest.
// Pure, browser-safe.

export const DETENTS = ['low', 'half', 'full'] as const;
export type Detent = (typeof DETENTS)[number];

/** Height of the sheet that is in view, as a share of the screen's height. */
export const DETENT_SHARE: Readonly<Record<Detent, number>> = { low: 0.2, half: 0.52, full: 0.92 };

/** A flick of at least this many screen heights per second goes on to the next height. */
const FLICK = 0.6;

/** `share` where it was let go, `velocity` in screen heights per second, positive upwards. */
export function restingDetent(share: number, velocity: number): Detent {
  if (velocity >= FLICK) return DETENTS.find((detent) => DETENT_SHARE[detent] > share) ?? 'full';
  if (velocity <= -FLICK)
    return [...DETENTS].reverse().find((detent) => DETENT_SHARE[detent] < share) ?? 'low';
  const distance = (detent: Detent) => Math.abs(DETENT_SHARE[detent] - share);
  return DETENTS.reduce((best, detent) => (distance(detent) < distance(best) ? detent : best));
}

/** One step up, or from the top down to the lowest: what a tap on the handle does. */
export function nextDetent(detent: Detent): Detent {
  return DETENTS[(DETENTS.indexOf(detent) + 1) % DETENTS.length]!;
}
