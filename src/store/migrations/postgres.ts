// The PostgreSQL store's migrations in order. Released ones are never edited: a change is a new file.

import { eventsReportsPositions } from './postgres-0001-events-reports-positions.ts';

/** One step of the tables' shape; its number is its place in the list, counting from 1. */
export interface PostgresMigration {
  readonly name: string;
  /** Statements on tables without schema; run in one transaction. */
  readonly sql: string;
}

export const POSTGRES_MIGRATIONS: readonly PostgresMigration[] = [eventsReportsPositions];
