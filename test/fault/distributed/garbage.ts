// Records that no Quakewire wrote, put into its topics by a producer of somebody else.

import { Producer } from '@platformatic/kafka';

const FOREIGN_WAIT_MS = 10_000;

export const EVENT_GARBAGE: readonly Buffer[] = [
  Buffer.from([0, 255, 254, 128]),
  Buffer.from('{"schemaVersion":1,"id":"emsc-foreign","revision":"first"}'),
  Buffer.from('no JSON'),
  Buffer.from('[]'),
  Buffer.alloc(0),
];
export const REPORT_GARBAGE: readonly Buffer[] = [
  ...EVENT_GARBAGE,
  Buffer.from('{"schemaVersion":1,"kind":"solution","agency":"EMSC"}'),
  Buffer.from('{"schemaVersion":99,"kind":"solution"}'),
  // As large as a record can be.
  Buffer.from(`{"kind":"${'x'.repeat(1_000_000)}"}`),
];

/** As anyone could who reaches the brokers: no header of ours. While they are away it is given up. */
export async function produceGarbage(brokers: readonly string[], topic: string, value: Buffer, key: string) {
  const producer = new Producer({
    clientId: 'foreigner',
    bootstrapBrokers: [...brokers],
    retries: 0,
    connectTimeout: FOREIGN_WAIT_MS,
    requestTimeout: FOREIGN_WAIT_MS,
  });
  try {
    await producer.send({ messages: [{ topic, partition: 0, key: Buffer.from(key), value }], acks: -1 });
  } catch {
    // Whether it stands in the log or not: the judge goes by what stands there.
  } finally {
    await producer.close(true).catch(() => {});
  }
}
