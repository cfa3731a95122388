// The configuration's text, judged by HAProxy itself.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { COMPOSE, type HaproxyInput, toHaproxyConfig } from '../../deploy/haproxy/config.ts';
import { describeOnHaproxy, judgeConfig } from '../support/haproxy.ts';

const gateways = [
  { name: 'gateway1', host: '127.0.0.1', port: 18_001, checkPort: 18_001 },
  { name: 'gateway2', host: '127.0.0.1', port: 18_002, checkPort: 18_102 },
];
const FIXED: HaproxyInput = { bindHost: '127.0.0.1', bindPort: 18_080, statsPort: 18_081, gateways };

describeOnHaproxy('toHaproxyConfig()', () => {
  test.each<[string, HaproxyInput]>([
    ['a fixed list', FIXED],
    ['no statistics', { ...FIXED, statsPort: null }],
    ['no bounds by address', { ...FIXED, streamsPerAddressMax: null, requestsPerAddressMax: null }],
    ['a bound of streams', { ...FIXED, streamsPerGatewayMax: 200 }],
    ['a proxy in front', { ...FIXED, trustedProxies: ['127.0.0.1', '10.0.0.0/8', 'fd00::/8'] }],
    ['a name in DNS', COMPOSE],
  ])('gives for %s what HAProxy takes without a warning', (_name, input) => {
    expect(judgeConfig(toHaproxyConfig(input))).toBeNull();
  });

  test('HAProxy refuses a broken text, so the test above can fail', () => {
    expect(judgeConfig(toHaproxyConfig(FIXED).replace('balance leastconn', 'balance mostconn'))).toMatch(
      /balance only supports/,
    );
  });
});

test('deploy/haproxy/haproxy.cfg is what the module makes', () => {
  expect(readFileSync('deploy/haproxy/haproxy.cfg', 'utf8')).toBe(toHaproxyConfig(COMPOSE));
});

test('no name or address can become another directive', () => {
  const named = (name: string) => ({ ...FIXED, gateways: [{ ...gateways[0]!, name }] });
  expect(() => toHaproxyConfig(named('a b'))).toThrow(/"a b" is no name/);
  expect(() => toHaproxyConfig({ ...FIXED, bindHost: '::\nlua-load x' })).toThrow(/no address/);
  expect(() => toHaproxyConfig({ ...FIXED, trustedProxies: ['0.0.0.0/0 } {'] })).toThrow(/no address/);
});
