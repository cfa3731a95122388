// What is asked of the leader of a topic's one partition: records from an offset on, and where the topic starts and
// ends. Rejects with the client's errors.

import {
  type Connection,
  FetchIsolationLevels,
  fetchV17,
  ListOffsetTimestamps,
  listOffsetsV9,
  type RecordsBatch,
} from '@platformatic/kafka';
import type { Cluster, Place } from './cluster.ts';

/** How long the broker holds a fetch that finds nothing; below the bound of a request (./settings.ts). */
const FETCH_WAIT_MS = 2_000;
const FETCH_BYTES_MAX = 1024 ** 2;
/** Up to the high watermark, which is all that is acknowledged: none of our records is in a transaction. */
const ISOLATION = FetchIsolationLevels.READ_UNCOMMITTED;
const NO_SESSION = { id: 0, epoch: -1 };

/**
 * Whole batches, the first of which holds `offset` or the first record after it; none when nothing came for 2 s. The
 * topic is named by its id, so that another one of the same name answers `UNKNOWN_TOPIC_ID`.
 */
export async function fetchBatches(cluster: Cluster, place: Place, offset: number): Promise<RecordsBatch[]> {
  const connection = await cluster.connect(place.broker);
  const partition = {
    partition: 0,
    currentLeaderEpoch: -1,
    fetchOffset: BigInt(offset),
    lastFetchedEpoch: -1,
    partitionMaxBytes: FETCH_BYTES_MAX,
  };
  const topics = [{ topicId: place.topicId, partitions: [partition] }];
  const answer = await fetchV17.api.async(
    connection,
    FETCH_WAIT_MS,
    1,
    FETCH_BYTES_MAX,
    ISOLATION,
    NO_SESSION.id,
    NO_SESSION.epoch,
    topics,
    [],
    '',
  );
  return answer.responses[0]?.partitions[0]?.records ?? [];
}

/** Offset of the first record still there and the one after the last acknowledged. */
export async function findRange(
  cluster: Cluster,
  place: Place,
  name: string,
): Promise<{ start: number; end: number }> {
  const connection = await cluster.connect(place.broker);
  const [start, end] = await Promise.all([
    findOffset(connection, name, ListOffsetTimestamps.EARLIEST),
    findOffset(connection, name, ListOffsetTimestamps.LATEST),
  ]);
  return { start, end };
}

async function findOffset(connection: Connection, name: string, timestamp: bigint): Promise<number> {
  const partitions = [{ partitionIndex: 0, currentLeaderEpoch: -1, timestamp }];
  const answer = await listOffsetsV9.api.async(connection, -1, ISOLATION, [{ name, partitions }]);
  return Number(answer.topics[0]!.partitions[0]!.offset);
}
