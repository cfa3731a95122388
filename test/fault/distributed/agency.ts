// The agency of a run: a recorded day and, beside it, reports made up in the recorded ones' likeness, so that something is on
// its way at every moment. Keeps all it has said, so that afterwards everyone can be asked whether they know.

import { revise } from '../../../src/associate/associate.ts';
import { createReplayClock, systemClock } from '../../../src/clock.ts';
import { toEventId } from '../../../src/event/identity.ts';
import type { QuakeEvent } from '../../../src/event/types.ts';
import { createRandom, type FdsnFault } from '../../../src/replay/faults.ts';
import { encodeFrame } from '../../../src/replay/frame.ts';
import { createReplay, type Replay } from '../../../src/replay/replay.ts';
import { readRevlog } from '../../../src/replay/revlog.ts';
import { toTimeline } from '../../../src/replay/timeline.ts';
import { parseEmscMessage } from '../../../src/sources/emsc/parse.ts';
import { toFeatureText } from '../../support/agency.ts';
import { keepToOneEarthquake } from '../one-earthquake.ts';

export interface Agency {
  readonly websocketUrl: string;
  readonly fdsnUrl: string;
  readonly control: Replay['control'];
  /** Goes on with the recording and the made-up reports. */
  resume(): void;
  /** Says nothing more of itself; its clock goes on, and what is under way arrives. */
  pause(): void;
  /** Publishes this many made-up reports now: one in five is of a new event. */
  publish(count: number): void;
  /** Sends a frame that is no report; each has a text of its own, which is given. */
  sendGarbage(): string;
  failNext(faults: readonly FdsnFault[]): void;
  /** Every event at the newest solution the agency has published, by event id. */
  newest(): ReadonlyMap<string, QuakeEvent>;
  /** What is left of the recording. */
  remaining(): number;
  stop(): Promise<void>;
}

export interface AgencyOptions {
  readonly seed: number;
  readonly files: readonly string[];
  /** The recording lasts so long, milliseconds. */
  readonly lengthMs: number;
  /** Made-up reports in a second. */
  readonly reportsPerS: number;
}

const NEW_EVENT_SHARE = 0.2;
/** The agency's time runs so much faster than ours: the overlap of two gap fills, ten minutes, is ten seconds of a run. */
const SPEED = 60;
const DELAY_MAX_MS = 300;

/** Starts it; it says nothing before `resume`. */
export async function startRunAgency(options: AgencyOptions): Promise<Agency> {
  const random = createRandom(options.seed + 1);
  const rows = keepToOneEarthquake(await readRevlog(options.files));
  const recorded = toTimeline(rows).filter(({ action }) => action !== 'remove');
  const replay = createReplay({
    rows: [],
    speed: SPEED,
    // Behind the recording: what it says is published late, as it happens in life.
    startMs: recorded.at(-1)!.atMs,
    faults: {},
    random: createRandom(options.seed + 2),
    clock: systemClock,
    host: '127.0.0.1',
    port: 0,
    delayMaxMs: DELAY_MAX_MS,
  });
  await replay.start();
  const said: Said[] = [];
  /** Of the made-up events: identifier and origin time, ms since the epoch UTC. */
  const madeUp: { readonly unid: string; readonly timeMs: number }[] = [];
  let recordedNext = 0;
  let lastUpdateMs = 0;
  let garbage = 0;
  let timers: NodeJS.Timeout[] = [];
  const nowMs = () => createReplayClock(replay.time(), systemClock).now();

  function say(one: Said): void {
    said.push(one);
    replay.control.publish(one.action, one.featureText);
  }

  function sayRecorded(): void {
    const next = recorded[recordedNext++];
    if (next)
      say({ action: next.action === 'create' ? 'create' : 'update', featureText: next.row.featureText });
  }

  function publish(count: number): void {
    for (let i = 0; i < count; i++) {
      const isNew = madeUp.length === 0 || random() < NEW_EVENT_SHARE;
      if (isNew) {
        const unid = `20230208_9${String(madeUp.length).padStart(6, '0')}`;
        madeUp.push({ unid, timeMs: Math.round(nowMs()) - 60_000 });
      }
      const { unid, timeMs } = isNew ? madeUp.at(-1)! : madeUp[Math.floor(random() * madeUp.length)]!;
      // No two with the same: no tie says which is newer.
      lastUpdateMs = Math.max(lastUpdateMs + 1, Math.round(nowMs()));
      const featureText = toFeatureText({
        unid,
        // A report of another time would be of another earthquake.
        timeMs: timeMs + Math.round(random() * 10_000),
        lastUpdateMs,
        latitudeDeg: Math.round((random() * 120 - 60) * 1e4) / 1e4,
        longitudeDeg: Math.round((random() * 340 - 170) * 1e4) / 1e4,
        magnitude: Math.round((2 + random() * 5) * 10) / 10,
      });
      say({ action: isNew ? 'create' : 'update', featureText });
    }
  }

  const pause = () => {
    for (const timer of timers) clearInterval(timer);
    timers = [];
  };

  return {
    websocketUrl: replay.websocketUrl,
    fdsnUrl: replay.fdsnUrl,
    control: replay.control,
    resume() {
      pause();
      timers = [
        setInterval(sayRecorded, options.lengthMs / recorded.length),
        setInterval(() => publish(1), 1000 / options.reportsPerS),
      ];
    },
    pause,
    publish,
    sendGarbage() {
      const text = `{"action":"create","data":"garbage ${++garbage}`;
      replay.control.send(text);
      return text;
    },
    failNext: (faults) => replay.control.failNext(...faults),
    newest: () => toNewest(said),
    remaining: () => Math.max(0, recorded.length - recordedNext),
    async stop() {
      pause();
      await replay.stop();
    },
  };
}

interface Said {
  readonly action: 'create' | 'update';
  readonly featureText: string;
}

/** As an association that missed nothing would have it. */
function toNewest(said: readonly Said[]): ReadonlyMap<string, QuakeEvent> {
  const events = new Map<string, QuakeEvent>();
  for (const { action, featureText } of said) {
    const message = parseEmscMessage(encodeFrame(action, featureText), 0);
    if (message.kind === 'rejection') continue;
    const id = toEventId(message.report.agency, message.report.agencyEventId);
    const { event } = revise(events.get(id) ?? null, message.report);
    if (event) events.set(id, event);
  }
  return events;
}
