// HAProxy's configuration in front of the gateways, as text (HAProxy 2.6 or newer). One text for all who need it: a fixed
// list of gateways (tests, `npm run cluster`), or a name that DNS resolves to as many as run (deploy/haproxy/haproxy.cfg,
// which is this module's output for `COMPOSE`: `node deploy/haproxy/config.ts`). Pure.
//
//   browser ──▶ frontend ──┬─ /live ─────────▶ backend live        the gateway with the fewest streams
//                          ├─ /catalogue/… ──▶ backend catalogue   the same gateway for one reader, or one cache
//                          └─ other ─────────▶ backend http        the gateway with the fewest requests

/** One gateway of a fixed list. */
export interface HaproxyGateway {
  /** Letters, digits, `-` and `_`; shown in statistics and logs. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** Port that answers `/readyz`: the gateway's own, or its admin port. */
  readonly checkPort: number;
}

/** Gateways behind one DNS name, as many as it resolves to; those that come and go are followed. */
export interface HaproxyTemplate {
  /** Resolved by `resolver`; each address it gives is a gateway. */
  readonly host: string;
  readonly port: number;
  /** Port that answers `/readyz`: the gateway's own, or its admin port. */
  readonly checkPort: number;
  readonly gatewaysMax: number;
  /** Address and port of the DNS server; Docker's own is 127.0.0.11:53. */
  readonly resolver: string;
}

export interface HaproxyInput {
  readonly bindHost: string;
  readonly bindPort: number;
  /** Port for statistics (`/`) and Prometheus (`/metrics`), on `statsHost`; null: none. */
  readonly statsPort: number | null;
  /** Default 127.0.0.1. */
  readonly statsHost?: string;
  /** A fixed list, or a name in DNS. */
  readonly gateways: readonly HaproxyGateway[] | HaproxyTemplate;
  /**
   * Streams one gateway takes (its `--live-streams-max`), so that what is above is refused here and costs no gateway
   * anything; absent or null: the gateways refuse themselves.
   */
  readonly streamsPerGatewayMax?: number | null;
  /** Streams of one address at most, default 1000 as at the gateways; null: no such bound. */
  readonly streamsPerAddressMax?: number | null;
  /** Requests of one address in ten seconds at most, default 2000; null: no such bound. */
  readonly requestsPerAddressMax?: number | null;
  /** Addresses or networks (CIDR) of proxies in front, whose X-Forwarded-For is believed; default none. */
  readonly trustedProxies?: readonly string[];
  /** Silence of a gateway after which a stream is cut, seconds; default 45: three heartbeats of 15 s. */
  readonly silenceMaxS?: number;
}

/** What deploy/haproxy/haproxy.cfg is made from: the service `gateway` of a compose file, scaled as one likes. */
export const COMPOSE: HaproxyInput = {
  bindHost: '',
  bindPort: 8080,
  statsPort: 8404,
  statsHost: '',
  gateways: { host: 'gateway', port: 8080, checkPort: 8080, gatewaysMax: 20, resolver: '127.0.0.11:53' },
};

/** Seconds that a reader refused here is asked to wait: the page adds up to a quarter at random. */
const RETRY_AFTER_S = 10;
/** Who a bound counts, as the gateway does (src/gateway/bounds/address.ts): an IPv4 address, a /64 of IPv6. */
const READER = 'src,ipmask(32,64)';
const ADDRESS = /^[A-Za-z0-9.:_-]*$/;
const NAME = /^[A-Za-z0-9_-]+$/;
const NETWORK = /^[0-9A-Fa-f.:]+(\/\d{1,3})?$/;

/** The configuration's text. Throws RangeError when a name or address is none: it would become another directive. */
export function toHaproxyConfig(input: HaproxyInput): string {
  check(input);
  const sections = [
    GLOBAL,
    toDefaults(input.silenceMaxS ?? 45),
    ...('resolver' in input.gateways ? [toResolvers(input.gateways)] : []),
    toFrontend(input),
    toBackends(input),
    ...(input.statsPort === null ? [] : [toStats(input.statsHost ?? '127.0.0.1', input.statsPort)]),
  ];
  return `${HEAD}\n${sections.map((section) => section.trim()).join('\n\n')}\n`;
}

const HEAD = `# Quakewire behind HAProxy 2.6 or newer. Made by deploy/haproxy/config.ts, which says what each part is for;
# docs/operations/gateways.md says how it is used. Gateways behind it need --trusted-proxies with HAProxy's address: without it all
# readers have one address, and of one address a gateway takes 1000 streams (--live-streams-per-address-max).
`;

const GLOBAL = `
global
    log stdout format raw local0 notice`;

function toDefaults(silenceMaxS: number): string {
  return `
defaults
    mode http
    log global
    option dontlognull
    # Each frame goes on as it comes: HAProxy buffers no answer, and with this waits for no fuller packet either.
    option http-no-delay
    # A reader that has left frees its stream at the gateway at once, not at the next heartbeat.
    option abortonclose
    option forwardfor
    timeout connect 2s
    timeout http-request 10s
    timeout http-keep-alive 30s
    timeout queue 1s
    timeout check 2s
    # A stream is an ordinary answer, never a tunnel, so "timeout tunnel" plays no part. What counts is the silence between two
    # writes: a gateway sends a heartbeat every 15 s, the page gives up after 35 s, this is the longest of the three.
    timeout server ${silenceMaxS}s
    # The same for a reader that takes nothing; the gateway drops it after two heartbeats at the latest.
    timeout client ${silenceMaxS}s
    # A gateway that just died, or stopped listening, is asked no second time: the next one is. All of ours is safe to repeat (GET).
    retries 3
    option redispatch 1
    retry-on conn-failure empty-response
    # 200: takes readers. Another answer: it lives, but is loading or leaving, so no new reader goes there and those that are there
    # stay until it sends them away. No answer: it is dead or frozen, and its readers are cut off so that they come back elsewhere.
    option httpchk GET /readyz
    http-check expect error-status L7OKC status 200
    default-server check inter 1s fastinter 500ms fall 3 rise 1 on-marked-down shutdown-sessions`;
}

function toResolvers({ resolver }: HaproxyTemplate): string {
  return `
resolvers dns
    nameserver dns ${resolver}
    accepted_payload_size 8192
    resolve_retries 3
    timeout resolve 1s
    timeout retry 1s
    # How fast a new gateway is found, and how long a vanished one is kept.
    hold valid 2s
    hold nx 5s
    hold obsolete 5s
    hold timeout 30s`;
}

function toFrontend(input: HaproxyInput): string {
  const { bindHost, bindPort, trustedProxies = [] } = input;
  const { streamsPerAddressMax = 1000, requestsPerAddressMax = 2000 } = input;
  const lines = [
    'frontend quakewire',
    `bind ${bindHost}:${bindPort}`,
    // Decoded as the gateway does: /%6Cive is a stream too and must not pass by the bounds.
    'acl is_stream path,url_dec /live',
    'http-request set-var(txn.peer) src',
  ];
  const tables: string[] = [];
  if (trustedProxies.length > 0) {
    lines.push(
      '# The reader behind a proxy of ours is the one whom that proxy names last.',
      `http-request set-src req.hdr_ip(x-forwarded-for,-1) if { src ${trustedProxies.join(' ')} } { req.hdr(x-forwarded-for) -m found }`,
    );
  }
  if (requestsPerAddressMax !== null) {
    const refusal = toRefusal(429, 'Too many requests come from your address');
    lines.push(
      `http-request track-sc1 ${READER} table requests_by_address`,
      `${refusal} if { sc1_http_req_rate(requests_by_address) gt ${requestsPerAddressMax} }`,
    );
    tables.push(
      'backend requests_by_address\n    stick-table type ipv6 size 200k expire 30s store http_req_rate(10s)',
    );
  }
  if (streamsPerAddressMax !== null) {
    const refusal = toRefusal(503, 'As many streams are open from your address as this server takes');
    lines.push(
      `http-request track-sc0 ${READER} table streams_by_address if is_stream`,
      `${refusal} if is_stream { sc0_conn_cur(streams_by_address) gt ${streamsPerAddressMax} }`,
    );
    tables.push('backend streams_by_address\n    stick-table type ipv6 size 200k expire 1m store conn_cur');
  }
  lines.push('use_backend live if is_stream', 'use_backend catalogue if { path_beg /catalogue/ }');
  lines.push('default_backend http');
  return [lines.join('\n    '), ...tables].join('\n\n');
}

/** An answer of HAProxy's own, with a code as the gateway's own refusals carry it (docs/errors.md). */
function toRefusal(status: 429 | 503, detail: string): string {
  const [title, code] = status === 429 ? ['Too many requests', 'RATE_EXCEEDED'] : ['Not now', 'STREAMS_FULL'];
  const problem = JSON.stringify({ type: 'about:blank', title, status, detail, code });
  const headers = `hdr Retry-After ${RETRY_AFTER_S} hdr Cache-Control no-store hdr Access-Control-Allow-Origin *`;
  return `http-request return status ${status} content-type application/problem+json ${headers} string '${problem}'`;
}

function toBackends({ gateways, streamsPerGatewayMax = null }: HaproxyInput): string {
  const servers = toServers(gateways, '');
  const refusal = toRefusal(503, 'As many streams are open as these gateways take');
  const full =
    streamsPerGatewayMax === null
      ? ''
      : `
    # When every gateway has its streams the answer is given here, and costs no gateway anything.
    ${refusal} if { be_conn_free le 0 }`;
  return `
backend http
    balance leastconn
${servers}

# A snapshot is a manifest and the chunks it names; gateways cut their chunks at moments of their own, so one reader, or the
# cache before many, asks one gateway for all of it as long as that one lives.
backend catalogue
    balance hash var(txn.peer)
    hash-type consistent
${servers}

backend live
    balance leastconn${full}
${toServers(gateways, streamsPerGatewayMax === null ? '' : ` maxconn ${streamsPerGatewayMax}`)}`;
}

function toServers(gateways: HaproxyInput['gateways'], settings: string): string {
  if ('resolver' in gateways) {
    const { host, port, checkPort, gatewaysMax } = gateways;
    return `    server-template gateway 1-${gatewaysMax} ${host}:${port} port ${checkPort} resolvers dns init-addr none${settings}`;
  }
  return gateways
    .map(
      ({ name, host, port, checkPort }) => `    server ${name} ${host}:${port} port ${checkPort}${settings}`,
    )
    .join('\n');
}

function toStats(host: string, port: number): string {
  return `
frontend statistics
    bind ${host}:${port}
    timeout client 10s
    .if feature(PROMEX)
    http-request use-service prometheus-exporter if { path /metrics }
    .endif
    stats enable
    stats uri /
    stats refresh 2s`;
}

function check(input: HaproxyInput): void {
  const { gateways, trustedProxies = [], statsHost = '' } = input;
  const hosts =
    'resolver' in gateways ? [gateways.host, gateways.resolver] : gateways.map(({ host }) => host);
  for (const host of [input.bindHost, statsHost, ...hosts])
    if (!ADDRESS.test(host)) throw new RangeError(`Cannot configure HAProxy: "${host}" is no address`);
  for (const { name } of 'resolver' in gateways ? [] : gateways)
    if (!NAME.test(name)) throw new RangeError(`Cannot configure HAProxy: "${name}" is no name of a gateway`);
  for (const network of trustedProxies)
    if (!NETWORK.test(network))
      throw new RangeError(`Cannot configure HAProxy: "${network}" is no address or network`);
}

if (import.meta.main) process.stdout.write(toHaproxyConfig(COMPOSE));
