// An agency that says what a test wants: the replay without a recording, present time, and Features made from a
// recorded one with the fields of interest replaced.

import { readFileSync } from 'node:fs';
import { systemClock } from '../../src/clock.ts';
import { createRandom } from '../../src/replay/faults.ts';
import { createReplay, type Replay } from '../../src/replay/replay.ts';

const recorded = JSON.parse(readFileSync('fixtures/emsc/websocket/create-20250305_0000090.json', 'utf8')) as {
  data: RecordedFeature;
};

interface RecordedFeature {
  id: string;
  geometry: { coordinates: [number, number, number] };
  properties: Record<string, unknown>;
}

export interface FeatureChange {
  readonly unid: string;
  readonly timeMs: number;
  readonly lastUpdateMs: number;
  readonly latitudeDeg?: number;
  readonly longitudeDeg?: number;
  /** Null: the agency gives none. */
  readonly magnitude?: number | null;
  readonly depthKm?: number;
  readonly region?: string;
}

/** The text of a Feature as EMSC writes it. */
export function toFeatureText(change: FeatureChange): string {
  const feature = structuredClone(recorded.data);
  const { properties, geometry } = feature;
  feature.id = change.unid;
  properties['unid'] = change.unid;
  properties['time'] = new Date(change.timeMs).toISOString();
  properties['lastupdate'] = new Date(change.lastUpdateMs).toISOString();
  properties['lat'] = change.latitudeDeg ?? properties['lat'];
  properties['lon'] = change.longitudeDeg ?? properties['lon'];
  properties['mag'] = change.magnitude === undefined ? properties['mag'] : change.magnitude;
  properties['depth'] = change.depthKm ?? properties['depth'];
  properties['flynn_region'] = change.region ?? properties['flynn_region'];
  geometry.coordinates = [Number(properties['lon']), Number(properties['lat']), -Number(properties['depth'])];
  return JSON.stringify(feature);
}

export async function startAgency(): Promise<Replay> {
  const agency = createReplay({
    rows: [],
    speed: 1,
    startMs: Date.now(),
    faults: {},
    random: createRandom(1),
    clock: systemClock,
    host: '127.0.0.1',
    port: 0,
  });
  await agency.start();
  return agency;
}

/** Flags that point Quakewire at an agency and let it ask as often as a test needs. */
export function toAgencyArgs({ websocketUrl, fdsnUrl }: Replay): string[] {
  return [
    ...['--emsc-websocket-url', websocketUrl, '--emsc-fdsn-url', fdsnUrl, '--emsc-fdsn-interval-s', '0.02'],
    ...['--emsc-reconcile-s', '1', '--emsc-confirm-s', '0.3', '--drain-s', '0'],
  ];
}
