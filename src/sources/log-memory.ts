// A source's memory in the log itself (./record.ts), for sources that may be started on any machine.

import type { EventLog } from '../log/log.ts';
import type { Topic } from '../log/topics.ts';
import { parseMemoryKey, toMemoryKey } from './record.ts';
import type { SourceMemory } from './source.ts';

const TOPIC: Topic = 'quake.sources.v1';

/**
 * Reads the topic once, at the first `read`: from then on its only writer is this process. Rejects as the log does;
 * a read that failed begins anew.
 */
export function createLogMemory(log: EventLog, signal: AbortSignal): SourceMemory {
  let recalled: Promise<Map<string, string>> | null = null;

  async function recall(): Promise<Map<string, string>> {
    const values = new Map<string, string>();
    const until = await log.end(TOPIC);
    for await (const { key, value } of log.read(TOPIC, 0, { signal, until })) {
      const name = parseMemoryKey(key);
      if (name !== null) values.set(name, Buffer.from(value).toString());
    }
    signal.throwIfAborted();
    return values;
  }
  const remembered = () => {
    recalled ??= recall().catch((error: unknown) => {
      recalled = null;
      throw error;
    });
    return recalled;
  };

  return {
    read: async (name) => (await remembered()).get(name) ?? null,
    async write(name, value) {
      await log.append(TOPIC, toMemoryKey(name), Buffer.from(value));
      (await remembered()).set(name, value);
    },
  };
}
