// Programs that Debian has and the tests need: installed where that can be done, as root.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** True when this is a Debian on which packages can be installed. */
export const isDebianRoot = (): boolean => existsSync('/etc/debian_version') && process.getuid?.() === 0;

/** Installs packages and says so. Throws with apt's own words. */
export function installDebianPackages(...packages: readonly string[]): void {
  console.log(`Installing ${packages.join(', ')} (apt-get install)`);
  spawnSync('apt-get', ['update'], { stdio: 'ignore' });
  execFileSync('apt-get', ['install', '-y', '--no-install-recommends', ...packages], {
    stdio: ['ignore', 'ignore', 'inherit'],
    // In runlevel 1 a package starts no service: the tests start their own.
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
  });
}
