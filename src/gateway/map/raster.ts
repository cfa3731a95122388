// A small canvas: polygons with smooth edges over a picture of three bytes a pixel. Coverage is the signed area that
// edges leave in each pixel, summed along the row (as font-rs and stb_truetype do). Pure but for the picture it fills.

export type Rgb = readonly [red: number, green: number, blue: number];
/** Points of a closed line: x, y, x, y, … in pixels. */
export type Polygon = readonly number[];

export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, row by row from the top left. */
  readonly pixels: Uint8Array;
  /** Fills what the lines enclose; where they run against each other is a hole. `alpha` 0 to 1. */
  fill(polygons: readonly Polygon[], color: Rgb, alpha?: number): void;
}

export function createCanvas(width: number, height: number, [red, green, blue]: Rgb): Canvas {
  const pixels = new Uint8Array(width * height * 3);
  for (let i = 0; i < pixels.length; i += 3) {
    pixels[i] = red;
    pixels[i + 1] = green;
    pixels[i + 2] = blue;
  }
  // Two more than a row: what lies beyond the right edge is counted there, and seen nowhere.
  const stride = width + 2;
  const areas = new Float32Array(stride * height);
  let top = height;
  let bottom = 0;
  let left = width;
  let right = 0;

  function addEdge(fromX: number, fromY: number, toX: number, toY: number): void {
    if (fromY === toY) return;
    const direction = fromY < toY ? 1 : -1;
    const [startX, startY, endX, endY] = fromY < toY ? [fromX, fromY, toX, toY] : [toX, toY, fromX, fromY];
    const slope = (endX - startX) / (endY - startY);
    const firstRow = Math.max(0, Math.floor(startY));
    const endRow = Math.min(height, Math.ceil(endY));
    top = Math.min(top, firstRow);
    bottom = Math.max(bottom, endRow);
    for (let row = firstRow; row < endRow; row++) {
      const fromRowY = Math.max(row, startY);
      const toRowY = Math.min(row + 1, endY);
      if (toRowY <= fromRowY) continue;
      const x0 = clamp(startX + (fromRowY - startY) * slope, width);
      const x1 = clamp(startX + (toRowY - startY) * slope, width);
      addSlice(row * stride, Math.min(x0, x1), Math.max(x0, x1), (toRowY - fromRowY) * direction);
    }
  }

  /** One row's part of an edge from `left` to `right`; `area` is its height with the sign of its direction. */
  function addSlice(at: number, fromX: number, toX: number, area: number): void {
    const first = Math.floor(fromX);
    const last = Math.ceil(toX);
    left = Math.min(left, first);
    right = Math.max(right, last + 1);
    if (last <= first + 1) {
      const share = (fromX + toX) / 2 - first;
      areas[at + first]! += area * (1 - share);
      areas[at + first + 1]! += area * share;
      return;
    }
    // The height passed in each pixel lies, on average, in the middle of what was passed there.
    const perPixel = area / (toX - fromX);
    for (let x = first; x < last; x++) {
      const from = Math.max(fromX, x);
      const to = Math.min(toX, x + 1);
      const passed = perPixel * (to - from);
      const share = (from + to) / 2 - x;
      areas[at + x]! += passed * (1 - share);
      areas[at + x + 1]! += passed * share;
    }
  }

  return {
    width,
    height,
    pixels,
    fill(polygons, [r, g, b], alpha = 1) {
      [top, bottom, left, right] = [height, 0, width, 0];
      for (const points of polygons) {
        const count = points.length;
        for (let i = 0; i < count; i += 2) {
          const next = (i + 2) % count;
          addEdge(points[i]!, points[i + 1]!, points[next]!, points[next + 1]!);
        }
      }
      for (let row = top; row < bottom; row++) {
        let sum = 0;
        for (let x = left; x < Math.min(right, width); x++) {
          sum += areas[row * stride + x]!;
          const cover = Math.min(1, Math.abs(sum)) * alpha;
          if (cover < 0.004) continue;
          const pixel = (row * width + x) * 3;
          pixels[pixel] = pixels[pixel]! + (r - pixels[pixel]!) * cover;
          pixels[pixel + 1] = pixels[pixel + 1]! + (g - pixels[pixel + 1]!) * cover;
          pixels[pixel + 2] = pixels[pixel + 2]! + (b - pixels[pixel + 2]!) * cover;
        }
        areas.fill(0, row * stride + left, (row + 1) * stride);
      }
    },
  };
}

const clamp = (x: number, width: number) => Math.min(width, Math.max(0, x));

export function toCircle(x: number, y: number, radius: number): Polygon {
  const count = Math.max(16, Math.min(96, Math.ceil(radius * 4)));
  return Array.from({ length: count }, (_, i) => (2 * Math.PI * i) / count).flatMap((angle) => [
    x + radius * Math.cos(angle),
    y + radius * Math.sin(angle),
  ]);
}

/** A ring: the inner circle runs the other way, and is a hole. */
export function toRing(x: number, y: number, radius: number, widthPx: number): Polygon[] {
  const inner = [...toCircle(x, y, radius - widthPx)];
  const reversed: number[] = [];
  for (let i = inner.length - 2; i >= 0; i -= 2) reversed.push(inner[i]!, inner[i + 1]!);
  return [toCircle(x, y, radius), reversed];
}

/** Path data with M, L, l, H, V, Q, C and Z in absolute coordinates (l alone is relative), placed by scale and offset. */
export function toPolygons(path: string, scale: number, offsetX: number, offsetY: number): Polygon[] {
  const polygons: number[][] = [];
  let line: number[] = [];
  let [x, y] = [0, 0];
  const add = (nextX: number, nextY: number) => {
    [x, y] = [nextX, nextY];
    line.push(x * scale + offsetX, y * scale + offsetY);
  };
  for (const [, command, values] of path.matchAll(/([MLlHVQCZz])([^MLlHVQCZz]*)/g)) {
    const numbers = [...values!.matchAll(/-?(?:\d+\.?\d*|\.\d+)/g)].map(([text]) => Number(text));
    switch (command) {
      case 'M':
        if (line.length > 0) polygons.push(line);
        line = [];
        for (let i = 0; i < numbers.length; i += 2) add(numbers[i]!, numbers[i + 1]!);
        break;
      case 'L':
        for (let i = 0; i < numbers.length; i += 2) add(numbers[i]!, numbers[i + 1]!);
        break;
      case 'l':
        for (let i = 0; i < numbers.length; i += 2) add(x + numbers[i]!, y + numbers[i + 1]!);
        break;
      case 'H':
        for (const value of numbers) add(value, y);
        break;
      case 'V':
        for (const value of numbers) add(x, value);
        break;
      case 'Q':
        for (let i = 0; i < numbers.length; i += 4) {
          const [cx, cy, ex, ey] = numbers.slice(i, i + 4) as [number, number, number, number];
          const [sx, sy] = [x, y];
          for (const t of [0.25, 0.5, 0.75, 1])
            add(
              (1 - t) ** 2 * sx + 2 * t * (1 - t) * cx + t * t * ex,
              (1 - t) ** 2 * sy + 2 * t * (1 - t) * cy + t * t * ey,
            );
        }
        break;
      case 'C':
        for (let i = 0; i < numbers.length; i += 6) {
          const [ax, ay, bx, by, ex, ey] = numbers.slice(i, i + 6) as [
            ...[number, number, number],
            ...[number, number, number],
          ];
          const [sx, sy] = [x, y];
          for (const t of [0.2, 0.4, 0.6, 0.8, 1])
            add(
              (1 - t) ** 3 * sx + 3 * t * (1 - t) ** 2 * ax + 3 * t * t * (1 - t) * bx + t ** 3 * ex,
              (1 - t) ** 3 * sy + 3 * t * (1 - t) ** 2 * ay + 3 * t * t * (1 - t) * by + t ** 3 * ey,
            );
        }
        break;
    }
  }
  if (line.length > 0) polygons.push(line);
  return polygons;
}
