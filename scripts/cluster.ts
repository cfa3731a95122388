// `npm run cluster`: the distributed Quakewire on this machine, without Docker: real Kafka, real PostgreSQL, every role a
// process of its own, HAProxy before the gateways. Shows who runs and lets one kill it. Ctrl-C ends everything.

import { parseArgs } from 'node:util';
import { findKafkaObstacle } from '../test/support/kafka-jars.ts';
import { startAdmin } from './cluster/admin.ts';
import { type ClusterOptions, startCluster } from './cluster/cluster.ts';
import { act } from './cluster/commands.ts';
import { createLogMirror } from './cluster/log-mirror.ts';
import { createObserver } from './cluster/observe.ts';
import { startTerminal, type Terminal } from './cluster/terminal.ts';
import { startWatchers } from './cluster/watchers.ts';

const HELP = `Usage: npm run cluster -- [FLAGS]

  --gateways COUNT       gateways behind the balancer; default 2
  --brokers 1|3          Kafka brokers; 3 keep three copies of every record; default 1
  --emsc                 EMSC itself instead of a replay of 2023-02-06; needs internet
  --replay-speed FACTOR  recorded seconds in one second; default 60
  --port PORT            of the map; default: a free one
  --admin-port PORT      of the page /cluster; default: a free one
  --watchers COUNT       built-in readers that are compared with the log; default 20
  --revive-s SECONDS     how long a killed part stays dead; 0: until it is revived by hand; default 20
  --help
`;

interface Settings {
  readonly options: ClusterOptions;
  readonly adminPort: number;
  readonly watchers: number;
}

/** What the command line says, or null when it was the help. Throws RangeError with the flag and what was wanted. */
function readSettings(): Settings | null {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values } = parseArgs({
    options: {
      ...{ gateways: text, brokers: text, 'replay-speed': text, port: text, 'admin-port': text },
      ...{ watchers: text, 'revive-s': text, emsc: flag, help: flag },
    },
  });
  if (values.help) return null;
  const whole = (
    name: Exclude<keyof typeof values, 'emsc' | 'help'>,
    min: number,
    max: number,
    none: number,
  ) => {
    const given = values[name];
    const count = given === undefined ? none : /^\d+$/.test(given) ? Number(given) : Number.NaN;
    if (count >= min && count <= max) return count;
    throw new RangeError(`--${name} is "${given}", expected a whole number from ${min} to ${max}`);
  };
  const brokers = whole('brokers', 1, 3, 1);
  if (brokers === 2) throw new RangeError('--brokers is "2", expected 1 or 3');
  const speed = values['replay-speed'];
  if (speed !== undefined && !(Number(speed) > 0))
    throw new RangeError(`--replay-speed is "${speed}", expected a number above 0`);
  const port = whole('port', 0, 65_535, 0);
  const reviveS = whole('revive-s', 0, 86_400, 20);
  return {
    options: {
      brokers: brokers as 1 | 3,
      gateways: whole('gateways', 1, 16, 2),
      agency: values.emsc ? 'emsc' : 'replay',
      ...(port === 0 ? {} : { port }),
      reviveAfterMs: reviveS === 0 ? null : reviveS * 1000,
      roleArgs: speed === undefined ? {} : { agency: ['--replay-speed', speed] },
    },
    adminPort: whole('admin-port', 0, 65_535, 0),
    watchers: whole('watchers', 0, 500, 20),
  };
}

async function run({ options, adminPort, watchers: count }: Settings): Promise<void> {
  const obstacle = findKafkaObstacle();
  if (obstacle) throw new Error(`Cannot start Kafka: ${obstacle}`);
  const startedAtMs = performance.now();
  let terminal: Terminal | null = null;
  const cluster = await startCluster({
    ...options,
    onWord: (line) => console.log(line),
    onChange: (part) => terminal?.tell(part),
  });
  const log = createLogMirror(cluster.brokers);
  const watchers = startWatchers(cluster.url, count, log);
  const observer = createObserver(cluster, log, watchers);
  const admin = await startAdmin({
    port: adminPort,
    view: () => observer.view,
    act: (action, name) => act(cluster, action, name),
  });
  console.log(`Started in ${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`);
  if (cluster.balancerLeftOut) console.log(cluster.balancerLeftOut);
  console.log(`The map is at ${cluster.url}/, the logs in ${cluster.folder}/logs`);

  await new Promise<void>((quit) => {
    for (const signal of SIGNALS) process.once(signal, () => quit());
    terminal = startTerminal({ cluster, observer, pageUrl: admin.url, quit });
  });
  // Whoever asks twice does not want to wait: the guard ends what is left.
  for (const signal of SIGNALS) process.once(signal, () => process.exit(1));
  terminal!.close();
  const { gaps, duplicates, backwards, resets, events } = watchers.counts();
  console.log(
    `Ending. The watchers received ${events} events: ${gaps} missed, ${duplicates} twice, ${backwards} backwards, started over ${resets} times`,
  );
  observer.close();
  await Promise.all([watchers.close(), admin.close(), cluster.stop()]);
  await log.close();
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

try {
  const settings = readSettings();
  if (settings) await run(settings);
  else process.stdout.write(HELP);
  process.exit(0);
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
