// The gateways of bench/crowd.ts, in a process of their own over one log: N hubs, and the events. Arguments: gateways, streams
// each. Commands by IPC: `{publish: n}` appends the n-th event, `{count: true}` gives what was asked of the gateways so far.

import type { AddressInfo } from 'node:net';
import { systemClock } from '../src/clock.ts';
import { createEmbeddedLog } from '../src/log/embedded.ts';
import { createEmbeddedStore } from '../src/store/embedded.ts';
import { createEvent, startGateway } from '../test/support/gateway.ts';
import { NO_ADDRESS_BOUNDS } from './child.support.ts';

const [count, streamsMax] = process.argv.slice(2).map(Number) as [number, number];
const log = createEmbeddedLog({ path: ':memory:', clock: systemClock });
const store = createEmbeddedStore({ path: ':memory:' });
const gateways = await Promise.all(
  Array.from({ length: count }, () =>
    startGateway({ log, store, options: { hub: { streamsMax }, http: NO_ADDRESS_BOUNDS } }),
  ),
);
process.on('message', async (command: { publish?: number; count?: true }) => {
  if (command.publish !== undefined) {
    // `receivedAtMs` is what readers measure from: just before the log has it.
    await gateways[0]!.publish(createEvent(command.publish, { receivedAtMs: Date.now() }));
  }
  if (!command.count) return;
  const counts: Record<string, number> = {};
  let streams = 0;
  for (const { metrics } of gateways) {
    for (const { labels, value } of (await metrics.httpRequests.get()).values) {
      const route = String(labels.route);
      counts[route] = (counts[route] ?? 0) + value;
    }
    for (const { value } of (await metrics.liveRefused.get()).values)
      counts['refused'] = (counts['refused'] ?? 0) + value;
    streams += (await metrics.liveStreams.get()).values[0]?.value ?? 0;
  }
  const { user, system } = process.cpuUsage();
  process.send!({ counts, streams, cpuMs: (user + system) / 1000 });
});
process.on('disconnect', () => process.exit());
process.send!({ ports: gateways.map(({ gateway }) => (gateway.app.server.address() as AddressInfo).port) });
