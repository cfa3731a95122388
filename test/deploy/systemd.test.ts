// The units for one machine, judged by systemd itself.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { describeConfig } from '../../src/config.ts';
import { describeUnless } from '../support/obstacle.ts';

const FOLDER = 'deploy/systemd';
const UNITS = readdirSync(FOLDER).filter((name) => /\.(service|timer)$/.test(name));
/** systemd's own measure, 0 (nothing is exposed) to 10; a unit without any of these settings has 9.6. */
const EXPOSURE_MAX = 2;

const analyze = (...args: string[]) => spawnSync('systemd-analyze', args, { encoding: 'utf8' });
const obstacle = analyze('--version').error ? 'systemd-analyze is not installed (Debian: systemd)' : null;

const directory = mkdtempSync(join(tmpdir(), 'quakewire-units-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** The unit as installed, but with this checkout where it has /opt/quakewire. */
function install(name: string, change = (text: string) => text): string {
  const text = readFileSync(join(FOLDER, name), 'utf8').replaceAll('/opt/quakewire', process.cwd());
  const path = join(directory, name);
  writeFileSync(path, change(text));
  return path;
}

function judge(path: string): string {
  const { status, stdout, stderr } = analyze('verify', '--man=no', path);
  return status === 0 && stderr === '' ? '' : `${status} ${stdout}${stderr}`;
}

describeUnless(obstacle, 'the units of deploy/systemd', () => {
  test.each(UNITS)('%s is taken by systemd without a warning', (name) => {
    for (const each of UNITS) install(each);
    expect(judge(join(directory, name))).toBe('');
  });

  test('the backup of the machine on AWS is taken by systemd without a warning, but that Docker may not be here', () => {
    install('quakewire-backup.timer');
    const text = readFileSync('deploy/terraform/live/hobby/files/quakewire-backup.service', 'utf8');
    const path = join(directory, 'quakewire-backup.service');
    const put = (unit: string) => {
      writeFileSync(
        path,
        unit.replace('/usr/bin/docker', '/bin/true').replace(/^(Requires|After)=.*\n/gm, ''),
      );
      return judge(path);
    };
    expect(put(text)).toBe('');
    expect(put(text.replace('WorkingDirectory', 'WorkingFolder'))).not.toBe('');
  });

  test('a wrong name of a setting, or of a program, is found: the test above can fail', () => {
    expect(
      judge(install('quakewire.service', (text) => text.replace('ProtectHome', 'ProtectHouse'))),
    ).not.toBe('');
    expect(judge(install('quakewire.service', (text) => text.replace('bin/node', 'bin/nope')))).not.toBe('');
  });

  test.each(UNITS.filter((name) => name.endsWith('.service')))(
    '%s is exposed no more than its measure',
    (name) => {
      const threshold = ['--offline=true', `--threshold=${EXPOSURE_MAX * 10}`];
      const { status, stdout } = analyze('security', ...threshold, install(name));
      expect(
        status,
        stdout
          .split('\n')
          .filter((line) => line.startsWith('✗'))
          .join('\n'),
      ).toBe(0);
    },
  );
});

test('every setting that a unit names is one of Quakewire', () => {
  const help = describeConfig();
  for (const name of UNITS) {
    for (const [variable] of readFileSync(join(FOLDER, name), 'utf8').matchAll(/QUAKEWIRE_[A-Z_]+(?==)/g))
      expect(help, `${name} ${variable}`).toContain(`environment: ${variable}`);
  }
});
