// One supervised process: started again with a back-off when it dies of itself; dead when killed on purpose, until
// it is revived by hand or after a while.
//
//   idle ──start──▶ running ◀──resume── paused
//                   │  ▲  └─────pause─────▲
//      dies of itself  │
//                   ▼  │ (0.5 s, 1 s, 2 s … 10 s)
//                backing off          kill, stop ──▶ dead ──revive, or reviveAfterMs──▶ running

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { Guard } from './guard.ts';
import type { PartKind, PartState } from './view.ts';

export type { PartKind, PartState };

/** What a part is and how it is run. */
export interface PartPlan {
  /** Unique, such as `gateway-2`. */
  readonly name: string;
  readonly kind: PartKind;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
  /** Where it listens, by purpose: `http`, `admin`, `plain`. */
  readonly ports: Readonly<Record<string, number>>;
  /** Base URL of its admin port (/metrics, /readyz); null when it has none. */
  readonly adminUrl: string | null;
  /** Its output goes here, appended. */
  readonly logPath: string;
  readonly stopSignal: NodeJS.Signals;
  /** After this it is killed. */
  readonly stopTimeoutMs: number;
  /** Asked while it runs: null when ready, else what it waits for, in words. Never rejects. */
  readonly probe: () => Promise<string | null>;
}

export interface Part {
  readonly plan: PartPlan;
  readonly name: string;
  readonly kind: PartKind;
  readonly state: PartState;
  /** Null while no process runs. */
  readonly pid: number | null;
  /** `Date.now()` of the last start; null before the first. */
  readonly startedAtMs: number | null;
  /** Starts after the first. */
  readonly restarts: number;
  /** `Date.now()` at which it will be started again by itself; null when nothing is planned. */
  readonly nextStartAtMs: number | null;
  /** First start, and every later one: does nothing when a process runs. */
  start(): void;
  /** SIGKILL; resolves when it is gone. It stays dead until revived. */
  kill(): Promise<void>;
  /** Its own way to stop, SIGKILL after its time; resolves when it is gone. It stays dead until revived. */
  stop(): Promise<void>;
  /**
   * Ends it for good: nothing starts it again. Its data go with it, so nobody waits for an orderly end; only
   * PostgreSQL is asked, because it leaves shared memory behind otherwise.
   */
  retire(): Promise<void>;
  /** SIGSTOP to it and its children. Does nothing unless it runs. */
  pause(): void;
  /** SIGCONT. Does nothing unless it is paused. */
  resume(): void;
  /** Starts it again at once, whether dead or backing off; continues it when paused. */
  revive(): void;
  /** Null when ready, else what it waits for. Not running counts as waiting. */
  waitsFor(): Promise<string | null>;
}

export interface PartOptions {
  readonly guard: Guard;
  /** How long a killed or stopped part stays dead; null: until `revive`. */
  readonly reviveAfterMs: number | null;
  /** Called after every change of state. */
  readonly onChange: (part: Part) => void;
}

const BACK_OFF_MIN_MS = 500;
const BACK_OFF_MAX_MS = 10_000;
/** Who lived this long starts with a short back-off again. */
const SETTLED_MS = 30_000;

export function createPart(plan: PartPlan, { guard, reviveAfterMs, onChange }: PartOptions): Part {
  let child: ChildProcess | null = null;
  let gone: Promise<void> = Promise.resolve();
  let state: PartState = 'idle';
  let startedAtMs: number | null = null;
  let starts = 0;
  let failures = 0;
  let onPurpose = false;
  let retired = false;
  let timer: NodeJS.Timeout | null = null;
  let nextStartAtMs: number | null = null;

  function change(next: PartState): void {
    state = next;
    onChange(part);
  }

  function startIn(delayMs: number | null): void {
    cancelStart();
    if (delayMs === null || retired) return;
    nextStartAtMs = Date.now() + delayMs;
    timer = setTimeout(start, delayMs);
  }

  function cancelStart(): void {
    if (timer) clearTimeout(timer);
    timer = null;
    nextStartAtMs = null;
  }

  function start(): void {
    cancelStart();
    if (child || retired) return;
    onPurpose = false;
    const output = openSync(plan.logPath, 'a');
    // A process group of its own: Ctrl-C at the terminal is the supervisor's, which stops its parts in order.
    const started = spawn(plan.command, plan.args, {
      cwd: plan.cwd,
      env: plan.env ?? process.env,
      ...(plan.uid === undefined ? {} : { uid: plan.uid }),
      ...(plan.gid === undefined ? {} : { gid: plan.gid }),
      detached: true,
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    child = started;
    const { pid } = started;
    if (pid !== undefined) guard.watch(pid);
    startedAtMs = Date.now();
    starts++;
    gone = new Promise((resolve) => {
      const end = () => {
        if (pid !== undefined) guard.release(pid);
        child = null;
        resolve();
        if (onPurpose) {
          startIn(reviveAfterMs);
          change('dead');
          return;
        }
        failures = Date.now() - startedAtMs! > SETTLED_MS ? 0 : failures + 1;
        startIn(Math.min(BACK_OFF_MAX_MS, BACK_OFF_MIN_MS * 2 ** Math.max(0, failures - 1)));
        change('backing off');
      };
      started.once('exit', end);
      // Could not be spawned at all: there is no exit then.
      started.once('error', () => {
        if (pid === undefined) end();
      });
    });
    change('running');
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    onPurpose = true;
    if (!child) {
      startIn(reviveAfterMs);
      if (state !== 'idle') change('dead');
      return;
    }
    child.kill(signal);
    if (signal === 'SIGKILL') return gone;
    // A paused process does not see any other signal.
    if (state === 'paused') signalTree(child.pid!, 'SIGCONT');
    const kill = setTimeout(() => child?.kill('SIGKILL'), plan.stopTimeoutMs);
    await gone;
    clearTimeout(kill);
  }

  function pause(): void {
    if (state !== 'running' || !child?.pid) return;
    signalTree(child.pid, 'SIGSTOP');
    change('paused');
  }

  function resume(): void {
    if (state !== 'paused' || !child?.pid) return;
    signalTree(child.pid, 'SIGCONT');
    change('running');
  }

  const part: Part = {
    plan,
    name: plan.name,
    kind: plan.kind,
    get state() {
      return state;
    },
    get pid() {
      return child?.pid ?? null;
    },
    get startedAtMs() {
      return startedAtMs;
    },
    get restarts() {
      return Math.max(0, starts - 1);
    },
    get nextStartAtMs() {
      return nextStartAtMs;
    },
    start,
    kill: () => end('SIGKILL'),
    stop: () => end(plan.stopSignal),
    retire: () => {
      retired = true;
      return end(plan.kind === 'postgres' ? plan.stopSignal : 'SIGKILL');
    },
    pause,
    resume,
    revive: () => (state === 'paused' ? resume() : start()),
    waitsFor: async () => (state === 'running' ? plan.probe() : `it is ${state}`),
  };
  return part;
}

/** To a process and its children (PostgreSQL's have sessions of their own). Without /proc only to itself. */
function signalTree(pid: number, signal: NodeJS.Signals): void {
  for (const child of [...readChildren(pid), pid]) {
    try {
      process.kill(child, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // else it ended just now
    }
  }
}

function readChildren(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return []; // no /proc on this system, or it ended just now
  }
}
