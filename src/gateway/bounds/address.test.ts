import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toAddressKey } from './address.ts';

test('toAddressKey() counts IPv4 by address, however it is written', () => {
  expect(toAddressKey('192.0.2.7')).toBe('192.0.2.7');
  expect(toAddressKey('::ffff:192.0.2.7')).toBe('192.0.2.7');
  expect(toAddressKey('::ffff:c000:207')).toBe('192.0.2.7');
});

test('toAddressKey() counts IPv6 by its /64 network, however it is written', () => {
  const key = '2001:db8:0:1::/64';
  for (const address of ['2001:db8:0:1::1', '2001:0DB8:0000:0001:ffff::2', '2001:db8:0:1:2:3:4:5']) {
    expect(toAddressKey(address)).toBe(key);
  }
  expect(toAddressKey('fe80::1%eth0')).toBe('fe80:0:0:0::/64');
  expect(toAddressKey('::1')).toBe('0:0:0:0::/64');
  expect(toAddressKey('2001:db8:0:2::1')).not.toBe(key);
});

test('addresses of one /64 have one key, addresses of two have two', () => {
  const network = fc.array(fc.integer({ min: 1, max: 0xffff }), { minLength: 4, maxLength: 4 });
  const write = (groups: number[]) => groups.map((group) => group.toString(16)).join(':');
  fc.assert(
    fc.property(network, network, network, network, (a, b, host, other) => {
      expect(toAddressKey(write([...a, ...host]))).toBe(toAddressKey(write([...a, ...other])));
      const same = write(a) === write(b);
      expect(toAddressKey(write([...a, ...host])) === toAddressKey(write([...b, ...host]))).toBe(same);
    }),
  );
});

test('what is no address is its own key, never longer than 64 characters', () => {
  expect(toAddressKey('unknown')).toBe('unknown');
  expect(toAddressKey('x'.repeat(1000))).toHaveLength(64);
});
