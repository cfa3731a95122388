// The types of reports and events, derived from ./schema.ts. Everything else imports them from here.
// Pure, browser-safe: types alone, nothing of this file reaches a bundle.

import type { Static } from 'typebox';
import type {
  ChangedFieldSchema,
  DeadLetterSchema,
  MagnitudeSchema,
  OriginSchema,
  QuakeEventSchema,
  SolutionReportSchema,
  WithdrawalReportSchema,
} from './schema.ts';

declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** Quakewire's identifier of an event, such as `emsc-20230206_0000008`; made by `toEventId`. */
export type EventId = Branded<string, 'EventId'>;
/** Identity of one report's content, equal for a repeated delivery; made by `toReportId`. */
export type ReportId = Branded<string, 'ReportId'>;
/** `<epoch>:<offset>` in `quake.events.v1`: everything up to and including that offset has been seen. */
export type Cursor = Branded<string, 'Cursor'>;

export type Origin = Static<typeof OriginSchema>;
export type Magnitude = Static<typeof MagnitudeSchema>;
export type SolutionReport = Static<typeof SolutionReportSchema>;
export type WithdrawalReport = Static<typeof WithdrawalReportSchema>;
export type Report = SolutionReport | WithdrawalReport;
export type ChangedField = Static<typeof ChangedFieldSchema>;
export type QuakeEvent = Omit<Static<typeof QuakeEventSchema>, 'id'> & { id: EventId };
export type DeadLetter = Static<typeof DeadLetterSchema>;
