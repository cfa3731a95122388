import { expect, test } from 'vitest';
import { readRevlog } from '../../src/replay/revlog.ts';
import { keepToOneEarthquake } from './one-earthquake.ts';

test('keepToOneEarthquake() leaves out what an identifier was used again for, and nothing else', async () => {
  const rows = await readRevlog(['fixtures/emsc/kahramanmaras-2023-02-06.tsv.gz']);
  const kept = keepToOneEarthquake(rows);
  const magnitudesOf = (unid: string) =>
    kept.filter((row) => row.unid === unid).map(({ magnitude }) => magnitude);
  // The main shock; its identifier was given to an aftershock of M 4.2 eleven hours later.
  expect(magnitudesOf('20230206_0000008')).toEqual([7.8, 7.8]);
  expect(rows.length - kept.length).toBe(12);
  expect(new Set(kept.map(({ unid }) => unid)).size).toBe(new Set(rows.map(({ unid }) => unid)).size);
});
