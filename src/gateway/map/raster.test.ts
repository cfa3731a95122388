import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type CardDrawing, drawCard } from './card.ts';
import { encodePng } from './png.ts';
import { createCanvas, toCircle, toPolygons, toRing } from './raster.ts';
import { measureText, outlineText, wrapText } from './text.ts';

const colorAt = ({ width, pixels }: { width: number; pixels: Uint8Array }, x: number, y: number) => [
  ...pixels.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

test('fill() covers what a polygon covers: whole pixels wholly, halved ones by half', () => {
  const canvas = createCanvas(6, 4, [0, 0, 0]);
  canvas.fill([[1, 1, 3.5, 1, 3.5, 3, 1, 3]], [200, 100, 50]);
  expect(colorAt(canvas, 0, 1)).toEqual([0, 0, 0]);
  expect(colorAt(canvas, 1, 1)).toEqual([200, 100, 50]);
  expect(colorAt(canvas, 3, 2)).toEqual([100, 50, 25]);
  expect(colorAt(canvas, 4, 1)).toEqual([0, 0, 0]);
  expect(colorAt(canvas, 2, 3)).toEqual([0, 0, 0]);
});

test('fill() draws of a shape that reaches over the edges what lies within', () => {
  const canvas = createCanvas(4, 4, [0, 0, 0]);
  canvas.fill([[-10, -10, 20, -10, 20, 20, -10, 20]], [9, 9, 9]);
  expect(canvas.pixels.every((value) => value === 9)).toBe(true);
  canvas.fill([toCircle(50, 50, 10), toCircle(-50, 2, 10)], [200, 200, 200]);
  expect(canvas.pixels.every((value) => value === 9)).toBe(true);
});

test('a circle has the area of a circle; a ring has a hole', () => {
  const canvas = createCanvas(60, 60, [0, 0, 0]);
  canvas.fill([toCircle(30, 30, 20)], [250, 0, 0]);
  const area = canvas.pixels.reduce((sum, value) => sum + value / 250, 0);
  expect(area).toBeGreaterThan(Math.PI * 400 * 0.99);
  expect(area).toBeLessThan(Math.PI * 400 * 1.01);
  const other = createCanvas(60, 60, [0, 0, 0]);
  other.fill(toRing(30, 30, 20, 4), [250, 0, 0]);
  expect(colorAt(other, 30, 30)).toEqual([0, 0, 0]);
  expect(colorAt(other, 12, 30)[0]).toBeGreaterThan(200);
});

test('toPolygons() reads relative lines, omitted spaces and several rings', () => {
  expect(toPolygons('M1 2l3-1 .5.5ZM10 10L20 10L20 20Z', 2, 0, 1)).toEqual([
    [2, 5, 8, 3, 9, 4],
    [20, 21, 40, 21, 40, 41],
  ]);
});

test('words are outlined, measured, and wrapped within their width whatever they are', () => {
  expect(outlineText('Île', 0, 0, 20, 'bold').length).toBeGreaterThan(3);
  expect(measureText('mm', 20, 'regular')).toBeCloseTo(2 * measureText('m', 20, 'regular'), 6);
  for (const text of [
    'OFF COAST OF CENTRAL CHILE',
    'W'.repeat(300),
    '日本 ☃ constructor toString',
    '<b>x</b>',
  ]) {
    const lines = wrapText(text, 40, 'bold', 300, 2);
    expect(lines.length).toBeLessThanOrEqual(2);
    for (const line of lines) expect(measureText(line, 40, 'bold')).toBeLessThanOrEqual(300);
  }
});

test('encodePng() makes a file whose data are the rows as they were', async () => {
  const pixels = Uint8Array.from({ length: 3 * 2 * 3 }, (_, i) => i * 10);
  const png = await encodePng(pixels, 3, 2);
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([3, 2]);
  const length = png.readUInt32BE(33);
  const rows = inflateSync(png.subarray(41, 41 + length));
  expect([...rows]).toEqual([0, ...pixels.subarray(0, 9), 0, ...pixels.subarray(9)]);
});

test('a card is drawn for any event, at the poles, without magnitude, withdrawn', () => {
  const dot = { latitudeDeg: -90, longitudeDeg: 180, magnitude: null, ageMs: 0 };
  const drawing: CardDrawing = {
    ...{
      dots: [dot],
      event: { ...dot, withdrawn: true },
      title: 'No magnitude',
      place: '',
      lines: [],
      mark: 'x',
    },
  };
  const { pixels } = drawCard(drawing);
  expect(new Set(pixels).size).toBeGreaterThan(10);
  expect(drawCard({ ...drawing, event: null }).pixels).not.toEqual(pixels);
});
