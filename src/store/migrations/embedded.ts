// The embedded store's migrations in order. Released ones are never edited: a change is a new file.

import type { Migration } from '../../sqlite/open.ts';
import { eventsReportsPositions } from './0001-events-reports-positions.ts';

export const STORE_MIGRATIONS: readonly Migration[] = [eventsReportsPositions];
