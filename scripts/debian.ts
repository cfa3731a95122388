// Programs that Debian has and the tests need: installed where that can be done, as root.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** True when this is a Debian on which packages can be installed. */
export const isDebianRoot = (): boolean => existsSync('/etc/debian_version') && process.getuid?.() === 0;

/**
 * Installs packages and says so, one by one: one that is not to be had keeps no other away. What then is missing is said by
 * whoever needs it; apt has said why.
 */
export function installDebianPackages(...packages: readonly string[]): void {
  spawnSync('apt-get', ['update'], { stdio: 'ignore' });
  for (const name of packages) {
    console.log(`Installing ${name} (apt-get install)`);
    const { status } = spawnSync('apt-get', ['install', '-y', '--no-install-recommends', name], {
      stdio: ['ignore', 'ignore', 'inherit'],
      // In runlevel 1 a package starts no service: the tests start their own.
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
    });
    if (status !== 0) console.log(`${name} could not be installed`);
  }
}
