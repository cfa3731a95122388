// Finds the broker that keeps a consumer group or a transactional id.

import { type Connection, FindCoordinatorKeyTypes, findCoordinatorV6 } from '@platformatic/kafka';
import type { Cluster } from './cluster.ts';

const KEY_TYPES = { group: FindCoordinatorKeyTypes.GROUP, transaction: FindCoordinatorKeyTypes.TRANSACTION };

/** A connection to the coordinator of `key`. Rejects with the client's errors. */
export async function connectToCoordinator(
  cluster: Cluster,
  kind: keyof typeof KEY_TYPES,
  key: string,
): Promise<Connection> {
  const answer = await findCoordinatorV6.api.async(await cluster.any(), KEY_TYPES[kind], [key]);
  const { host, port } = answer.coordinators[0]!;
  return cluster.connect({ host, port });
}
