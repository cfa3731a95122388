import { expect, test } from 'vitest';
import type { Revision } from './log-mirror.ts';
import { createReaderRecord } from './reader-record.ts';

/** The log of the tests: a@1, b@1, a@2, c@1 at the offsets 0, 1, 2, 3. */
const LOG: readonly Revision[] = [
  { offset: 0, id: 'a', revision: 1 },
  { offset: 1, id: 'b', revision: 1 },
  { offset: 2, id: 'a', revision: 2 },
  { offset: 3, id: 'c', revision: 1 },
];
const CLEAN = { gaps: 0, duplicates: 0, backwards: 0, resets: 0 };

function recordOf(sent: readonly Revision[], from = -1) {
  const record = createReaderRecord();
  record.begin(from, 'new');
  for (const { offset, id, revision } of sent) {
    record.event(id, revision);
    record.advance(offset, 0);
  }
  return record;
}

test('a reader that was sent every record has nothing to complain of', () => {
  const record = recordOf(LOG);
  record.judge(LOG, 3, 1);
  expect(record.findings).toEqual(CLEAN);
  expect(record.judged).toBe(3);
});

test('an event that the cursor passed without being sent is a gap', () => {
  const record = recordOf(LOG.filter(({ id }) => id !== 'b'));
  record.judge(LOG, 3, 1);
  expect(record.findings).toEqual({ ...CLEAN, gaps: 1 });
});

test('a heartbeat that moves the cursor over an unsent event shows a gap', () => {
  const record = recordOf(LOG.slice(0, 3));
  record.advance(3, 0);
  record.judge(LOG, 3, 1);
  expect(record.findings.gaps).toBe(1);
});

test('a revision that a newer one replaced is not owed, the newer one is', () => {
  const record = recordOf(LOG.slice(1));
  record.judge(LOG, 3, 1);
  expect(record.findings).toEqual(CLEAN);
  const without = recordOf([LOG[0]!, LOG[1]!, LOG[3]!]);
  without.judge(LOG, 3, 1);
  expect(without.findings.gaps).toBe(1);
});

test('what comes twice is a duplicate, what comes older is backwards', () => {
  expect(recordOf([LOG[0]!, LOG[0]!]).findings).toEqual({ ...CLEAN, duplicates: 1 });
  expect(recordOf([LOG[2]!, LOG[0]!]).findings).toEqual({ ...CLEAN, backwards: 1 });
});

test('nothing before the beginning is owed, and after a reset nothing is known', () => {
  const late = recordOf(LOG.slice(3), 2);
  late.judge(LOG, 3, 1);
  expect(late.findings).toEqual(CLEAN);
  late.begin(-1, 'reset');
  late.event('c', 1);
  late.advance(3, 0);
  late.judge(LOG, 3, 1);
  expect(late.findings).toEqual({ ...CLEAN, gaps: 2, resets: 1 });
});

test('nothing is judged before the log has been read so far, nor before its time', () => {
  const record = recordOf([LOG[3]!]);
  record.judge(LOG.slice(0, 2), 1, 1);
  record.judge(LOG, 3, 0);
  expect(record.findings).toEqual(CLEAN);
  record.judge(LOG, 3, 1);
  expect(record.findings.gaps).toBe(2);
});
