import { expect, test } from 'vitest';
import { parseMetrics, toSample } from './scrape.ts';

const TEXT = `# HELP quakewire_stage_offset Last offset a stage has applied
# TYPE quakewire_stage_offset gauge
quakewire_stage_offset{stage="store",topic="quake.reports.v1"} 41
quakewire_stage_offset{stage="store",topic="quake.events.v1"} 7

quakewire_live_streams 12
quakewire_delay_seconds_bucket{le="+Inf"} +Inf 1700000000000
not a sample
`;

test('samples are found by name and labels, comments and nonsense are passed over', () => {
  const samples = parseMetrics(TEXT);
  expect(toSample(samples, 'quakewire_stage_offset', { topic: 'quake.events.v1' })).toBe(7);
  expect(toSample(samples, 'quakewire_live_streams')).toBe(12);
  expect([...samples.keys()]).toEqual([
    'quakewire_stage_offset',
    'quakewire_live_streams',
    'quakewire_delay_seconds_bucket',
  ]);
});

test('a sample that is not there is null, never 0', () => {
  expect(toSample(parseMetrics(TEXT), 'quakewire_live_streams', { stage: 'none' })).toBeNull();
  expect(toSample(parseMetrics(''), 'quakewire_live_streams')).toBeNull();
});
