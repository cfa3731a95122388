// What every service of our compose files has to be, as rules: each says what is wrong, or nothing. Pure.

/** A compose file as parsed; only what the rules look at. */
export interface ComposeFile {
  readonly include?: readonly unknown[];
  readonly services: Readonly<Record<string, Service>>;
  readonly networks?: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, { readonly file?: string }>>;
}

export interface Service {
  readonly image?: string;
  readonly user?: string;
  readonly restart?: string;
  readonly read_only?: boolean;
  readonly privileged?: boolean;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly mem_limit?: string;
  readonly cpus?: number;
  readonly pids_limit?: number;
  readonly logging?: { readonly driver?: string; readonly options?: Readonly<Record<string, string>> };
  readonly healthcheck?: { readonly test?: readonly string[] | string; readonly disable?: boolean };
  readonly command?: readonly string[] | string;
  readonly entrypoint?: readonly string[] | string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[] | Readonly<Record<string, unknown>>;
  readonly network_mode?: string;
  readonly pid?: string;
  readonly ipc?: string;
  readonly secrets?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition?: string }>>;
}

type Rule = (name: string, service: Service, file: ComposeFile) => string | null;

/** Which services may publish which port of theirs. */
const PUBLISHED: Readonly<Record<string, string>> = { haproxy: '8080', quakewire: '8080', grafana: '3000' };
/** Root, since the engine's socket is root's: it has no network, and no capability. */
const ROOT_ALLOWED: ReadonlySet<string> = new Set(['docker-api']);
/** Ends by itself, so that it is never healthy. */
const JOBS: ReadonlySet<string> = new Set(['topics']);
/** Networks with a way out, and why they have one. */
const WAYS_OUT: ReadonlySet<string> = new Set(['agency', 'edge', 'desk']);
/** Of the image that is built here: its default is a name without a version. */
export const OWN_IMAGE = /^\$\{QUAKEWIRE_IMAGE:-quakewire:local\}$/;
const SECRET_NAME = /PASSWORD|SECRET|TOKEN|POSTGRES_URL|PRIVATE|API_KEY/;

export const RULES: Readonly<Record<string, Rule>> = {
  'the image is pinned by a whole version': (_name, { image = '' }) => {
    if (OWN_IMAGE.test(image)) return null;
    return /^[a-z0-9./-]+:v?\d+(\.\d+)+(-[a-z0-9.-]+)?(@sha256:[0-9a-f]{64})?$/.test(image)
      ? null
      : `image "${image}"`;
  },
  'the user is a number other than root': (name, { user = '' }) =>
    /^[1-9]\d*:\d+$/.test(user) || (user === '0:0' && ROOT_ALLOWED.has(name)) ? null : `user "${user}"`,
  'the root file system is read-only': (_name, { read_only }) =>
    read_only === true ? null : `read_only ${read_only}`,
  'no capability, no privilege, nothing of the host': (_name, service) => {
    const found: string[] = [];
    if (JSON.stringify(service.cap_drop) !== '["ALL"]')
      found.push(`cap_drop ${JSON.stringify(service.cap_drop)}`);
    if (service.cap_add) found.push(`cap_add ${service.cap_add.join(', ')}`);
    if (service.privileged) found.push('privileged');
    for (const mode of [service.network_mode, service.pid, service.ipc])
      if (mode !== undefined && mode !== 'none') found.push(`shares "${mode}"`);
    return found.length === 0 ? null : found.join('; ');
  },
  'no new privileges': (_name, { security_opt = [] }) =>
    security_opt.includes('no-new-privileges:true') &&
    security_opt.every((option) => !option.includes('unconfined'))
      ? null
      : `security_opt ${JSON.stringify(security_opt)}`,
  'memory, cores and processes are bounded': (_name, service) => {
    const missing = (['mem_limit', 'cpus', 'pids_limit'] as const).filter(
      (bound) => service[bound] === undefined,
    );
    return missing.length === 0 ? null : `no ${missing.join(', ')}`;
  },
  'the log is rotated': (_name, { logging }) =>
    logging?.driver === 'json-file' &&
    /^\d+m$/.test(logging.options?.['max-size'] ?? '') &&
    Number(logging.options?.['max-file']) > 1
      ? null
      : `logging ${JSON.stringify(logging)}`,
  'it has a health check without a shell, unless it ends by itself': (name, { healthcheck }) => {
    if (JOBS.has(name)) return null;
    const command = healthcheck?.test;
    return Array.isArray(command) && command[0] === 'CMD' && command.length > 1 && !healthcheck?.disable
      ? null
      : `healthcheck ${JSON.stringify(healthcheck)}`;
  },
  'it is started again when it fails': (name, { restart }) =>
    restart === (JOBS.has(name) ? 'on-failure' : 'unless-stopped') ? null : `restart "${restart}"`,
  'no port is published but 8080 and 3000': (name, { ports = [] }) =>
    ports.find((port) => PUBLISHED[name] === undefined || !port.endsWith(`}:${PUBLISHED[name]}`)) ?? null,
  'secrets are files': (_name, { environment = {}, command = [], secrets = [] }, file) => {
    for (const [variable, value] of Object.entries(environment))
      if (SECRET_NAME.test(variable) && !(/_FILE$/.test(variable) && value.startsWith('/run/secrets/')))
        return `variable ${variable}`;
    const words = [command].flat().join(' ');
    if (/--(postgres-url|kafka-password)[ =]|:\/\/[^/\s]+:[^/\s]+@/.test(words))
      return 'a secret in the command';
    const unknown = secrets.find((secret) => file.secrets?.[secret]?.file === undefined);
    return unknown === undefined ? null : `secret "${unknown}" is no file`;
  },
  'what it mounts of the machine is read-only, and data are on named volumes': (
    name,
    { volumes = [] },
    file,
  ) => {
    for (const volume of volumes) {
      const [source = '', target = '', mode] = volume.split(':');
      if (source === '/var/run/docker.sock' && name === 'docker-api') continue;
      if (source.startsWith('./')) {
        if (mode !== 'ro') return `${source} is writable`;
      } else if (!file.volumes || !(source in file.volumes)) return `${volume} is no named volume`;
      if (target === '') return `${volume} has no target`;
    }
    return null;
  },
  'it waits for health, not for a start': (_name, { depends_on = {} }) =>
    Object.entries(depends_on).find(
      ([, { condition }]) =>
        condition !== 'service_healthy' && condition !== 'service_completed_successfully',
    )?.[0] ?? null,
  'it joins named networks alone, and those with a way out are few': (
    _name,
    { networks, network_mode },
    file,
  ) => {
    if (network_mode === 'none') return networks === undefined ? null : 'networks beside network_mode none';
    const joined = Array.isArray(networks) ? networks : Object.keys(networks ?? {});
    if (joined.length === 0) return 'the default network';
    for (const network of joined) {
      if (file.networks?.[network] === undefined) return `unknown network "${network}"`;
      if (!file.networks[network]?.internal && !WAYS_OUT.has(network)) return `"${network}" has a way out`;
    }
    return null;
  },
};

/** Every breach of every rule in a whole (merged) set-up: `service: rule: what is found`. */
export function findBreaches(file: ComposeFile, rules = RULES): string[] {
  return Object.entries(file.services).flatMap(([name, service]) =>
    Object.entries(rules).flatMap(([rule, judge]) => {
      const found = judge(name, service, file);
      return found === null ? [] : [`${name}: ${rule}: ${found}`];
    }),
  );
}

/** Files laid over each other as compose does it, as far as ours need it: objects are merged, all else is replaced. */
export function mergeFiles(files: readonly ComposeFile[]): ComposeFile {
  return files.reduce((all, one) => merge(all, one) as ComposeFile, { services: {} } as ComposeFile);
}

function merge(below: unknown, above: unknown): unknown {
  const isMap = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isMap(below) || !isMap(above)) return above ?? below;
  const keys = new Set([...Object.keys(below), ...Object.keys(above)]);
  return Object.fromEntries([...keys].map((key) => [key, merge(below[key], above[key])]));
}
