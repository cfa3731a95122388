import { describe, expect, test } from 'vitest';
import { ENGLISH } from './english.ts';
import { ENGLISH_MORE } from './english-more.ts';
import { createFormats } from './formats.ts';

const formats = createFormats(ENGLISH, 'en-GB', 'Europe/Istanbul');
const NOW = Date.UTC(2023, 1, 6, 1, 17, 35);

describe('createFormats()', () => {
  test.each([
    [0, '0 s ago'],
    [59_999, '59 s ago'],
    [60_000, '1 min ago'],
    [3_600_000, '1 h ago'],
    [47 * 3_600_000, '47 h ago'],
    [5 * 86_400_000, '5 d ago'],
    [400 * 86_400_000, '2 Jan 2022'],
    [-3000, '0 s ago'],
  ])('says %i ms ago as %j', (ageMs, words) => {
    expect(formats.ago(NOW - ageMs, NOW)).toBe(words);
  });

  test('shows magnitudes with one decimal and a true minus sign', () => {
    expect(formats.magnitude(7)).toBe('7.0');
    expect(formats.magnitude(-0.5)).toBe('−0.5');
  });

  test('shows depth with a decimal only where it is shallow', () => {
    expect(formats.kilometres(7.24)).toBe('7.2');
    expect(formats.kilometres(10)).toBe('10');
    expect(formats.kilometres(612.6)).toBe('613');
    expect(formats.kilometres(9.96)).toBe('10');
  });

  test('gives lengths in the reader’s unit, with it and without', () => {
    const miles = createFormats(ENGLISH, 'en-GB', 'UTC', 'mi');
    expect([formats.distance(70), formats.length(70), formats.units]).toEqual(['70 km', '70', 'km']);
    expect([miles.distance(70), miles.length(70), miles.units]).toEqual(['43 mi', '43', 'mi']);
    expect(ENGLISH_MORE.depthClasses(miles.length, miles.units)[0]).toBe('< 22 mi');
  });

  test('rounds a number of people to two digits, millions in words', () => {
    expect([formats.rounded(162_345), formats.rounded(1_064_000)]).toEqual(['160,000', '1.1 million']);
  });

  test('names the hemisphere instead of a sign', () => {
    expect(formats.coordinates(-17.944, -178.39)).toBe('17.94° S, 178.39° W');
  });

  test('counts a duration in its two largest units', () => {
    expect(formats.duration(48_000)).toBe('48 s');
    expect(formats.duration(192_000)).toBe('3 min 12 s');
    expect(formats.duration(-7_500_000)).toBe('2 h 5 min');
    expect(formats.duration(4 * 86_400_000)).toBe('4 d');
  });

  test('names a zone by its offset, with a true minus sign', () => {
    expect(formats.zone(NOW)).toBe('UTC+3');
    const names = ['America/Santiago', 'Asia/Kolkata', 'Africa/Abidjan', 'Etc/GMT+9'];
    expect(names.map((zone) => formats.zoneName(NOW, zone))).toEqual(['UTC−3', 'UTC+5:30', 'UTC', 'UTC−9']);
  });

  test('shows an instant in the reader’s zone and in UTC', () => {
    expect(formats.dateTime(NOW)).toBe('6 Feb 2023, 04:17:35');
    expect(formats.dateTimeUtc(NOW)).toBe('6 Feb 2023, 01:17:35');
  });
});
