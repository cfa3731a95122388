// One user's way into the cluster: its connections, and who leads a topic's partition. A writer, each reader and
// the log's own questions have one each, because a broker answers the requests of a connection one after the other
// and a reader's waits for news.

import { isIP } from 'node:net';
import { type Broker, type Connection, ConnectionPool, metadataV12 } from '@platformatic/kafka';
import { toMissingTopicError, toOtherClusterError, toPartitionCountError, unavailable } from './faults.ts';
import { type KafkaSettings, toBroker, toConnectionOptions } from './settings.ts';

/** Where a topic is. */
export interface Place {
  /** Kafka's own id of the topic, a UUID: another one is another topic, whatever its name. */
  readonly topicId: string;
  /** Leader of the one partition. */
  readonly broker: Broker;
}

export class Cluster {
  readonly #settings: KafkaSettings;
  /** TLS names the host it wants to the broker; an address is no name. */
  readonly #byName: ConnectionPool;
  readonly #byAddress: ConnectionPool;
  /** The configured brokers first, then those that they told of. */
  #known: readonly Broker[];
  /** Index in #known of the broker that is asked first; moves on when one fails. */
  #turn = 0;
  /** Of the cluster that answered first. */
  #clusterId: string | null = null;

  constructor(settings: KafkaSettings) {
    this.#settings = settings;
    const options = toConnectionOptions(settings);
    this.#byName = new ConnectionPool(settings.clientId, { ...options, tlsServerName: true });
    this.#byAddress = new ConnectionPool(settings.clientId, options);
    this.#known = settings.brokers.map(toBroker);
  }

  /** A connection to a broker, kept for the next time. Rejects with the client's errors. */
  connect(broker: Broker): Promise<Connection> {
    return (isIP(broker.host) ? this.#byAddress : this.#byName).get(broker);
  }

  /** A connection to any broker that can be reached, the last one that failed last. */
  async any(): Promise<Connection> {
    const turn = this.#turn % this.#known.length;
    const errors: unknown[] = [];
    for (const broker of [...this.#known.slice(turn), ...this.#known.slice(0, turn)]) {
      try {
        return await this.connect(broker);
      } catch (error) {
        errors.push(error);
      }
    }
    throw new AggregateError(errors, 'No broker could be reached');
  }

  /** Asks for the topic anew. Rejects when it is missing, has not one partition, has no leader, or nobody answers. */
  async find(name: string): Promise<Place> {
    try {
      const metadata = await this.#metadata(name);
      this.#refuseOther(metadata.clusterId ?? null);
      return this.#toPlace(name, metadata);
    } catch (error) {
      this.#turn += 1;
      throw error;
    }
  }

  /** Lets go of all connections; requests under way are rejected. */
  async close(): Promise<void> {
    await Promise.all([this.#byName.close(), this.#byAddress.close()]);
  }

  /** Brokers of two clusters in one list: their topics have the same names and other records. */
  #refuseOther(clusterId: string | null): void {
    this.#clusterId ??= clusterId;
    if (clusterId !== this.#clusterId) throw toOtherClusterError(this.#settings, this.#clusterId, clusterId);
  }

  async #metadata(name: string): Promise<metadataV12.MetadataResponse> {
    const connection = await this.any();
    try {
      return await metadataV12.api.async(connection, [name], false, false);
    } catch (error) {
      // An answer that speaks of a fault of the topic is an answer.
      if (error instanceof Error && 'response' in error && error.response) {
        return error.response as metadataV12.MetadataResponse;
      }
      throw error;
    }
  }

  #toPlace(name: string, { brokers, topics }: metadataV12.MetadataResponse): Place {
    const configured = this.#settings.brokers.map(toBroker);
    const isConfigured = (one: Broker) =>
      configured.some(({ host, port }) => host === one.host && port === one.port);
    this.#known = [...configured, ...brokers.filter((one) => !isConfigured(one))];
    const topic = topics.find((one) => one.name === name);
    if (!topic || topic.partitions.length === 0) throw toMissingTopicError(name, this.#settings);
    if (topic.partitions.length !== 1) throw toPartitionCountError(name, topic.partitions.length);
    const leader = brokers.find(({ nodeId }) => nodeId === topic.partitions[0]!.leaderId);
    if (!leader) {
      throw unavailable(`Topic "${name}" has no leader: the broker that had it is down`, { topic: name });
    }
    return { topicId: topic.topicId, broker: { host: leader.host, port: leader.port } };
  }
}
