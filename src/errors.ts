// The closed table of expected failures, and the one error class that carries them.
// docs/errors.md lists the same codes; a test compares both ways.

/** Code → whether a retry without a human's hand can help. */
export const ERROR_CODES = {
  CONFIG_INVALID: false,
  DATA_DIR_UNUSABLE: false,
  DATABASE_NEWER: false,
  LOG_FULL: true,
  LOG_UNAVAILABLE: true,
  STORE_UNAVAILABLE: true,
  BACKUP_FAILED: true,
  PORT_TAKEN: false,
  PROVENANCE_MISMATCH: false,
  AGENCY_UNREACHABLE: true,
  AGENCY_ANSWER_UNUSABLE: true,
  QUERY_INVALID: false,
  EVENT_UNKNOWN: false,
  CHUNK_UNKNOWN: false,
  CHUNK_MALFORMED: false,
  ROUTE_UNKNOWN: false,
  REQUEST_REFUSED: false,
  RATE_EXCEEDED: true,
  STREAMS_FULL: true,
  NOT_READY: true,
  UNEXPECTED: false,
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** An expected failure: its code decides what can be done, its fields carry the facts. */
export class QuakewireError extends Error {
  readonly code: ErrorCode;
  /** True when a later try can succeed without anyone's doing. */
  readonly retriable: boolean;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; facts?: Record<string, unknown> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'QuakewireError';
    this.code = code;
    this.retriable = ERROR_CODES[code];
    this.facts = options.facts ?? {};
  }
}

/** What a newer Quakewire wrote into a topic stops the stage that meets it: passed over, it would be missing for good. */
export function toNewerError(action: string, reason: string, facts: Record<string, unknown>): QuakewireError {
  return new QuakewireError('DATABASE_NEWER', `Cannot ${action}: ${reason}; run the newer Quakewire`, {
    facts,
  });
}

/** The words of anything thrown, for a log line or a status. */
export function toMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
