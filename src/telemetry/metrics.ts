// Prometheus metrics of every role, made in one place so that names, units and labels stay consistent.
// Labels have few values: an agency, a stage, a reason out of a closed list; never an id or an address.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds; from a hop inside one process to an agency's slow publication. */
const DELAY_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30, 120, 600, 3600];
/** Seconds; what one process, its log or its database takes, from a memory's answer to a time-out's. */
const WORK_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

export type Metrics = ReturnType<typeof createMetrics>;

/** All metrics on a registry of their own; `process` adds Node's own (CPU, memory, event loop). */
export function createMetrics(options: { process?: boolean } = {}) {
  const registry = new Registry();
  if (options.process) collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    reports: new Counter({
      name: 'quakewire_reports_total',
      help: 'Reports acknowledged by the log',
      labelNames: ['agency', 'via'] as const,
      registers,
    }),
    agencyDelay: new Histogram({
      name: 'quakewire_agency_delay_seconds',
      help: "From the agency's own time of a version of an earthquake to its reaching us by the agency's stream",
      labelNames: ['agency'] as const,
      buckets: DELAY_BUCKETS_S,
      registers,
    }),
    deadLetters: new Counter({
      name: 'quakewire_dead_letters_total',
      help: 'Messages that could not be read',
      labelNames: ['agency', 'via'] as const,
      registers,
    }),
    sourceUnknownActions: new Counter({
      name: 'quakewire_source_unknown_actions_total',
      help: 'Messages whose action is neither create nor update',
      labelNames: ['agency'] as const,
      registers,
    }),
    sourceReconnects: new Counter({
      name: 'quakewire_source_reconnects_total',
      help: 'Connections opened after the first',
      labelNames: ['agency'] as const,
      registers,
    }),
    sourceLive: new Gauge({
      name: 'quakewire_source_live',
      help: '1 while the source is live, else 0',
      labelNames: ['agency'] as const,
      registers,
    }),
    sourceLastMessage: new Gauge({
      name: 'quakewire_source_last_message_timestamp_seconds',
      help: 'When the last message with an event came, unix time',
      labelNames: ['agency'] as const,
      registers,
    }),
    publicationDelay: new Histogram({
      name: 'quakewire_publication_delay_seconds',
      help: 'From the origin time of an earthquake to its first report reaching us',
      labelNames: ['agency'] as const,
      buckets: DELAY_BUCKETS_S,
      registers,
    }),
    appendDuration: new Histogram({
      name: 'quakewire_append_duration_seconds',
      help: 'From a record being ready to the log having acknowledged it, waits for a log that is away among it',
      labelNames: ['topic'] as const,
      buckets: WORK_BUCKETS_S,
      registers,
    }),
    events: new Counter({
      name: 'quakewire_events_total',
      help: 'New events by the magnitude of their first report; prompt: it came within a day of the earthquake',
      labelNames: ['magnitude', 'arrival'] as const,
      registers,
    }),
    revisions: new Counter({
      name: 'quakewire_revisions_total',
      help: 'Revisions written to quake.events.v1',
      labelNames: ['kind'] as const,
      registers,
    }),
    reportsUnchanging: new Counter({
      name: 'quakewire_reports_unchanging_total',
      help: 'Reports that changed nothing: older, or repeated',
      registers,
    }),
    reportsForeign: new Counter({
      name: 'quakewire_reports_foreign_total',
      help: 'Reports of another earthquake than the one their identifier stood for; not taken',
      registers,
    }),
    stageOffset: new Gauge({
      name: 'quakewire_stage_offset',
      help: 'Last offset a stage has applied',
      labelNames: ['stage', 'topic'] as const,
      registers,
    }),
    logEnd: new Gauge({
      name: 'quakewire_log_end_offset',
      help: 'Offset that the next record of a topic will have, as this process last saw it',
      labelNames: ['topic'] as const,
      registers,
    }),
    associateLeads: new Gauge({
      name: 'quakewire_associate_leads',
      help: '1 while this process associates, 0 while it stands by',
      registers,
    }),
    stageRetries: new Counter({
      name: 'quakewire_stage_retries_total',
      help: 'Times a stage had to wait for its log or database',
      labelNames: ['stage'] as const,
      registers,
    }),
    storeWriteDuration: new Histogram({
      name: 'quakewire_store_write_duration_seconds',
      help: 'Time of one transaction of the store, with all the records that came together',
      labelNames: ['topic'] as const,
      buckets: WORK_BUCKETS_S,
      registers,
    }),
    storeRecordsSkipped: new Counter({
      name: 'quakewire_store_records_skipped_total',
      help: 'Records of the log that the store could not decode and left out',
      labelNames: ['topic'] as const,
      registers,
    }),
    liveStreams: new Gauge({ name: 'quakewire_live_streams', help: 'Open /live streams', registers }),
    liveStreamsMax: new Gauge({
      name: 'quakewire_live_streams_max',
      help: 'Streams that this gateway takes at most',
      registers,
    }),
    liveOpened: new Counter({
      name: 'quakewire_live_opened_total',
      help: 'Streams opened: new, resumed at a cursor, or reset because their cursor is too old',
      labelNames: ['as'] as const,
      registers,
    }),
    liveFrames: new Counter({
      name: 'quakewire_live_frames_total',
      help: 'Frames encoded for /live',
      registers,
    }),
    liveBehind: new Counter({
      name: 'quakewire_live_behind_total',
      help: 'Times that a reader had more unread than its queue holds, and was put back to reading from the history',
      registers,
    }),
    liveDropped: new Counter({
      name: 'quakewire_live_dropped_total',
      help: 'Streams closed because their reader took no bytes',
      registers,
    }),
    liveEnded: new Counter({
      name: 'quakewire_live_ended_total',
      help: 'Streams ended by the gateway at a frame border, to be resumed elsewhere',
      labelNames: ['reason'] as const,
      registers,
    }),
    liveRefused: new Counter({
      name: 'quakewire_live_refused_total',
      help: 'Requests for a stream answered with 503',
      labelNames: ['reason'] as const,
      registers,
    }),
    liveResets: new Counter({
      name: 'quakewire_live_resets_total',
      help: 'Resumes answered with a reset',
      labelNames: ['reason'] as const,
      registers,
    }),
    refused: new Counter({
      name: 'quakewire_refused_total',
      help: 'Requests and connections refused before anything was done for them',
      labelNames: ['reason'] as const,
      registers,
    }),
    gatewayDelay: new Histogram({
      name: 'quakewire_gateway_delay_seconds',
      help: 'From a report reaching us to its event being written to the streams',
      buckets: DELAY_BUCKETS_S,
      registers,
    }),
    catalogueEvents: new Gauge({
      name: 'quakewire_catalogue_events',
      help: 'Events that this gateway holds in memory, from the log (withdrawn ones, too) and from the starter catalogue',
      labelNames: ['from'] as const,
      registers,
    }),
    httpRequests: new Counter({
      name: 'quakewire_http_requests_total',
      help: 'HTTP answers by route and status class',
      labelNames: ['route', 'status'] as const,
      registers,
    }),
    httpDuration: new Histogram({
      name: 'quakewire_http_request_duration_seconds',
      help: 'From a request to the end of its answer; streams, which last, are not among them',
      labelNames: ['route'] as const,
      buckets: WORK_BUCKETS_S,
      registers,
    }),
    logLines: new Counter({
      name: 'quakewire_log_lines_total',
      help: 'Lines written to the log output',
      labelNames: ['level'] as const,
      registers,
    }),
    ready: new Gauge({
      name: 'quakewire_ready',
      help: '1 while /readyz says yes, else 0',
      registers,
    }),
    buildInfo: new Gauge({
      name: 'quakewire_build_info',
      help: 'Always 1; which Quakewire on which Node this is',
      labelNames: ['version', 'node'] as const,
      registers,
    }),
    backupLastSuccess: new Gauge({
      name: 'quakewire_backup_last_success_timestamp_seconds',
      help: 'When the newest whole backup in --backup-dir was made, unix time; absent where there is none',
      registers,
    }),
    diskFree: new Gauge({
      name: 'quakewire_disk_free_bytes',
      help: 'Free bytes of the file system that holds --data-dir, or would',
      registers,
    }),
    diskSize: new Gauge({
      name: 'quakewire_disk_size_bytes',
      help: 'Size of that file system',
      registers,
    }),
  };
}
