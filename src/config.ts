// Configuration: the only reader of the environment and the command line. Every flag has an environment
// variable of the same name (`--data-dir` = `QUAKEWIRE_DATA_DIR`); the flag wins. An unknown or bad one
// is refused with the reason. `--help` is printed from the same table. A secret can also be named as a file that
// holds it (`--postgres-url-file`, `QUAKEWIRE_POSTGRES_URL_FILE`), so that it stands in no process table and no environment.

import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { QuakewireError, toMessage } from './errors.ts';
import { LOG_LEVELS, type LogLevel } from './telemetry/logger.ts';

type Parse<T> = (text: string) => T | { readonly wanted: string };

interface Flag<T> {
  readonly parse: Parse<T>;
  readonly default: T;
  readonly help: string;
  /** How the value is shown in `--help`. */
  readonly value: string;
}

const flag = <T>(value: string, parse: Parse<T>, fallback: T, help: string): Flag<T> => ({
  parse,
  default: fallback,
  help,
  value,
});

const text: Parse<string> = (value) => (value === '' ? { wanted: 'some text' } : value);
const optionalText: Parse<string | null> = text;
const number =
  (min: number, max: number): Parse<number> =>
  (value) => {
    const parsed = /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
    return parsed >= min && parsed <= max ? parsed : { wanted: `a number from ${min} to ${max}` };
  };
const integer =
  (min: number, max: number): Parse<number> =>
  (value) => {
    const parsed = /^-?\d+$/.test(value) ? Number(value) : Number.NaN;
    return parsed >= min && parsed <= max ? parsed : { wanted: `a whole number from ${min} to ${max}` };
  };
const oneOf =
  <T extends string>(...allowed: readonly T[]): Parse<T> =>
  (value) =>
    allowed.includes(value as T) ? (value as T) : { wanted: `one of ${allowed.join(', ')}` };
const brokerList: Parse<string | null> = (value) =>
  /^[^\s,]+(,[^\s,]+)*$/.test(value) ? value : { wanted: 'host:port, several with commas between' };
const topicPrefix: Parse<string> = (value) =>
  /^[A-Za-z0-9._-]{0,100}$/.test(value) ? value : { wanted: 'up to 100 of A-Z a-z 0-9 . _ -' };
const sqlName: Parse<string> = (value) =>
  /^[a-z_][a-z0-9_]{0,62}$/.test(value) ? value : { wanted: 'up to 63 of a-z 0-9 _' };
const yesNo: Parse<boolean> = (value) =>
  value === 'true' || value === 'yes' || value === '1'
    ? true
    : value === 'false' || value === 'no' || value === '0'
      ? false
      : { wanted: 'true or false' };
const url =
  (...protocols: string[]): Parse<string> =>
  (value) =>
    URL.canParse(value) && protocols.includes(new URL(value).protocol)
      ? value
      : { wanted: `a URL beginning with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}` };
const instant: Parse<number | null> = (value) => {
  const ms = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z?)?$/.test(value)
    ? Date.parse(value.length > 10 && !value.endsWith('Z') ? `${value}Z` : value)
    : Number.NaN;
  return Number.isNaN(ms) ? { wanted: 'a UTC instant such as 2023-02-06T01:00:00Z' } : ms;
};
const networks: Parse<readonly string[]> = (value) => {
  const list = value.split(',').map((part) => part.trim());
  const bits = { 4: 32, 6: 128 } as const;
  const isNetwork = (part: string) => {
    const [address, length, ...rest] = part.split('/');
    const version = isIP(address!) as 0 | 4 | 6;
    const valid =
      length === undefined || (/^\d{1,3}$/.test(length) && version !== 0 && Number(length) <= bits[version]);
    return version !== 0 && valid && rest.length === 0;
  };
  return list.every(isNetwork)
    ? list
    : { wanted: 'addresses or networks such as 10.0.0.0/8, separated by commas' };
};

const isOrigin = (value: string) =>
  URL.canParse(value) &&
  /^https?:$/.test(new URL(value).protocol) &&
  new URL(value).origin === value.replace(/\/$/, '');
const origin: Parse<string | null> = (value) =>
  isOrigin(value)
    ? new URL(value).origin
    : { wanted: 'an origin such as https://quakes.example, without a path' };
const origins: Parse<readonly string[]> = (value) => {
  const list = value.split(',').map((part) => part.trim());
  if (list.length === 1 && list[0] === '*') return list;
  return list.every(isOrigin)
    ? list.map((part) => new URL(part).origin)
    : { wanted: 'origins such as https://news.example, separated by commas, or *' };
};

/** All flags, in the order in which `--help` lists them. */
const FLAGS = {
  host: flag('ADDRESS', text, '127.0.0.1', 'address the gateway listens on; 0.0.0.0 for all'),
  port: flag('PORT', integer(0, 65535), 8080, 'port of the gateway; 0 takes a free one'),
  'admin-host': flag('ADDRESS', text, '127.0.0.1', 'address of the admin port; keep it off public networks'),
  'admin-port': flag(
    'PORT',
    integer(0, 65535),
    9090,
    'port of /metrics, /healthz, /readyz, /log-level; 0 takes a free one',
  ),
  'data-dir': flag('FOLDER', text, './.quakewire', 'embedded log and database'),
  'backup-dir': flag<string | null>(
    'FOLDER',
    optionalText,
    null,
    'where backups of the embedded log and database go; none: backups in the data directory',
  ),
  'backups-kept': flag('COUNT', integer(1, 10_000), 7, 'backups kept; the oldest go'),
  'kafka-brokers': flag<string | null>(
    'LIST',
    brokerList,
    null,
    'some brokers of the Kafka cluster that holds the log, host:port; none: the embedded log',
  ),
  'kafka-username': flag<string | null>('NAME', optionalText, null, 'user on the Kafka cluster'),
  'kafka-password': flag<string | null>('TEXT', optionalText, null, 'password of that user'),
  'kafka-sasl-mechanism': flag(
    'NAME',
    oneOf('PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'),
    'SCRAM-SHA-512',
    'how the password is proved',
  ),
  'kafka-tls': flag('true|false', yesNo, false, 'speak TLS with the Kafka cluster'),
  'kafka-tls-ca': flag<string | null>(
    'FILE',
    optionalText,
    null,
    'certificate of the authority to trust, PEM; none: those that Node knows',
  ),
  'kafka-topic-prefix': flag(
    'TEXT',
    topicPrefix,
    '',
    "put before the topics' names, for several installations on one cluster",
  ),
  'kafka-replicas': flag(
    'COUNT',
    integer(1, 9),
    1,
    'topics: copies of each topic, 3 where a broker may fail',
  ),
  'postgres-url': flag<string | null>(
    'URL',
    url('postgres:', 'postgresql:'),
    null,
    'the database, postgres://user:password@host:5432/database; none: the embedded one',
  ),
  'postgres-schema': flag('NAME', sqlName, 'quakewire', 'schema that holds the tables'),
  starter: flag('true|false', yesNo, true, 'show the starter catalogue (USGS M 4.5 and above, 2022–2025)'),
  'emsc-websocket-url': flag(
    'URL',
    url('ws:', 'wss:'),
    'wss://www.seismicportal.eu/standing_order/websocket',
    "EMSC's standing-order websocket",
  ),
  'emsc-fdsn-url': flag(
    'URL',
    url('http:', 'https:'),
    'https://www.seismicportal.eu/fdsnws/event/1/',
    "EMSC's FDSN event service, for what the websocket missed",
  ),
  'emsc-fdsn-interval-s': flag(
    'SECONDS',
    number(0, 3600),
    10,
    'least time between two requests to the FDSN service',
  ),
  'emsc-backfill-days': flag('DAYS', number(0, 366), 7, 'how far a first start fills back'),
  'emsc-reconcile-s': flag(
    'SECONDS',
    number(1, 86_400),
    1800,
    'how often to look for events that EMSC took back',
  ),
  'emsc-confirm-s': flag(
    'SECONDS',
    number(0, 86_400),
    300,
    'time between the two looks that confirm a withdrawal',
  ),
  'live-streams-max': flag(
    'COUNT',
    integer(1, 1_000_000),
    20_000,
    'open /live streams at most; beyond that 503',
  ),
  'live-streams-per-address-max': flag(
    'COUNT',
    integer(1, 1_000_000),
    1000,
    'of these from one address at most',
  ),
  'live-queue-bytes-max': flag(
    'BYTES',
    integer(1024, 64 * 1024 ** 2),
    262_144,
    'unread bytes after which a stream is dropped',
  ),
  'live-age-max-s': flag(
    'SECONDS',
    number(0, 604_800),
    3600,
    'how long a stream may last, a fifth more or less, before its reader is sent to whichever gateway has room; 0: for ever',
  ),
  'trusted-proxies': flag<readonly string[]>(
    'LIST',
    networks,
    [],
    'comma list of addresses or networks of proxies whose X-Forwarded-For says who a reader is',
  ),
  'requests-per-address-max': flag(
    'COUNT',
    integer(1, 10_000_000),
    2000,
    'requests of one address in ten seconds at most (IPv6: of one /64); beyond that 429',
  ),
  'connections-per-address-max': flag(
    'COUNT',
    integer(1, 1_000_000),
    1500,
    'connections of one address at a time, trusted proxies apart; more are closed unread',
  ),
  'public-url': flag<string | null>(
    'URL',
    origin,
    null,
    'where readers find this, https://quakes.example, for links and previews; set it behind a cache. None: what the request says',
  ),
  csp: flag(
    'MODE',
    oneOf('enforce', 'report-only'),
    'enforce',
    'report-only: a page that breaks the content security policy says so on its console and is not stopped',
  ),
  'hsts-max-age-s': flag(
    'SECONDS',
    integer(0, 63_072_000),
    0,
    'tell browsers that came by https (a trusted proxy says so) to come by https alone for so long; 0: do not',
  ),
  'frame-ancestors': flag<readonly string[]>(
    'LIST',
    origins,
    [],
    'comma list of origins whose pages may show ours in a frame, https://news.example; * for any',
  ),
  'drain-notice-s': flag(
    'SECONDS',
    number(0, 600),
    0,
    'time that a stopping gateway is unready before it sends anyone away, so that a balancer learns of it; 3 behind HAProxy',
  ),
  'drain-s': flag('SECONDS', number(0, 600), 5, 'time over which a stopping gateway sends its readers away'),
  'replay-files': flag(
    'FILES',
    text,
    'fixtures/emsc/kahramanmaras-2023-02-06.tsv.gz',
    'demo, replay: recorded reports, comma list (fixtures/README.md has the format)',
  ),
  'replay-start': flag<number | null>(
    'INSTANT',
    instant,
    null,
    'demo, replay: recorded instant to begin at; default: see README',
  ),
  'replay-speed': flag('FACTOR', number(0.01, 1_000_000), 60, 'demo, replay: recorded seconds in one second'),
  'replay-port': flag(
    'PORT',
    integer(0, 65535),
    0,
    'demo, replay: port of the replayed agency; 0 takes a free one',
  ),
  'replay-faults': flag<string | null>(
    'LIST',
    optionalText,
    null,
    'demo, replay: faults to add, such as drop=0.01,garbage=0.02',
  ),
  'replay-seed': flag('NUMBER', integer(0, 2 ** 31), 1, 'demo, replay: seed of the faults'),
  since: flag<number | null>(
    'INSTANT',
    instant,
    null,
    'dead-letters: those from this UTC instant on, oldest first; none: the newest first',
  ),
  limit: flag('COUNT', integer(1, 100_000), 20, 'dead-letters: how many of the newest are listed'),
  format: flag(
    'FORMAT',
    oneOf('text', 'json'),
    'text',
    'dead-letters, backup: lines to read, or one JSON object a line',
  ),
  'log-level': flag<LogLevel>(
    'LEVEL',
    oneOf(...LOG_LEVELS),
    'info',
    `${LOG_LEVELS.join(', ')}; SIGUSR2 turns it while running`,
  ),
  'log-format': flag(
    'FORMAT',
    oneOf('auto', 'json', 'text'),
    'auto',
    'json, text, or auto: text on a terminal, else json',
  ),
} as const;

/** Whose values no message and no log may show; each can be given as a file, too. */
const SECRETS: ReadonlySet<FlagName> = new Set(['postgres-url', 'kafka-password']);
const FILE = '-file';

export const ROLES = {
  '': 'everything in one process: source, log, associate, store, gateway (the default)',
  demo: 'everything against a replay of 2023-02-06, the day of the Kahramanmaraş earthquakes; no internet needed',
  replay: "a recorded agency: speaks EMSC's websocket and FDSN from recorded files",
  topics: 'makes the topics on the Kafka cluster, as often as one likes, and ends',
  source: 'one stage on Kafka: the agencies into the log',
  associate: 'one stage on Kafka: reports into events; one works, any number stands by',
  store: 'one stage on Kafka: the log into PostgreSQL',
  gateway: 'one stage on Kafka: pages, streams and queries; any number of them',
  'dead-letters':
    'what could not be read: list, counts, show OFFSET, or redrive what can be read today; ends by itself',
  backup: 'a copy of the embedded log and database, while Quakewire runs or not; ends by itself',
  restore: 'restore FOLDER: puts a backup, or another copy, into the data directory; ends by itself',
} as const;

/** Roles that take further words. */
const WORDY: ReadonlySet<string> = new Set<Role>(['dead-letters', 'restore']);

export type Role = keyof typeof ROLES;
type FlagName = keyof typeof FLAGS;
type Camel<S extends string> = S extends `${infer A}-${infer B}` ? `${A}${Capitalize<Camel<B>>}` : S;
type ValueOf<F> = F extends Flag<infer T> ? T : never;

/** What the command line and the environment said, whole and checked. */
export type Config = {
  readonly role: Role;
  /** What stands behind the role; empty but for `dead-letters` and `restore`. */
  readonly words: readonly string[];
} & {
  readonly [K in FlagName as Camel<K>]: ValueOf<(typeof FLAGS)[K]>;
};

const PREFIX = 'QUAKEWIRE_';
const toVariable = (name: string) => PREFIX + name.toUpperCase().replaceAll('-', '_');
const toCamel = (name: string) => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/** Every name that can be given, and the flag it sets: the secrets have two. */
const NAMES: ReadonlyMap<string, FlagName> = new Map(
  (Object.keys(FLAGS) as FlagName[]).flatMap((name): [string, FlagName][] =>
    SECRETS.has(name)
      ? [
          [name, name],
          [name + FILE, name],
        ]
      : [[name, name]],
  ),
);
const KNOWN = [...NAMES.keys()];

/** What was said of one flag. */
interface Given {
  readonly text: string;
  readonly where: string;
  readonly by: 'flag' | 'variable';
  /** `text` is the path of a file that holds the value. */
  readonly isFile: boolean;
}

/**
 * The configuration, or `'help'` when that was asked for. `readFile` gives a file's text.
 * Throws `CONFIG_INVALID` that names the flag or variable, what it is and what was wanted.
 */
export function readConfig(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => string = (path) => readFileSync(path, 'utf8'),
): Config | 'help' {
  const given = new Map<FlagName, Given>();
  const take = (spelled: string, text: string, where: string, by: Given['by']): void => {
    const name = NAMES.get(spelled)!;
    const isFile = spelled !== name;
    const before = given.get(name);
    if (before && before.by === by && before.isFile !== isFile)
      throw new QuakewireError(
        'CONFIG_INVALID',
        `Cannot start: ${before.where} and ${where} are both given, expected one of them`,
      );
    given.set(name, { text, where, by, isFile });
  };
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith(PREFIX) || value === undefined) continue;
    const spelled = KNOWN.find((candidate) => toVariable(candidate) === variable);
    if (!spelled) throw refuse(variable, 'there is no such setting', KNOWN.map(toVariable), variable);
    take(spelled, value, variable, 'variable');
  }
  const words: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '--help' || arg === '-h') return 'help';
    if (!arg.startsWith('--')) {
      words.push(arg);
      continue;
    }
    const [name, inline] = split(arg.slice(2));
    if (!NAMES.has(name)) {
      throw refuse(
        `--${name}`,
        'there is no such flag',
        KNOWN.map((known) => `--${known}`),
        `--${name}`,
      );
    }
    const value = inline ?? args[++i];
    if (value === undefined)
      throw new QuakewireError('CONFIG_INVALID', `Cannot start: --${name} has no value`);
    take(name, value, `--${name}`, 'flag');
  }
  const role = words[0] ?? '';
  if ((words.length > 1 && !WORDY.has(role)) || !(role in ROLES)) {
    const roles = Object.keys(ROLES).filter(Boolean).join(', ');
    throw new QuakewireError(
      'CONFIG_INVALID',
      `Cannot start: "${words.join(' ')}" is not a role, expected none or one of ${roles}`,
    );
  }
  const config: Record<string, unknown> = { role, words: words.slice(1) };
  for (const name of Object.keys(FLAGS) as FlagName[]) {
    const { parse, default: fallback } = FLAGS[name] as Flag<unknown>;
    const raw = given.get(name);
    const value = raw ? parse(raw.isFile ? readSecret(raw, readFile) : raw.text) : fallback;
    if (raw && typeof value === 'object' && value !== null && 'wanted' in value) {
      throw new QuakewireError(
        'CONFIG_INVALID',
        `Cannot start: ${raw.where} is ${SECRETS.has(name) ? 'wrong (it may hold a password, so it is not shown)' : `"${raw.text}"`}, expected ${value.wanted}`,
      );
    }
    config[toCamel(name)] = value;
  }
  return config as Config;
}

/** What the file holds, without the line break at its end. Throws `CONFIG_INVALID` when it cannot be read or is empty. */
function readSecret({ text: path, where }: Given, readFile: (path: string) => string): string {
  let text: string;
  try {
    text = readFile(path).replace(/\r?\n$/, '');
  } catch (cause) {
    throw new QuakewireError('CONFIG_INVALID', `Cannot start: ${where}: ${toMessage(cause)}`, { cause });
  }
  if (text === '') throw new QuakewireError('CONFIG_INVALID', `Cannot start: ${where}: "${path}" is empty`);
  return text;
}

/** The text of `--help`: roles, then every flag with its variable and default. */
export function describeConfig(): string {
  const roles = Object.entries(ROLES).map(([role, help]) => `  quakewire ${role}`.padEnd(25) + help);
  const flags = (Object.keys(FLAGS) as FlagName[]).map((name) => {
    const { value, help, default: fallback } = FLAGS[name] as Flag<unknown>;
    const file = SECRETS.has(name)
      ? `\n        or a file that holds it: --${name}${FILE} FILE; environment: ${toVariable(name + FILE)}`
      : '';
    return `  --${name} ${value}\n        ${help}\n        default: ${isEmpty(fallback) ? 'none' : fallback}; environment: ${toVariable(name)}${file}`;
  });
  return ['Usage: quakewire [ROLE] [WORDS] [FLAGS]', '', 'Roles', ...roles, '', 'Flags', ...flags, ''].join(
    '\n',
  );
}

const isEmpty = (value: unknown) => value === null || (Array.isArray(value) && value.length === 0);

function split(word: string): [string, string | undefined] {
  const equals = word.indexOf('=');
  return equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
}

function refuse(what: string, why: string, known: string[], given: string): QuakewireError {
  const nearest = known.toSorted((a, b) => difference(a, given) - difference(b, given))[0]!;
  return new QuakewireError(
    'CONFIG_INVALID',
    `Cannot start: ${what}: ${why}; the nearest is ${nearest}, --help lists all`,
  );
}

/** How many letters two names differ in (Levenshtein), to offer the nearest known one. */
function difference(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}
