import { expect, test } from 'vitest';
import { toMagnitudeTypeName } from './magnitude-type.ts';

test.each([
  ['mw', 'Mw'],
  ['MW', 'Mw'],
  ['mww', 'Mww'],
  ['Mwr', 'Mwr'],
  ['ml', 'ML'],
  ['ML', 'ML'],
  ['mb', 'mb'],
  ['MB', 'mb'],
  ['md', 'Md'],
  ['ms', 'Ms'],
  ['ms_20', 'Ms_20'],
  ['mb_lg', 'mb_Lg'],
  ['mblg', 'mb_Lg'],
  ['m', 'M'],
])('toMagnitudeTypeName() writes "%s" as seismologists do: %s', (sent, written) => {
  expect(toMagnitudeTypeName(sent)).toBe(written);
});

test('toMagnitudeTypeName() keeps mB, which is another magnitude than mb', () => {
  expect(toMagnitudeTypeName('mB')).toBe('mB');
});

test('toMagnitudeTypeName() says M where the agency gives no type', () => {
  for (const none of [null, '', ' ', 'uk', 'Unknown']) expect(toMagnitudeTypeName(none)).toBe('M');
});

test('toMagnitudeTypeName() leaves what it does not know as it came', () => {
  expect(toMagnitudeTypeName('Mxyz')).toBe('Mxyz');
});

test('toMagnitudeTypeName() is content with what it wrote itself', () => {
  for (const type of ['mw', 'ml', 'mb_lg', 'ms_bb', 'mjma', 'mB'])
    expect(toMagnitudeTypeName(toMagnitudeTypeName(type))).toBe(toMagnitudeTypeName(type));
});
