// Makes the topics of ../topics.ts on a Kafka cluster, as often as one likes: what is missing is created, what is
// there is compared and left alone, and the differences are told. Behind `quakewire topics`.

import { Admin, type ConfigDescription, ConfigResourceTypes } from '@platformatic/kafka';
import { TOPIC_NAMES, TOPICS, type Topic, type TopicPolicy } from '../topics.ts';
import { toKafkaCode, toLogError } from './faults.ts';
import { type KafkaSettings, toBroker, toConnectionOptions, toKafkaName } from './settings.ts';

export interface TopicOptions extends KafkaSettings {
  /** Copies of each topic, on as many brokers: 1 for a trial, 3 where a broker may fail. `--kafka-replicas`. */
  readonly replicationFactor: number;
}

export interface TopicDifference {
  /** `partitions`, `replicas` or the name of a Kafka topic setting. */
  readonly setting: string;
  readonly found: string;
  readonly wanted: string;
}

export interface TopicOutcome {
  /** Name on the cluster. */
  readonly name: string;
  readonly state: 'created' | 'unchanged' | 'differs';
  /** Empty but for `differs`. */
  readonly differences: readonly TopicDifference[];
}

const SEGMENT_BYTES_MAX = 64 * 1024 ** 2;
/** Retention by bytes goes in whole segments: an eighth of the bound at a time. */
const SEGMENTS_MIN = 8;
/** Neither retention nor compaction touches the newest segment: it is closed after a day at most. */
const SEGMENT_MS = 86_400_000;

/** A topic's settings in Kafka's words. An acknowledged record is on all but one of three or more copies at least. */
export function toTopicConfigs(
  policy: TopicPolicy,
  replicationFactor: number,
): Readonly<Record<string, string>> {
  const segmentBytes =
    policy.retentionBytes === null
      ? SEGMENT_BYTES_MAX
      : Math.min(SEGMENT_BYTES_MAX, Math.floor(policy.retentionBytes / SEGMENTS_MIN));
  return {
    'cleanup.policy': policy.cleanup,
    ...(policy.cleanup === 'delete'
      ? { 'retention.ms': `${policy.retentionMs}`, 'retention.bytes': `${policy.retentionBytes ?? -1}` }
      : { 'min.compaction.lag.ms': `${policy.retentionMs}`, 'min.cleanable.dirty.ratio': '0.1' }),
    'segment.ms': `${SEGMENT_MS}`,
    'segment.bytes': `${segmentBytes}`,
    'min.insync.replicas': `${Math.max(1, replicationFactor - 1)}`,
    'message.timestamp.type': 'LogAppendTime',
    'unclean.leader.election.enable': 'false',
  };
}

/** Rejects with `LOG_UNAVAILABLE` when the cluster cannot be reached, refuses, or has too few brokers. */
export async function ensureTopics(options: TopicOptions): Promise<TopicOutcome[]> {
  const admin = new Admin({
    clientId: options.clientId,
    bootstrapBrokers: options.brokers.map(toBroker),
    ...toConnectionOptions(options),
  });
  try {
    const outcomes: TopicOutcome[] = [];
    // One after the other: a failure names its topic.
    for (const topic of TOPIC_NAMES) outcomes.push(await ensureTopic(admin, topic, options));
    return outcomes;
  } finally {
    await admin.close();
  }
}

async function ensureTopic(admin: Admin, topic: Topic, options: TopicOptions): Promise<TopicOutcome> {
  const name = toKafkaName(options, topic);
  const { replicationFactor } = options;
  const wanted = toTopicConfigs(TOPICS[topic], replicationFactor);
  try {
    const configs = Object.entries(wanted).map(([key, value]) => ({ name: key, value }));
    await admin.createTopics({ topics: [name], partitions: 1, replicas: replicationFactor, configs });
    return { name, state: 'created', differences: [] };
  } catch (error) {
    if (toKafkaCode(error) !== 'TOPIC_ALREADY_EXISTS')
      throw toLogError(`create topic ${name}`, error, options);
  }
  try {
    const differences = await compare(admin, name, wanted, replicationFactor);
    return { name, state: differences.length === 0 ? 'unchanged' : 'differs', differences };
  } catch (error) {
    throw toLogError(`look at topic ${name}`, error, options);
  }
}

async function compare(
  admin: Admin,
  name: string,
  wanted: Readonly<Record<string, string>>,
  replicationFactor: number,
): Promise<TopicDifference[]> {
  const metadata = await admin.metadata({ topics: [name], forceUpdate: true });
  const partitions = metadata.topics.get(name)!.partitions;
  const [described] = await admin.describeConfigs({
    resources: [
      { resourceType: ConfigResourceTypes.TOPIC, resourceName: name, configurationKeys: Object.keys(wanted) },
    ],
  });
  const found = {
    partitions: `${partitions.length}`,
    replicas: `${Math.min(...partitions.map(({ replicas }) => replicas.length))}`,
    ...toValues(described),
  };
  const all = { partitions: '1', replicas: `${replicationFactor}`, ...wanted };
  return Object.entries(all).flatMap(([setting, value]) => {
    const present = (found as Record<string, string>)[setting] ?? 'nothing';
    return present === value ? [] : [{ setting, found: present, wanted: value }];
  });
}

const toValues = (described: ConfigDescription | undefined): Record<string, string> =>
  Object.fromEntries((described?.configs ?? []).map(({ name, value }) => [name, value ?? 'nothing']));
