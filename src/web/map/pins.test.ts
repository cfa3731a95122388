import { expect, test } from 'vitest';
import { drawPin, PIN_PATH } from './pins.ts';

test('a pin is a drop with its tip at the lower edge’s middle and a hole in its head, at any density', () => {
  for (const ratio of [1, 2, 3]) {
    const { width, height, data } = drawPin(ratio);
    const alpha = (x: number, up: number) =>
      data[4 * (Math.floor(height - up * ratio - 0.5) * width + Math.floor(width / 2 + x * ratio)) + 3];
    expect([alpha(0, 14), alpha(0, 8), alpha(5, 14), alpha(-5, 14)]).toEqual([0, 255, 255, 255]);
    // Beside the tip, and in the corners, there is nothing.
    expect([alpha(-4, 1), alpha(4, 1), data[3], data[4 * (width - 1) + 3]]).toEqual([0, 0, 0, 0]);
  }
});

test('the pin’s path begins at its tip and has only numbers in it', () => {
  expect(PIN_PATH).toMatch(/^M0 0L-6\.06 -10\.5A7 7 0 1 1 6\.06 -10\.5Z[Ma\d .Z-]+$/);
});
