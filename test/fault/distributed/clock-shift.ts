// Loaded into a role before anything of its own (NODE_OPTIONS=--import): its wall clock runs ahead of the machine's by as
// many milliseconds as a file says, read again four times a second, so that it jumps while the role works. Timers and
// performance.now() go on undisturbed, as they do when a machine's clock is set. Each role has a file, named by its admin port.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const READ_EVERY_MS = 250;

const folder = process.env['FAULT_CLOCK_FOLDER'];
const adminPort = process.argv[process.argv.indexOf('--admin-port') + 1];
if (folder && adminPort) {
  const MachineDate = Date;
  const machineNow = Date.now.bind(Date);
  let shiftMs = 0;
  const read = () => {
    try {
      shiftMs = Number(readFileSync(join(folder, adminPort), 'utf8')) || 0;
    } catch {
      shiftMs = 0; // no file: the clock is right
    }
  };
  const now = () => machineNow() + shiftMs;
  read();
  setInterval(read, READ_EVERY_MS).unref();
  globalThis.Date = new Proxy(MachineDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
    apply: () => new MachineDate(now()).toString(),
    get: (target, name, receiver) =>
      name === 'now' ? now : (Reflect.get(target, name, receiver) as unknown),
  });
}
