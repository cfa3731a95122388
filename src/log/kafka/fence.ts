// Takes over from whoever wrote under the same transactional id, so that nothing of theirs is accepted any more.
//
//   InitProducerId            epoch n: the coordinator knows no older one
//   empty transaction, abort  its marker carries n into each topic: the partition refuses older epochs from here on
//   InitProducerId            waits until the markers are written; epoch n + 1 is ours to write with
//
// The records themselves are in no transaction: a partition checks the epoch of any batch of a producer it knows.

import { setTimeout as sleep } from 'node:timers/promises';
import { addPartitionsToTxnV3, type Connection, endTxnV4, initProducerIdV5 } from '@platformatic/kafka';
import type { Cluster } from './cluster.ts';
import { connectToCoordinator } from './coordinator.ts';
import { toKafkaCode } from './faults.ts';

/** A transaction that its writer leaves open is ended by the broker after this; ours lasts milliseconds. */
const TRANSACTION_TIMEOUT_MS = 10_000;
const RETRY_MS = 10;
/** Attempts of one step while the coordinator is not ready for it: 5 s. */
const RETRIES_MAX = 500;
/** It writes the markers of the transaction before; it is being made or moved. */
const NOT_READY = new Set([
  'CONCURRENT_TRANSACTIONS',
  'COORDINATOR_NOT_AVAILABLE',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'NOT_COORDINATOR',
]);

/** Under which a writer's batches are known to the brokers. */
export interface ProducerIdentity {
  readonly id: bigint;
  readonly epoch: number;
}

/** Resolves once no older writer under this id can append to the topics. Rejects with the client's errors. */
export async function takeOver(
  cluster: Cluster,
  transactionalId: string,
  names: readonly string[],
): Promise<ProducerIdentity> {
  const initialise = async (): Promise<ProducerIdentity> => {
    const { producerId, producerEpoch } = await askCoordinator(cluster, transactionalId, (connection) =>
      initProducerIdV5.api.async(connection, transactionalId, TRANSACTION_TIMEOUT_MS, -1n, -1),
    );
    return { id: producerId, epoch: producerEpoch };
  };
  await mark(cluster, transactionalId, names, await initialise());
  return initialise();
}

/**
 * Carries the identity's epoch into the topics. Also what keeps a fence from being forgotten: a coordinator drops a
 * transactional id that has had no transaction for a week (transactional.id.expiration.ms) and gives the next one who
 * asks another producer id, to which the former one is a stranger that may write; a partition drops a producer that
 * has written nothing for a day (producer.id.expiration.ms). Rejects with the client's errors.
 */
export async function mark(
  cluster: Cluster,
  transactionalId: string,
  names: readonly string[],
  { id, epoch }: ProducerIdentity,
): Promise<void> {
  const topics = names.map((name) => ({ name, partitions: [0] }));
  const transaction = {
    transactionalId,
    producerId: id,
    producerEpoch: epoch,
    verifyOnly: false,
    topics,
  };
  await askCoordinator(cluster, transactionalId, (connection) =>
    addPartitionsToTxnV3.api.async(connection, [transaction]),
  );
  await askCoordinator(cluster, transactionalId, (connection) =>
    endTxnV4.api.async(connection, transactionalId, id, epoch, false),
  );
}

/** Asks the coordinator, again while it is not ready. */
async function askCoordinator<T>(
  cluster: Cluster,
  transactionalId: string,
  request: (connection: Connection) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await request(await connectToCoordinator(cluster, 'transaction', transactionalId));
    } catch (error) {
      if (!NOT_READY.has(toKafkaCode(error) ?? '') || tries === RETRIES_MAX) throw error;
    }
    await sleep(RETRY_MS);
  }
}
