// What association tells of an event: the line of the log output, and the class that it counts under. Pure.
//
// The line is what the dashboard Earthquakes is drawn from (deploy/grafana/, docs/decisions/0040-dashboard-earthquakes.md): its
// fields are read there by name.

import { toMagnitudeTypeName } from '../event/magnitude-type.ts';
import type { Magnitude, QuakeEvent } from '../event/types.ts';

/** What came later than this after its earthquake is history that is filled in, and no news. */
const PROMPT_MS = 24 * 3_600_000;
/** A report that had been published for so long when it reached us was fetched with many others: a back-fill, a gap. */
const FRESH_MS = 3_600_000;

/** Classes of magnitude, from below; the last one is of events without. Values of a label: one digit is one class. */
export const MAGNITUDE_CLASSES = ['<2', '2-2.9', '3-3.9', '4-4.9', '5-5.9', '6-6.9', '7+', 'none'] as const;
export const ARRIVALS = ['prompt', 'late'] as const;
export const KINDS = ['new', 'revised', 'withdrawn'] as const;

export type Kind = (typeof KINDS)[number];

export function toKind({ state, revision }: QuakeEvent): Kind {
  if (state === 'withdrawn') return 'withdrawn';
  return revision === 1 ? 'new' : 'revised';
}

/** By the magnitude as it is shown, with one decimal: 6.95 is a 7. */
export function toMagnitudeClass(magnitude: Magnitude | null): (typeof MAGNITUDE_CLASSES)[number] {
  if (magnitude === null) return 'none';
  const whole = Math.floor(Math.round(magnitude.value * 10) / 10);
  return MAGNITUDE_CLASSES[Math.max(0, Math.min(6, whole - 1))]!;
}

/** `prompt`: this revision's report came within a day of the earthquake. */
export const toArrival = ({ receivedAtMs, origin }: QuakeEvent): (typeof ARRIVALS)[number] =>
  receivedAtMs - origin.originTimeMs < PROMPT_MS ? 'prompt' : 'late';

export interface News {
  /** One of many that came together: not for a person at a terminal, who is told of them in one line. */
  readonly bulk?: true;
  /** Fields of the line, below `event`. */
  readonly event: {
    readonly id: string;
    readonly revision: number;
    readonly kind: Kind;
    /** null: the agency gives none. */
    readonly magnitude: number | null;
    readonly magnitudeType: string | null;
    readonly latitudeDeg: number;
    readonly longitudeDeg: number;
    /** Kilometres below sea level; null: the agency gives none. */
    readonly depthKm: number | null;
    readonly region: string | null;
    /** ISO 8601, UTC. */
    readonly originTime: string;
    readonly agency: string;
  };
  readonly message: string;
}

export function toNews(event: QuakeEvent): News {
  const { id, revision, magnitude, region, agency } = event;
  const { latitudeDeg, longitudeDeg, depthKm, originTimeMs } = event.origin;
  const kind = toKind(event);
  const size =
    magnitude === null ? 'M ?' : `${toMagnitudeTypeName(magnitude.type)} ${magnitude.value.toFixed(1)}`;
  const place = region ?? `${latitudeDeg.toFixed(2)}, ${longitudeDeg.toFixed(2)}`;
  const what = kind === 'revised' ? `revision ${revision}` : kind;
  return {
    ...(event.receivedAtMs - event.updatedAtMs > FRESH_MS && { bulk: true }),
    event: {
      ...{ id, revision, kind },
      magnitude: magnitude?.value ?? null,
      magnitudeType: magnitude?.type ?? null,
      ...{ latitudeDeg, longitudeDeg, depthKm, region },
      originTime: new Date(originTimeMs).toISOString(),
      agency,
    },
    message: `${size}, ${place} (${what})`,
  };
}
