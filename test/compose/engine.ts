// A Docker engine: the one that runs here, or one that is started for the time of the test, with everything it makes in a
// temporary folder; and the commands that speak to it.

import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const SOCKET = '/var/run/docker.sock';
const START_TIMEOUT_MS = 30_000;
const OUTPUT_BYTES_MAX = 64 * 1024 ** 2;

export interface Engine {
  /** Versions, storage and cgroup version, in words. */
  readonly words: string;
  /** Whether this Compose knows `include`: from 2.20 on. */
  readonly hasInclude: boolean;
  /** Runs `docker ARGS` and gives stdout. Rejects with what it said. */
  docker(...args: readonly string[]): Promise<string>;
  /** The same with input on stdin, as a shell command line whose output is piped in. */
  dockerFrom(command: string, ...args: readonly string[]): Promise<string>;
  /** Runs `docker-compose ARGS`, or `docker compose` where that is the one there is. */
  compose(environment: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<string>;
  /** Ends it and removes its folder, when it was started here. */
  stop(): Promise<void>;
}

export async function findEngine(): Promise<Engine> {
  const binary = findDocker();
  const own = spawnSync(binary, ['info'], { stdio: 'ignore' }).status === 0 ? null : await startEngine();
  const host = own === null ? {} : { DOCKER_HOST: `unix://${own.socket}` };
  const environment = { ...process.env, ...host, DOCKER_BUILDKIT: '1', COMPOSE_DOCKER_CLI_BUILD: '1' };
  // docker-compose calls the client of its own choice: the one found here has to be the first in its path.
  const path = `${join(binary, '..')}:${process.env['PATH']}`;
  const [composer, ...composerArgs] = findCompose(binary);

  async function run(file: string, args: readonly string[], more: Readonly<Record<string, string>> = {}) {
    const options = { env: { ...environment, PATH: path, ...more }, maxBuffer: OUTPUT_BYTES_MAX };
    try {
      return (await promisify(execFile)(file, [...args], options)).stdout.trim();
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      throw new Error(`${file} ${args.join(' ')}: ${(stderr || stdout).trim().slice(-3_000)}`, {
        cause: error,
      });
    }
  }

  const docker = (...args: readonly string[]) => run(binary, args);
  const format = 'Docker {{.ServerVersion}}, {{.Driver}}, cgroup v{{.CgroupVersion}}, {{.OperatingSystem}}';
  const composeVersion = await run(composer!, [...composerArgs, 'version', '--short']);
  const [major, minor] = composeVersion.replace(/^v/, '').split('.').map(Number);
  return {
    words: `${await docker('info', '-f', format)}${own ? ' (started for this test)' : ''}; Compose ${composeVersion}`,
    hasInclude: major! > 2 || (major === 2 && minor! >= 20),
    docker,
    dockerFrom: (command, ...args) => run('sh', ['-c', `${command} | "$@"`, 'sh', binary, ...args]),
    compose: (more, ...args) => run(composer!, [...composerArgs, ...args], more),
    stop: async () => own?.stop(),
  };
}

/** A client that can build with BuildKit: newer ones need their plugin for it. */
function findDocker(): string {
  const named = process.env['DOCKER'];
  const found = (named ? [named] : ['/usr/bin/docker', '/usr/local/bin/docker']).find((path) => {
    if (!existsSync(path)) return false;
    const major = Number(/version (\d+)/.exec(spawnSync(path, ['-v'], { encoding: 'utf8' }).stdout)?.[1]);
    return major < 23 || spawnSync(path, ['buildx', 'version']).status === 0;
  });
  if (!found)
    throw new Error('Cannot find a docker client that builds with BuildKit; name one with DOCKER=/path');
  return found;
}

function findCompose(docker: string): string[] {
  if (spawnSync(docker, ['compose', 'version']).status === 0) return [docker, 'compose'];
  if (spawnSync('docker-compose', ['version']).status === 0) return ['docker-compose'];
  throw new Error('Cannot find docker compose (Debian: apt install docker-compose)');
}

/** Starts a dockerd with a folder of its own; the containers' path to its socket leads there meanwhile. */
async function startEngine(): Promise<{ socket: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'quakewire-docker-'));
  const socket = join(folder, 'docker.sock');
  let last = '';
  // overlay2 shares what images have in common; vfs, where it cannot be had, copies it.
  for (const storage of ['overlay2', 'vfs']) {
    const child: ChildProcess = spawn(
      'dockerd',
      [
        ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'run')],
        ...['--pidfile', join(folder, 'pid'), '-H', `unix://${socket}`, `--storage-driver=${storage}`],
      ],
      { stdio: ['ignore', 'ignore', 'pipe'], detached: true },
    );
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      last = text;
    });
    child.on('error', (error) => {
      last = error.message;
    });
    const deadlineMs = Date.now() + START_TIMEOUT_MS;
    while (child.exitCode === null && Date.now() < deadlineMs) {
      if (spawnSync('curl', ['-sf', '--unix-socket', socket, 'http://docker/_ping']).status === 0) {
        const linked = !existsSync(SOCKET);
        if (linked) {
          rmSync(SOCKET, { force: true });
          symlinkSync(socket, SOCKET);
        }
        return {
          socket,
          stop: async () => {
            const ended = once(child, 'exit');
            child.kill('SIGTERM');
            await ended;
            if (linked) rmSync(SOCKET, { force: true });
            rmSync(folder, { recursive: true, force: true });
          },
        };
      }
      await sleep(200);
    }
    child.kill('SIGKILL');
  }
  throw new Error(`Cannot start dockerd: ${last.trim()}`);
}
