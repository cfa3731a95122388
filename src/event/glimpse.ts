// The beginning of any value as JSON, for a reason or a log line. `JSON.stringify` writes the whole of it first, and overflows the
// stack on a few kilobytes of `{"0":{"0":…`: what comes from outside must not be handed to it only to be shown. Pure, browser-safe.

/**
 * The first `lengthMax` characters of a value's JSON, with `…` when there is more; `missing` for undefined. Takes time and stack
 * by `lengthMax`, whatever the value: each level of nesting takes a character at least.
 */
export function toGlimpse(value: unknown, lengthMax: number): string {
  if (value === undefined) return 'missing';
  let text = '';
  const isFull = () => text.length > lengthMax;

  function write(part: unknown): void {
    if (isFull()) return;
    if (Array.isArray(part)) {
      text += '[';
      for (let i = 0; i < part.length && !isFull(); i++) {
        if (i > 0) text += ',';
        write(part[i]);
      }
      text += ']';
    } else if (typeof part === 'object' && part !== null) {
      text += '{';
      let isFirst = true;
      for (const key in part) {
        if (isFull()) return;
        if (!Object.hasOwn(part, key)) continue;
        text += `${isFirst ? '' : ','}${quote(key)}:`;
        isFirst = false;
        write((part as Record<string, unknown>)[key]);
      }
      text += '}';
    } else text += typeof part === 'string' ? quote(part) : (JSON.stringify(part) ?? 'null');
  }

  // A long text is cut before it is quoted, not after.
  const quote = (words: string) => JSON.stringify(words.slice(0, lengthMax + 1));
  write(value);
  return isFull() ? `${text.slice(0, lengthMax)}…` : text;
}
