// Server-sent events from bytes: one parser per response, fed with whatever slices the network gives.
// Pure (no socket, no timer, bounded memory), browser-safe.
// Obeys HTML Living Standard, section 9.2.6 "Interpreting an event stream".

/** One dispatched message. */
export interface SseMessage {
  /** Value of the `event` field; `message` when the sender named none. */
  readonly event: string;
  /** The `data` lines joined by a line feed. */
  readonly data: string;
  /** The `id` field of the same block; null when it has none. */
  readonly id: string | null;
}

/** What a parser tells while it is fed. */
export interface SseListener {
  onMessage(message: SseMessage): void;
  /**
   * An `id` field whose block has ended. Comes after the message of the same block, because an id says
   * "everything up to here has been seen"; comes alone for a heartbeat, which carries an id and no data.
   */
  onId(id: string): void;
  /** A `retry` field: milliseconds to wait before reconnecting. */
  onRetry?(delayMs: number): void;
  onComment?(text: string): void;
}

export interface SseParser {
  /** Takes the next slice. Throws RangeError when one block grows beyond the bound; the parser is then of no more use. */
  push(bytes: Uint8Array): void;
}

/** A quake event is about 1 kB and `hello` a few; a block of this size is no frame of ours. */
export const SSE_BLOCK_CHARS_MAX = 1_048_576;

/** Creates a parser for one response body; `blockCharsMax` bounds the characters held for one unfinished block. */
export function createSseParser(listener: SseListener, blockCharsMax = SSE_BLOCK_CHARS_MAX): SseParser {
  // The decoder drops one leading byte order mark, as the standard wants, and keeps split characters.
  const decoder = new TextDecoder();
  let partialLine: string[] = [];
  let partialChars = 0;
  let afterCarriageReturn = false;
  let event = '';
  let id: string | null = null;
  let data: string[] = [];
  let dataChars = 0;

  return {
    push(bytes) {
      const text = decoder.decode(bytes, { stream: true });
      if (text === '') return;
      let start = afterCarriageReturn && text.charCodeAt(0) === LINE_FEED ? 1 : 0;
      afterCarriageReturn = false;
      const findLineEnd = createLineEndFinder(text);
      for (;;) {
        const end = findLineEnd(start);
        if (end === -1) break;
        takeLine(text.slice(start, end));
        start = end + 1;
        if (text.charCodeAt(end) !== CARRIAGE_RETURN) continue;
        if (start === text.length) afterCarriageReturn = true;
        else if (text.charCodeAt(start) === LINE_FEED) start++;
      }
      if (start < text.length) {
        partialLine.push(text.slice(start));
        partialChars += text.length - start;
        checkBound();
      }
    },
  };

  function takeLine(rest: string): void {
    let line = rest;
    if (partialChars > 0) {
      partialLine.push(rest);
      line = partialLine.join('');
      partialLine = [];
      partialChars = 0;
    }
    if (line === '') {
      endBlock();
      return;
    }
    const colon = line.indexOf(':');
    const name = colon === -1 ? line : line.slice(0, colon);
    const valueStart = line.charCodeAt(colon + 1) === SPACE ? colon + 2 : colon + 1;
    const value = colon === -1 ? '' : line.slice(valueStart);
    if (name === 'data') {
      data.push(value);
      dataChars += value.length + 1;
      checkBound();
    } else if (name === 'event') event = value;
    else if (name === 'id') {
      if (!value.includes('\0')) id = value;
    } else if (name === 'retry') {
      if (/^\d{1,9}$/.test(value)) listener.onRetry?.(Number(value));
    } else if (name === '') listener.onComment?.(value);
  }

  function endBlock(): void {
    const endedId = id;
    const message = data.length > 0 ? { event: event || 'message', data: data.join('\n'), id } : null;
    event = '';
    id = null;
    data = [];
    dataChars = 0;
    if (message) listener.onMessage(message);
    if (endedId !== null) listener.onId(endedId);
  }

  function checkBound(): void {
    if (partialChars + dataChars <= blockCharsMax) return;
    throw new RangeError(`Cannot read the stream: a block is longer than ${blockCharsMax} characters`);
  }
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;

/** Gives the index of the next CR or LF from an index on, or −1; to be asked from the left to the right. */
function createLineEndFinder(text: string): (start: number) => number {
  let feed = text.indexOf('\n');
  let carriageReturn = text.indexOf('\r');
  return (start) => {
    if (feed !== -1 && feed < start) feed = text.indexOf('\n', start);
    if (carriageReturn !== -1 && carriageReturn < start) carriageReturn = text.indexOf('\r', start);
    if (feed === -1 || carriageReturn === -1) return Math.max(feed, carriageReturn);
    return Math.min(feed, carriageReturn);
  };
}
