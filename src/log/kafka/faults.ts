// What Kafka and its client say, as our own errors: the action that failed, the state found, the setting to look at.
// The client nests its errors in `errors` and `cause`; what decides is found at any depth. Pure.

import { QuakewireError, toMessage } from '../../errors.ts';
import type { KafkaSettings } from './settings.ts';

type Facts = Record<string, unknown>;

/** The error itself and everything it was made of, outermost first. */
export function* toChain(error: unknown): Generator<Error> {
  if (!(error instanceof Error)) return;
  yield error;
  if (error instanceof AggregateError) for (const part of error.errors) yield* toChain(part);
  yield* toChain(error.cause);
}

/** Kafka's name of the error in the broker's answer (`NOT_LEADER_OR_FOLLOWER`); null when no broker answered. */
export function toKafkaCode(error: unknown): string | null {
  for (const part of toChain(error)) if ('apiId' in part && typeof part.apiId === 'string') return part.apiId;
  return null;
}

/** True for what a cluster or the way to it can be blamed for; false for a programmer's mistake. */
export function isKafkaFault(error: unknown): boolean {
  for (const part of toChain(error)) {
    if (part instanceof QuakewireError) return true;
    if ('code' in part && typeof part.code === 'string' && part.code.startsWith('PLT_KFK_')) return true;
  }
  return false;
}

/** A `LOG_UNAVAILABLE` in plain words. A `QuakewireError`, and what is no fault of the cluster, stay what they are. */
export function toLogError(action: string, error: unknown, settings: KafkaSettings): Error {
  if (error instanceof QuakewireError) return error;
  if (!isKafkaFault(error)) return error instanceof Error ? error : new Error(toMessage(error));
  const brokers = settings.brokers.join(',');
  const code = toKafkaCode(error);
  const tell = (state: string, facts: Facts = {}) =>
    unavailable(`Cannot ${action}: ${state}`, { brokers, ...facts }, error);
  for (const part of toChain(error)) {
    const partCode = 'code' in part ? part.code : undefined;
    if (partCode === 'PLT_KFK_AUTHENTICATION') return tell(toRefusal(part, settings), { kafkaCode: code });
    if (part.message === 'Broker requires TLS.') {
      return tell(`the Kafka broker at ${brokers} (--kafka-brokers) speaks TLS; set --kafka-tls`);
    }
    if (part.message.startsWith('TLS handshake failed')) {
      return tell(
        `the Kafka broker at ${brokers} (--kafka-brokers) does not speak TLS; leave out --kafka-tls`,
      );
    }
    if (typeof partCode === 'string' && TLS_CODES.test(partCode)) {
      return tell(
        `the certificate of the Kafka broker is not trusted (${part.message}); check --kafka-tls-ca`,
      );
    }
  }
  if (code !== null && /AUTHORIZATION_FAILED$/.test(code)) {
    const user = settings.sasl?.username;
    return tell(
      `Kafka does not allow it to ${user ? `user "${user}"` : 'a client without a user'} (${code})`,
      {
        kafkaCode: code,
      },
    );
  }
  if (code === 'INVALID_PRODUCER_EPOCH') return toFencedError();
  if (code === 'NOT_ENOUGH_REPLICAS' || code === 'NOT_ENOUGH_REPLICAS_AFTER_APPEND') {
    return tell(
      'fewer Kafka brokers are in sync than min.insync.replicas asks for; it goes on once they are back',
      {
        kafkaCode: code,
      },
    );
  }
  if (code !== null) return tell(`Kafka answered ${code}`, { kafkaCode: code });
  // The innermost one says what the system said: ECONNREFUSED, ENOTFOUND, timed out.
  const said = [...toChain(error)].filter(({ message }) => message !== '').at(-1);
  return tell(
    `no Kafka broker answers at ${brokers} (--kafka-brokers): ${said?.message ?? toMessage(error)}`,
  );
}

export function toMissingTopicError(name: string, settings: KafkaSettings): QuakewireError {
  return unavailable(
    `Topic "${name}" is missing on the Kafka cluster at ${settings.brokers.join(',')} (--kafka-brokers); run \`quakewire topics\` to create it`,
    { topic: name },
  );
}

export function toPartitionCountError(name: string, found: number): QuakewireError {
  return unavailable(
    `Topic "${name}" has ${found} partitions, expected 1: its order is the order of the log; remove it and run \`quakewire topics\`, or set another --kafka-topic-prefix`,
    { topic: name, partitions: found },
  );
}

export function toOtherClusterError(
  settings: KafkaSettings,
  known: string | null,
  found: string | null,
): QuakewireError {
  return unavailable(
    `${settings.brokers.join(',')} (--kafka-brokers) leads to two Kafka clusters, ${known} and ${found}; name the brokers of one`,
    { known, found },
  );
}

export function toRecreatedError(name: string): QuakewireError {
  return unavailable(`Topic "${name}" was removed and created anew: its offsets mean other records now`, {
    topic: name,
  });
}

export const toFencedError = (): QuakewireError =>
  unavailable('Cannot append: another process leads now; this one has to take the lead again', {});

export const toClosedError = (): QuakewireError => unavailable('The log is closed', {});

export function unavailable(message: string, facts: Facts, cause?: unknown): QuakewireError {
  return new QuakewireError('LOG_UNAVAILABLE', message, { facts, ...(cause !== undefined && { cause }) });
}

/** OpenSSL's words for a certificate it does not believe. */
const TLS_CODES = /SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|CERT_|ERR_TLS_CERT/;

function toRefusal(part: Error, { sasl, brokers }: KafkaSettings): string {
  if (part.message.includes('mechanism')) {
    return `the Kafka broker at ${brokers.join(',')} (--kafka-brokers) does not offer ${sasl?.mechanism}; check --kafka-sasl-mechanism and the port`;
  }
  return `Kafka refused the password of user "${sasl?.username}"; check --kafka-username and --kafka-password`;
}
