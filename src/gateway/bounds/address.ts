// Who a bound counts: an IPv4 address, or the /64 network of an IPv6 address. A household is given a /64 at least (RFC 6177),
// so a bound for each address of it would be no bound. Pure.

import { isIPv4, isIPv6 } from 'node:net';

/**
 * The key under which all bounds per address count: an IPv4 address as it is (also one that is mapped into IPv6), an IPv6
 * address as the first four groups of it, `2001:db8:0:1::/64`. Text that is no address is its own key, cut at 64 characters.
 */
export function toAddressKey(address: string): string {
  if (isIPv4(address)) return address;
  const bare = address.split('%', 1)[0]!;
  if (!isIPv6(bare)) return address.slice(0, 64);
  const groups = toGroups(bare);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) return [groups[6]! >> 8, groups[6]! & 255, groups[7]! >> 8, groups[7]! & 255].join('.');
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/** The eight numbers of a valid IPv6 address. */
function toGroups(address: string): number[] {
  const [head = '', tail] = address.split('::');
  const left = readGroups(head);
  if (tail === undefined) return left;
  const right = readGroups(tail);
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}

function readGroups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((part) => {
    if (!part.includes('.')) return Number.parseInt(part, 16);
    const [a, b, c, d] = part.split('.').map(Number);
    return [a! * 256 + b!, c! * 256 + d!];
  });
}
