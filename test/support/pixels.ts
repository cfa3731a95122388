// Pixels of a page as a reader sees them, from screenshots that the page itself decodes.

import type { Page } from 'playwright-core';

interface Place {
  readonly x: number;
  readonly y: number;
}

/** In the page: a PNG's bytes as red, green, blue, alpha. */
const DECODE = `async (base64) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const drawing = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  drawing.drawImage(bitmap, 0, 0);
  return Array.from(drawing.getImageData(0, 0, bitmap.width, bitmap.height).data);
}`;

/** A square around a place, `reachPx` to each side; red, green, blue, alpha for each pixel. */
export async function cropPixels(page: Page, { x, y }: Place, reachPx: number): Promise<number[]> {
  const side = 2 * reachPx;
  const clip = { x: Math.round(x) - reachPx, y: Math.round(y) - reachPx, width: side, height: side };
  const image = await page.screenshot({ clip, type: 'png' });
  return (await page.evaluate(`(${DECODE})('${image.toString('base64')}')`)) as number[];
}

/** `#rrggbb` of one pixel. */
export async function hexAt(page: Page, place: Place): Promise<string> {
  const pixels = await cropPixels(page, place, 2);
  const middle = pixels.slice(4 * (2 * 4 + 2), 4 * (2 * 4 + 2) + 3);
  return `#${middle.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** How many pixels of two equal squares differ by more than a tenth when colour is taken away. */
export function differentInGrey(a: readonly number[], b: readonly number[]): number {
  let count = 0;
  for (let i = 0; i < a.length; i += 4) if (Math.abs(greyOf(a, i) - greyOf(b, i)) > 25) count++;
  return count;
}

function greyOf(pixels: readonly number[], at: number): number {
  return 0.2126 * pixels[at]! + 0.7152 * pixels[at + 1]! + 0.0722 * pixels[at + 2]!;
}
