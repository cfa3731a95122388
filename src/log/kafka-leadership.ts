// Leadership on Kafka: a consumer group says who works (./kafka/membership.ts), and a fence at the topics makes sure
// that nobody else does (./kafka/fence.ts), renewed while a term lasts. docs/decisions/0021-one-association.md.

import { setTimeout as sleep } from 'node:timers/promises';
import { type HealthPart, UNHEARD } from '../telemetry/health.ts';
import { Cluster } from './kafka/cluster.ts';
import { toKafkaCode, toLogError } from './kafka/faults.ts';
import { mark, type ProducerIdentity, takeOver } from './kafka/fence.ts';
import { runMembership } from './kafka/membership.ts';
import { Patience } from './kafka/patience.ts';
import { type KafkaSettings, PATIENCE_MS, toKafkaName } from './kafka/settings.ts';
import { createKafkaLog } from './kafka.ts';
import type { Leadership, Term } from './leadership.ts';
import type { Topic } from './topics.ts';

export interface KafkaLeadershipOptions extends KafkaSettings {
  /** Name of the office: the group, and the transactional id under which its holders write. */
  readonly office: string;
  /** What only the leader writes to. */
  readonly topics: readonly Topic[];
  /** Told whether this process stands for the office: standing by counts as working. */
  readonly health?: HealthPart;
  /** How often a leader renews its fence, ms. Default: 6 h, a quarter of the time after which partitions forget it. */
  readonly renewMs?: number;
}

const RENEW_MS = 6 * 3_600_000;
const RENEW_RETRY_MS = 60_000;
/** A coordinator that is away is not waited for when leaving. */
const LEAVE_WAIT_MS = 2_000;
/** Answers to a renewal which say that the identity is another's, or nobody's any more. */
const LOST = new Set([
  'INVALID_PRODUCER_EPOCH',
  'PRODUCER_FENCED',
  'INVALID_PRODUCER_ID_MAPPING',
  'UNKNOWN_PRODUCER_ID',
]);

/** Stands for the office from the first `acquire` until `close`. */
export function createKafkaLeadership(options: KafkaLeadershipOptions): Leadership {
  const groupId = `${options.topicPrefix ?? ''}${options.office}`;
  const names = options.topics.map((topic) => toKafkaName(options, topic));
  const cluster = new Cluster(options);
  const leaving = new AbortController();
  let membership: Promise<void> | null = null;
  /** Of the present choice; null while another member is chosen. */
  let chosen: AbortController | null = null;
  let onChosen = () => {};
  /** In the group; null before the first answer. */
  let isStanding: boolean | null = null;

  const health = options.health ?? UNHEARD;
  const onStanding = (fault: Error | null) => {
    if (fault === null) {
      isStanding = true;
      health.works();
      return;
    }
    // Said once for each outage: the way back is told by what the process does next.
    if (isStanding !== false)
      options.logger?.warn({ err: fault }, 'Standing for the lead waits for the Kafka cluster');
    isStanding = false;
    health.waits(fault.message);
  };

  const onChange = (isChosen: boolean) => {
    options.logger?.info(
      { office: options.office },
      isChosen ? 'This process leads' : 'This process stands by',
    );
    chosen?.abort();
    chosen = isChosen ? new AbortController() : null;
    if (isChosen) onChosen();
  };

  /** Resolves once this member is chosen, or the signal fires. */
  function whenChosen(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (chosen || signal.aborted) return resolve();
      const end = () => {
        signal.removeEventListener('abort', end);
        resolve();
      };
      onChosen = end;
      signal.addEventListener('abort', end);
    });
  }

  async function begin(choice: AbortController, signal: AbortSignal): Promise<Term | null> {
    const patience = new Patience(options.patienceMs ?? PATIENCE_MS);
    let told: string | null = null;
    while (!choice.signal.aborted && !signal.aborted) {
      try {
        // A topic that is missing or has another shape is told in words here; the fence would tell it in a code.
        for (const name of names) await cluster.find(name);
        const identity = await takeOver(cluster, groupId, names);
        const ended = new AbortController();
        const stop = () => ended.abort();
        choice.signal.addEventListener('abort', stop, { once: true });
        if (choice.signal.aborted) stop();
        const log = createKafkaLog(options, { ...identity, onLost: stop });
        const released = new AbortController();
        void keepRenewing(identity, stop, AbortSignal.any([ended.signal, released.signal]));
        const release = () => {
          released.abort();
          return log.close();
        };
        return { log, ended: ended.signal, release };
      } catch (error) {
        const err = toLogError('take the lead', error, options);
        // Once for each reason: it is tried again every second.
        if (patience.isOver() && told !== err.message) {
          told = err.message;
          options.logger?.warn({ err }, 'Taking the lead waits for the Kafka cluster');
        }
        await patience.pause(signal);
      }
    }
    return null;
  }

  /** Until the signal fires; `onLost` is called when there is nothing left to renew. */
  async function keepRenewing(
    identity: ProducerIdentity,
    onLost: () => void,
    signal: AbortSignal,
  ): Promise<void> {
    const everyMs = options.renewMs ?? RENEW_MS;
    let pauseMs = everyMs;
    while (!signal.aborted) {
      await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => {});
      if (signal.aborted) return;
      try {
        await mark(cluster, groupId, names, identity);
        pauseMs = everyMs;
      } catch (error) {
        if (LOST.has(toKafkaCode(error) ?? '')) onLost();
        else if (!signal.aborted) {
          const err = toLogError('renew the lead', error, options);
          options.logger?.warn({ err }, 'Renewing the lead failed; it is tried again');
        }
        pauseMs = Math.min(everyMs, RENEW_RETRY_MS);
      }
    }
  }

  return {
    acquire: async (signal) => {
      membership ??= runMembership(
        { settings: options, cluster, groupId, onChange, onStanding },
        leaving.signal,
      );
      while (!signal.aborted) {
        await whenChosen(signal);
        const term = chosen && (await begin(chosen, signal));
        if (term) return term;
      }
      return null;
    },
    close: async () => {
      leaving.abort();
      // Without its farewell the group waits for the session to end.
      await Promise.race([membership, sleep(LEAVE_WAIT_MS, undefined, { ref: false })]);
      await cluster.close();
    },
  };
}
