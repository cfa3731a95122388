// The guard: a shell that outlives a supervisor killed with SIGKILL. It reads from a pipe which processes run; when
// the pipe ends, for whatever reason, it kills those that are left and removes the folder. It weighs about 1 MB.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Lines `+ PID` and `- PID`; at the end of input all are interrupted (PostgreSQL then takes its shared memory along)
 * and killed a second later with their process groups. $1: the folder.
 */
const SCRIPT = `
pids=
while read -r word pid; do
  case $word in
    +) pids="$pids $pid" ;;
    -) rest=; for p in $pids; do [ "$p" = "$pid" ] || rest="$rest $p"; done; pids=$rest ;;
  esac
done
if [ -n "$pids" ]; then
  for signal in CONT INT; do kill -s $signal $pids; done 2>/dev/null
  sleep 1
  for p in $pids; do kill -s KILL -- "-$p" "$p"; done 2>/dev/null
fi
for try in 1 2 3 4 5; do rm -rf "$1" 2>/dev/null && break; sleep 0.5; done
`;

export interface Guard {
  /** From now on this process must not outlive the supervisor. */
  watch(pid: number): void;
  /** This process has ended; its number may be another's soon. */
  release(pid: number): void;
  /** Kills what is still watched, removes the folder; resolves when both are done. */
  close(): Promise<void>;
}

/** Starts a guard over the processes of a supervisor and its temporary folder. Should it die, another takes its place. */
export function createGuard(folder: string): Guard {
  const watched = new Set<number>();
  let closing = false;
  let shell = start();

  function start(): ChildProcess {
    // A session of its own: Ctrl-C at the terminal is not for it.
    const started = spawn('sh', ['-c', SCRIPT, 'quakewire-guard', folder], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    started.stdin!.on('error', () => {}); // it died: `exit` says so and starts another
    for (const pid of watched) started.stdin!.write(`+ ${pid}\n`);
    started.once('exit', () => {
      if (!closing) shell = start();
    });
    started.unref();
    return started;
  }

  return {
    watch(pid) {
      watched.add(pid);
      shell.stdin!.write(`+ ${pid}\n`);
    },
    release(pid) {
      watched.delete(pid);
      shell.stdin!.write(`- ${pid}\n`);
    },
    async close() {
      if (closing) return;
      closing = true;
      shell.ref();
      const gone = once(shell, 'exit');
      shell.stdin!.end();
      await gone;
    },
  };
}
