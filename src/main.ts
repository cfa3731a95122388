// Roles and composition root: reads the configuration, builds the parts, starts them in the order in which the data
// travels, stops them in reverse. The only module that names implementations.

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { runAssociate } from './associate/stage.ts';
import { systemClock } from './clock.ts';
import { type Config, describeConfig, readConfig } from './config.ts';
import { QuakewireError } from './errors.ts';
import { createAdmin } from './gateway/admin.ts';
import { createGateway } from './gateway/app.ts';
import { createEmbeddedLog } from './log/embedded.ts';
import { parseFaultRates } from './replay/faults.ts';
import { type RunReplayOptions, runReplay, startReplay } from './replay/run.ts';
import { createEmscSource } from './sources/emsc/source.ts';
import { createEmbeddedStore } from './store/embedded.ts';
import { runStore } from './store/stage.ts';
import { createLogger, type Logger, toNextLevel } from './telemetry/logger.ts';
import { createMetrics } from './telemetry/metrics.ts';

const WEB_ROOT = join(import.meta.dirname, '../dist/web');
const STARTER_FILE = join(import.meta.dirname, '../assets/starter.qwc');
/**
 * Where the demo begins: at its speed of 60, twenty seconds before EMSC published the Kahramanmaraş M 7.8 (01:41:21 UTC;
 * origin time 01:17:35), so that there is time to open the page.
 */
const DEMO_START_MS = Date.parse('2023-02-06T01:21:00Z');
/** The recording begins a day before; asking for more only asks for empty days. */
const DEMO_BACKFILL_DAYS = 2;

/** Something that was started; stopping waits until it has let go. */
type Stop = () => Promise<void>;

/** Everything in one process: source, log, associate, store and gateway. */
async function runEmbedded(config: Config, logger: Logger, signal: AbortSignal): Promise<void> {
  const clock = systemClock;
  const metrics = createMetrics({ process: true });
  const stops: Stop[] = [];
  const demo = config.role === 'demo';
  const dataDir = demo ? join(config.dataDir, 'demo') : config.dataDir;
  // A demo begins on an empty log: what an earlier one recorded would arrive before its time.
  if (demo) rmSync(dataDir, { recursive: true, force: true });
  try {
    const replay = demo ? await startReplay({ ...toReplayOptions(config, logger), paused: true }) : null;
    if (replay) stops.push(() => replay.stop());

    const log = createEmbeddedLog({ path: join(dataDir, 'log.db'), clock, logger });
    stops.push(() => log.close());
    const store = createEmbeddedStore({ path: join(dataDir, 'store.db') });
    stops.push(() => store.close());

    const stages = new AbortController();
    const running = [
      runAssociate({ log, clock, logger, metrics }, stages.signal),
      runStore({ log, store, logger, metrics }, stages.signal),
    ];
    stops.push(async () => {
      stages.abort();
      await Promise.all(running);
    });

    const source = createEmscSource({
      websocketUrl: replay?.websocketUrl ?? config.emscWebsocketUrl,
      fdsnUrl: replay?.fdsnUrl ?? config.emscFdsnUrl,
      log,
      memory: log.memory,
      clock,
      logger,
      metrics,
      random: Math.random,
      fetch,
      timing: {
        fdsnIntervalMs: replay ? 0 : config.emscFdsnIntervalS * 1000,
        backfillDays: demo ? Math.min(DEMO_BACKFILL_DAYS, config.emscBackfillDays) : config.emscBackfillDays,
        reconcileMs: config.emscReconcileS * 1000,
        confirmMs: config.emscConfirmS * 1000,
      },
    });

    const gateway = createGateway({
      log,
      store,
      clock,
      logger,
      metrics,
      sources: () => [source.status()],
      onSources: (listener) => source.onStatus(listener),
      webRoot: WEB_ROOT,
      starter: config.starter && !demo ? readFileSync(STARTER_FILE) : null,
      options: {
        hub: {
          streamsMax: config.liveStreamsMax,
          streamsPerAddressMax: config.liveStreamsPerAddressMax,
          queueBytesMax: config.liveQueueBytesMax,
          ageMaxMs: config.liveAgeMaxS === 0 ? null : config.liveAgeMaxS * 1000,
        },
        trustedProxies: config.trustedProxies,
      },
    });
    // Ready is who can be asked: loaded, welcoming, and listening.
    let url: string | null = null;
    const admin = createAdmin({ logger, metrics, isReady: () => url !== null && gateway.isReady() });
    await listen(admin, config.adminHost, config.adminPort, '--admin-port');
    stops.push(() => admin.close());
    await gateway.start();
    url = await listen(gateway.app, config.host, config.port, '--port');
    stops.push(() => gateway.close(config.drainS * 1000, config.drainNoticeS * 1000));
    logger.info({ url }, `Quakewire is at ${url}/${demo ? ' (a REPLAY of 2023-02-06)' : ''}; Ctrl-C ends it`);

    const sources = new AbortController();
    const sourceRun = source.run(sources.signal);
    stops.push(async () => {
      sources.abort();
      await sourceRun;
    });
    replay?.control.resume();
    // A stage that rejects met what no retry heals: better to stop whole and say so.
    await Promise.race([untilAborted(signal), ...running, sourceRun]);
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

function toReplayOptions(config: Config, logger: Logger): RunReplayOptions {
  return {
    files: config.replayFiles.split(','),
    speed: config.replaySpeed,
    startMs: config.replayStart ?? (config.role === 'demo' ? DEMO_START_MS : null),
    faults: config.replayFaults === null ? {} : parseFaultRates(config.replayFaults),
    seed: config.replaySeed,
    host: config.host,
    port: config.replayPort,
    clock: systemClock,
    logger,
  };
}

/** Listens; gives the address as a URL. Rejects with `PORT_TAKEN` naming the flag to change. */
async function listen(app: FastifyInstance, host: string, port: number, flag: string): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL') throw cause;
    const why =
      code === 'EADDRINUSE' ? 'it is taken' : code === 'EACCES' ? 'not allowed' : 'no such address here';
    throw new QuakewireError(
      'PORT_TAKEN',
      `Cannot listen on ${host}:${port}: ${why}; choose another with ${flag}`,
      { cause },
    );
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function main(): Promise<void> {
  const config = readConfig(process.argv.slice(2), process.env);
  if (config === 'help') {
    process.stdout.write(describeConfig());
    return;
  }
  const format = config.logFormat === 'auto' ? (process.stdout.isTTY ? 'text' : 'json') : config.logFormat;
  const logger = createLogger({ role: config.role || 'all', level: config.logLevel, format });
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      logger.info(`Stopping on ${name}`);
      stop.abort();
    });
  }
  process.on('SIGUSR2', () => {
    logger.level = toNextLevel(logger.level);
    logger.warn(`Log level is ${logger.level} now`);
  });
  if (config.role === 'replay') await runReplay(toReplayOptions(config, logger), stop.signal);
  else await runEmbedded(config, logger, stop.signal);
}

try {
  await main();
} catch (error) {
  // What was foreseen is said in one sentence; a programmer's mistake shows where it happened.
  const text = error instanceof QuakewireError ? error.message : String((error as Error).stack ?? error);
  process.stderr.write(`${text}\n`);
  process.exitCode = error instanceof QuakewireError && error.code === 'CONFIG_INVALID' ? 2 : 1;
}
