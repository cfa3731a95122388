import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePlaceQuery, toPlaceText } from './place-in-address.ts';

test('a place survives the address to a thousandth of a degree', () => {
  const degrees = (max: number) => fc.double({ min: -max, max, noNaN: true });
  fc.assert(
    fc.property(degrees(85), degrees(180), fc.double({ min: 0, max: 11, noNaN: true }), (lat, lon, zoom) => {
      const text = toPlaceText({ latitudeDeg: lat, longitudeDeg: lon, zoom });
      const place = parsePlaceQuery(`?inview=1&at=${text}`)!;
      expect(Math.abs(place.latitudeDeg - lat)).toBeLessThanOrEqual(0.000_51);
      expect(Math.abs(place.longitudeDeg - lon)).toBeLessThanOrEqual(0.000_51);
      expect(Math.abs(place.zoom - zoom)).toBeLessThanOrEqual(0.005_1);
    }),
  );
});

test('what cannot be read counts as no place', () => {
  for (const at of ['', '1,2', '1,2,x', '91,0,3', '0,400,3', '1,2,3,4', '1e5,0,3'])
    expect(parsePlaceQuery(`?at=${at}`)).toBeNull();
});
