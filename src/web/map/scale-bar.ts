// Which round length a scale bar shows. Pure, browser-safe.

const STEPS = [1, 2, 3, 5] as const;

/** The longest of 1, 2, 3, 5, 10, 20, … that is no longer than `lengthMax`, in the same unit. */
export function roundLength(lengthMax: number): number {
  const power = 10 ** Math.floor(Math.log10(lengthMax));
  const step = STEPS.findLast((known) => known * power <= lengthMax) ?? 1;
  return step * power;
}
