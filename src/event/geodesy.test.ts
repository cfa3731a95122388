import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distanceDeg } from './geodesy.ts';

const latitude = fc.double({ min: -90, max: 90, noNaN: true });
const longitude = fc.double({ min: -180, max: 180, noNaN: true });

describe('distanceDeg()', () => {
  it('measures along a meridian and the equator in their own degrees', () => {
    expect(distanceDeg(10, 25, 43.5, 25)).toBeCloseTo(33.5, 12);
    expect(distanceDeg(0, 170, 0, -170)).toBeCloseTo(20, 12);
    expect(distanceDeg(80, 0, 80, 180)).toBeCloseTo(20, 12);
  });

  it('agrees with the angle between the vectors to both points', () => {
    const toVector = (latitudeDeg: number, longitudeDeg: number) => {
      const [north, east] = [(latitudeDeg * Math.PI) / 180, (longitudeDeg * Math.PI) / 180];
      return [Math.cos(north) * Math.cos(east), Math.cos(north) * Math.sin(east), Math.sin(north)] as const;
    };
    fc.assert(
      fc.property(latitude, longitude, latitude, longitude, (a, b, c, d) => {
        const [u, v] = [toVector(a, b), toVector(c, d)];
        const cross = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
        const dot = u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
        expect(distanceDeg(a, b, c, d)).toBeCloseTo(
          (Math.atan2(Math.hypot(...cross), dot) * 180) / Math.PI,
          5,
        );
      }),
    );
  });

  it('tells points a metre apart from one another', () => {
    expect(distanceDeg(37.1736, 37.032, 37.1736 + 1e-5, 37.032)).toBeCloseTo(1e-5, 12);
  });

  it('gives 180 for antipodes, 0 for the same point, and the same both ways', () => {
    expect(distanceDeg(12.3, 45.6, -12.3, 45.6 - 180)).toBeCloseTo(180, 6);
    fc.assert(
      fc.property(latitude, longitude, latitude, longitude, (a, b, c, d) => {
        const forth = distanceDeg(a, b, c, d);
        expect(forth).toBeGreaterThanOrEqual(0);
        expect(forth).toBeLessThanOrEqual(180);
        expect(distanceDeg(c, d, a, b)).toBeCloseTo(forth, 9);
        expect(distanceDeg(a, b, a, b)).toBe(0);
      }),
    );
  });
});
