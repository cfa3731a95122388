// How an event becomes a row: the same columns in every database.

import type { QuakeEvent } from '../../event/types.ts';

/** The columns of `events` behind `event_id`. */
export const EVENT_COLUMNS = [
  'revision',
  'state',
  'origin_time_ms',
  'latitude_deg',
  'longitude_deg',
  'depth_km',
  'magnitude',
  'magnitude_type',
  'event_type',
  'agency',
  'updated_at_ms',
  'log_offset',
  'event_json',
] as const;

/** Values of `event_id` and EVENT_COLUMNS. */
export function toColumns(event: QuakeEvent, offset: number): (string | number | null)[] {
  const { origin, magnitude } = event;
  return [
    event.id,
    event.revision,
    event.state,
    origin.originTimeMs,
    origin.latitudeDeg,
    origin.longitudeDeg,
    origin.depthKm,
    magnitude?.value ?? null,
    magnitude?.type ?? null,
    event.eventType,
    event.agency,
    event.updatedAtMs,
    offset,
    JSON.stringify(event),
  ];
}
