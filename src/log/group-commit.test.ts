import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { GroupCommit, type GroupCommitOptions } from './group-commit.ts';

/** A group commit on a database in memory with one table of unique numbers, and what happened to it. */
function create(options: Partial<GroupCommitOptions> = {}) {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE numbers (number INTEGER PRIMARY KEY) STRICT');
  const insert = database.prepare('INSERT INTO numbers VALUES (?)');
  const happened: string[] = [];
  const commits = new GroupCommit({
    database,
    writesPerTurnMax: 3,
    writesQueuedMax: 6,
    onPerformed: () => false,
    onCommitting: () => {},
    onCommitted: () => happened.push('commit'),
    onRolledBack: () => happened.push('rollback'),
    toError: (cause) => new Error('group failed', { cause }),
    toOverflowError: () => new Error('too many'),
    ...options,
  });
  const add = (number: number) => commits.submit(() => Number(insert.run(number).lastInsertRowid));
  const numbers = () =>
    database
      .prepare('SELECT number FROM numbers')
      .all()
      .map((row) => row['number']);
  return { commits, add, numbers, happened };
}

test('writes of one turn share one transaction, and each gets its own result', async () => {
  const { add, happened } = create();
  expect(await Promise.all([add(1), add(2), add(3)])).toEqual([1, 2, 3]);
  expect(happened).toEqual(['commit']);
});

test('a flood is cut into transactions of a bounded size, in order', async () => {
  const { add, happened, numbers } = create();
  const settled: number[] = [];
  await Promise.all([1, 2, 3, 4, 5].map((number) => add(number).then((result) => settled.push(result))));
  expect(settled).toEqual([1, 2, 3, 4, 5]);
  expect(numbers()).toEqual([1, 2, 3, 4, 5]);
  expect(happened.length).toBeLessThanOrEqual(2);
});

test('what is written because of the group joins its transaction', async () => {
  let joined: Promise<number> | null = null;
  const group = create({
    onPerformed: () => {
      joined ??= group.add(2);
      return true;
    },
  });
  const first = group.add(1);
  expect(await first).toBe(1);
  expect(await joined).toBe(2);
  expect(group.happened).toEqual(['commit']);
});

test('one write that fails takes along its group and all that is queued, and nothing of them stays', async () => {
  const { add, numbers, happened } = create();
  await add(7);
  const results = await Promise.allSettled([add(1), add(7), add(2), add(3)]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected']);
  expect(numbers()).toEqual([7]);
  expect(happened).toEqual(['commit', 'rollback']);
  expect(await add(8)).toBe(8);
});

test('a write beyond the bound of the queue is refused, the others are not', async () => {
  const { add, numbers } = create();
  const writes = [1, 2, 3, 4, 5, 6, 7].map(add);
  await expect(writes.pop()).rejects.toThrow('too many');
  await Promise.all(writes);
  expect(numbers()).toEqual([1, 2, 3, 4, 5, 6]);
});

test('idle() resolves when everything submitted is settled', async () => {
  const { commits, add, numbers } = create();
  for (const number of [1, 2, 3, 4, 5]) void add(number);
  await commits.idle();
  expect(numbers()).toEqual([1, 2, 3, 4, 5]);
  await commits.idle();
});
