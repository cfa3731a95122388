// What processes have cost so far, as Linux counts it in /proc: for benches that run stages as processes of their own.

import { readFileSync } from 'node:fs';

/** Linux counts a process's CPU time in hundredths of a second. */
const TICK_MS = 10;

/** CPU time of a process since its start, user and system, milliseconds (in steps of 10). */
export function readCpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Resident memory of a process in megabytes: `now`, and the `peak` since its start. */
export function readMemoryMb(pid: number): { now: number; peak: number } {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(text)![1]) / 1024;
  return { now: read('VmRSS'), peak: read('VmHWM') };
}
