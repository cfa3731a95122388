// What the Kafka log must be told, and the times it goes by. The flags named in errors are those that fill these in.

import type { ConnectionOptions as TlsOptions } from 'node:tls';
import type { Broker, ConnectionOptions } from '@platformatic/kafka';
import type { Logger } from '../../telemetry/logger.ts';
import type { Topic } from '../topics.ts';

export type SaslMechanism = 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';

/** How to reach a Kafka cluster. */
export interface KafkaSettings {
  /** Some of its brokers, `host:port`; the others are learned from them. `--kafka-brokers`. */
  readonly brokers: readonly string[];
  /** Name under which the broker's own logs and quotas know this process. */
  readonly clientId: string;
  /** User and password; left out: none. `--kafka-username`, `--kafka-password`, `--kafka-sasl-mechanism`. */
  readonly sasl?: { readonly mechanism: SaslMechanism; readonly username: string; readonly password: string };
  /** TLS, with Node's options (`ca`, `cert`, `key`); left out: no encryption. `--kafka-tls`, `--kafka-tls-ca`. */
  readonly tls?: TlsOptions;
  /** Put before the topics' names, for several installations on one cluster. Default: nothing. */
  readonly topicPrefix?: string;
  readonly logger?: Logger;
  /** How long a fault is met by trying again before a caller is told of it, ms. Default: 20,000. */
  readonly patienceMs?: number;
}

/** A dead broker is noticed after 9 s (broker.session.timeout.ms), later when it was the controller; then another leads. */
export const PATIENCE_MS = 20_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** The broker answers a waiting fetch after 2 s and gives a write 7.5 s: silence beyond this is a dead peer. */
const REQUEST_TIMEOUT_MS = 10_000;
const DEFAULT_PORT = 9092;

/** The topic's name on the cluster. */
export const toKafkaName = (settings: KafkaSettings, topic: Topic): string =>
  `${settings.topicPrefix ?? ''}${topic}`;

/** `host:port`, `[::1]:port` or a host alone (port 9092). */
export function toBroker(address: string): Broker {
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(address);
  if (!match) throw new RangeError(`--kafka-brokers has "${address}", expected host:port`);
  return { host: match[1] ?? match[2]!, port: Number(match[3] ?? DEFAULT_PORT) };
}

/** The client library's options of one connection. */
export function toConnectionOptions(settings: KafkaSettings): ConnectionOptions {
  return {
    connectTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    ...(settings.sasl && { sasl: settings.sasl }),
    ...(settings.tls && { tls: settings.tls }),
  };
}
