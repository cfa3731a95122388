// Finds Terraform, or builds it from its Go module where there is a Go, and runs it.

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildTerraform } from './build.ts';

/** What is built where no Terraform is found. */
const VERSION = '1.11.4';
/** Write-only arguments and locks beside the state came with it. */
const VERSION_MIN = [1, 11] as const;
const BUILT = resolve('.cache/terraform', VERSION);

export interface Ran {
  readonly status: number | null;
  /** stdout, then stderr. */
  readonly output: string;
}

/** The command of a Terraform that is new enough, or why there is none. */
export function findTerraform(): { readonly command: string } | { readonly obstacle: string } {
  let found = 'there is no terraform on the PATH';
  for (const command of [process.env['TERRAFORM_PATH'] ?? 'terraform', join(BUILT, 'terraform')]) {
    const { stdout } = spawnSync(command, ['version', '-json'], { encoding: 'utf8', env: environmentOf() });
    const version = stdout?.match(/"terraform_version": "(\d+)\.(\d+)[^"]*"/);
    if (!version) continue;
    const [major, minor] = [Number(version[1]), Number(version[2])];
    if (major > VERSION_MIN[0] || (major === VERSION_MIN[0] && minor >= VERSION_MIN[1])) return { command };
    found = `${command} is ${major}.${minor}, older than ${VERSION_MIN.join('.')}`;
  }
  return {
    obstacle: `${found}; install Terraform ${VERSION_MIN.join('.')} or newer, or Go, or set TERRAFORM_PATH`,
  };
}

/** As `findTerraform()`, after building one into .cache where that can be done. Says so; it takes minutes, once. */
export function ensureTerraform(): ReturnType<typeof findTerraform> {
  const found = findTerraform();
  if ('command' in found) return found;
  console.log(`Building Terraform ${VERSION} from its Go module into ${BUILT}`);
  const obstacle = buildTerraform(VERSION, BUILT);
  if (obstacle !== null) return { obstacle: `${found.obstacle}; ${obstacle}` };
  return findTerraform();
}

/**
 * Runs Terraform in a folder. What it keeps (modules' addresses, never a provider) goes to a folder outside the repository
 * that is gone afterwards, so that nothing of an earlier run decides.
 */
export async function withTerraform<T>(
  command: string,
  folder: string,
  environment: Readonly<Record<string, string>>,
  use: (run: (...args: readonly string[]) => Promise<Ran>) => Promise<T>,
): Promise<T> {
  const kept = mkdtempSync(join(tmpdir(), 'quakewire-terraform-'));
  const run = (...args: readonly string[]) =>
    new Promise<Ran>((done, fail) => {
      const child = spawn(command, [`-chdir=${resolve(folder)}`, ...args], {
        env: { ...environmentOf(), TF_DATA_DIR: kept, ...environment },
      });
      let [stdout, stderr] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      child.on('error', fail);
      child.on('close', (status) => done({ status, output: stdout + stderr }));
    });
  try {
    return await use(run);
  } finally {
    rmSync(kept, { recursive: true, force: true });
  }
}

/** Nothing of the machine's own Terraform settings, and no word to anybody. */
function environmentOf(): NodeJS.ProcessEnv {
  const mine = Object.entries(process.env).filter(([name]) => !/^(TF_|AWS_)/.test(name));
  return {
    ...Object.fromEntries(mine),
    TF_CLI_CONFIG_FILE: '/dev/null',
    TF_IN_AUTOMATION: '1',
    CHECKPOINT_DISABLE: '1',
    NO_COLOR: '1',
  };
}
