// Judges the dead letters against what cannot be read. Pure.

import { decodeDeadLetter, decodeEvent, decodeReport } from '../../../src/event/encode.ts';
import type { History } from './history.ts';

export interface LetterFindings {
  lettersMissing: number;
  lettersTwice: number;
  lettersAmiss: number;
}

export function judgeLetters(history: History): LetterFindings {
  const count = { lettersMissing: 0, lettersTwice: 0, lettersAmiss: 0 };
  /** Reason by `topic/offset` of a record, or by the text of a frame. */
  const written = new Map<string, string[]>();
  for (const { value } of history.letters) {
    const { value: letter } = decodeDeadLetter(value);
    if (!letter) {
      count.lettersAmiss++;
      continue;
    }
    const place = letter.record
      ? `${letter.record.topic}/${letter.record.offset}`
      : Buffer.from(letter.rawBase64, 'base64').toString();
    written.set(place, [...(written.get(place) ?? []), letter.reason]);
  }
  const expect = (place: string, reason: string | null, isOwed: boolean) => {
    const reasons = written.get(place) ?? [];
    if (isOwed && reasons.length === 0) count.lettersMissing++;
    if (reasons.length > 1) count.lettersTwice++;
    if (reason !== null) count.lettersAmiss += reasons.filter((each) => each !== reason).length;
    written.delete(place);
  };
  for (const { offset, value } of history.reports) {
    const { rejection } = decodeReport(value);
    if (rejection) expect(`quake.reports.v1/${offset}`, rejection.reason, true);
  }
  for (const { offset, value } of history.events) {
    const { rejection } = decodeEvent(value);
    if (rejection) expect(`quake.events.v1/${offset}`, rejection.reason, true);
  }
  // A frame sent while the source was away never reached us: the agency does not repeat it.
  for (const { text, calm } of history.frames) expect(text, null, calm);
  count.lettersAmiss += written.size;
  return count;
}
