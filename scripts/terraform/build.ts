// Builds Terraform out of its Go module, for machines that have a Go and no Terraform. The module as it is published lacks the
// backends that are modules of their own (s3 among them), so this one keeps states in files alone: enough to check with.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MODULE = 'github.com/hashicorp/terraform';
/** Where Go is when it is not on the PATH. */
const GO_PLACES = ['go', '/usr/local/go/bin/go', '/usr/lib/go/bin/go'];
const BACKENDS = 'internal/backend/init/init.go';

/** Puts `terraform` into the folder and returns null, or why it could not. Minutes of both cores. */
export function buildTerraform(version: string, folder: string): string | null {
  const go = GO_PLACES.find((command) => spawnSync(command, ['version']).status === 0);
  if (go === undefined) return 'there is no Go to build it with';
  mkdirSync(folder, { recursive: true });
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false' };
  const { stdout } = spawnSync(go, ['mod', 'download', '-json', `${MODULE}@v${version}`], {
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const source = stdout?.match(/"Dir": "([^"]+)"/)?.[1];
  if (source === undefined) return `${MODULE}@v${version} could not be had`;
  // Go's own copy is read-only: one is made that is not.
  const copy = join(folder, 'source');
  rmSync(copy, { recursive: true, force: true });
  spawnSync('cp', ['-R', source, copy]);
  spawnSync('chmod', ['-R', 'u+w', copy]);
  const edit = (name: string, change: (text: string) => string) =>
    writeFileSync(join(copy, name), change(readFileSync(join(copy, name), 'utf8')));
  const missing = [...readFileSync(join(copy, 'go.mod'), 'utf8').matchAll(/^replace (\S+) => \.\//gm)].map(
    ([, path]) => path!,
  );
  edit('go.mod', (text) => withoutModules(text, missing));
  edit(BACKENDS, (text) => withoutBackends(text, missing));
  const build = ['build', '-trimpath', '-mod=mod', '-o', join(folder, 'terraform'), '.'];
  const { status } = spawnSync(go, build, { cwd: copy, env, stdio: 'inherit' });
  rmSync(copy, { recursive: true, force: true });
  return status === 0 && existsSync(join(folder, 'terraform')) ? null : `${go} could not build it`;
}

/** go.mod without the modules that are missing, and without settings that a newer Go does not know. */
const withoutModules = (text: string, missing: readonly string[]) =>
  text
    .split('\n')
    .filter((line) => !line.startsWith('godebug ') && !missing.some((path) => line.includes(`${path} `)))
    .join('\n');

/** The table of backends without those whose module is missing. */
function withoutBackends(text: string, missing: readonly string[]): string {
  const names = missing.flatMap((path) => text.match(new RegExp(`(\\w+) "${path}"`))?.[1] ?? []);
  return text
    .split('\n')
    .filter((line) => !names.some((name) => new RegExp(`\\b${name}(\\.New\\(| ")`).test(line)))
    .join('\n');
}
