// One gateway of bench/gateway-kill.ts: a process of its own that reads the log from Kafka. Arguments: brokers, topic prefix.

import type { AddressInfo } from 'node:net';
import { createKafkaLog } from '../src/log/kafka.ts';
import { startGateway } from '../test/support/gateway.ts';
import { NO_ADDRESS_BOUNDS } from './child.support.ts';

const [brokers, topicPrefix, port] = process.argv.slice(2) as [string, string, string];
const log = createKafkaLog({ brokers: brokers.split(','), clientId: 'bench-gateway', topicPrefix });
const running = await startGateway({ log, port: Number(port), options: { http: NO_ADDRESS_BOUNDS } });
process.on('message', () => {
  void running.metrics.liveStreams.get().then(({ values }) => {
    process.send!({ streams: values[0]?.value ?? 0 });
  });
});
process.on('disconnect', () => process.exit());
process.send!({ port: (running.gateway.app.server.address() as AddressInfo).port });
