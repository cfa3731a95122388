import { describe, expect, test } from 'vitest';
import { toSentenceCase } from './region-name.ts';

describe('toSentenceCase()', () => {
  test.each([
    ['OFF COAST OF CENTRAL CHILE', 'Off coast of central Chile'],
    ['CENTRAL TURKEY', 'Central Turkey'],
    ['TURKEY-SYRIA BORDER REGION', 'Turkey-Syria border region'],
    ['SOUTH SANDWICH ISLANDS REGION', 'South Sandwich Islands region'],
    ['NEAR EAST COAST OF HONSHU, JAPAN', 'Near east coast of Honshu, Japan'],
    ['SOUTHERN MID-ATLANTIC RIDGE', 'Southern Mid-Atlantic Ridge'],
    ['NEW SOUTH WALES, AUSTRALIA', 'New South Wales, Australia'],
    ['WESTERN AUSTRALIA', 'Western Australia'],
    ['EASTERN NEW GUINEA REG., P.N.G.', 'Eastern New Guinea reg., P.N.G.'],
    ['KEP. MENTAWAI REGION, INDONESIA', 'Kep. Mentawai region, Indonesia'],
    ["OFFSHORE O'HIGGINS, CHILE", "Offshore O'Higgins, Chile"],
    ['LIBERTADOR O’HIGGINS', 'Libertador O’Higgins'],
    ["COAST OF COTE D'IVOIRE", "Coast of Cote d'Ivoire"],
    ["D'ENTRECASTEAUX ISLANDS REGION", "D'Entrecasteaux Islands region"],
    ["NEAR D'ENTRECASTEAUX ISLANDS", "Near D'Entrecasteaux Islands"],
    ["PRIMOR'YE, RUSSIA", "Primor'ye, Russia"],
    ["CHILDREN'S ISLAND", "Children's Island"],
    ['ÎLE DE LA RÉUNION REGION', 'Île De La Réunion region'],
  ])('reads %j as %j', (shouted, quiet) => {
    expect(toSentenceCase(shouted)).toBe(quiet);
  });

  test('leaves a name with small letters as it is', () => {
    expect(toSentenceCase(' 12 km SSW of Maria Antonia, Puerto Rico ')).toBe(
      '12 km SSW of Maria Antonia, Puerto Rico',
    );
  });

  test('leaves markup as the text it is', () => {
    expect(toSentenceCase('<b>Chile</b>')).toBe('<b>Chile</b>');
  });
});
