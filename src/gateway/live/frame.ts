// One server-sent event as bytes, encoded once for all readers: https://html.spec.whatwg.org/#server-sent-events.
// The bytes carry their HTTP/1.1 chunk framing (RFC 9112 section 7.1) already, so that the same buffer goes to every
// socket as it is; readers that speak HTTP/1.0 get the view without the framing. Pure.

/** A frame ready to be written: two views of one allocation. */
export interface Frame {
  /** With chunk size in front and CRLF behind: for a response with `Transfer-Encoding: chunked`. */
  readonly chunked: Buffer;
  /** The bare text of the event stream: for a response that ends with its connection. */
  readonly plain: Buffer;
}

export interface FrameFields {
  /** Name of the event; absent: a frame that dispatches nothing. */
  readonly event?: string;
  /** The cursor after this frame; absent: the reader's last id stays. */
  readonly id?: string;
  /** The one data line, UTF-8 without CR or LF: JSON as `JSON.stringify` writes it. */
  readonly data?: string | Uint8Array;
  /** Milliseconds that the reader shall wait before it connects again. */
  readonly retryMs?: number;
  /** Text that readers ignore; keeps connections and their middlemen awake. */
  readonly comment?: string;
}

/** Ends a chunked response (RFC 9112 section 7.1: the last chunk, no trailers). */
export const LAST_CHUNK = Buffer.from('0\r\n\r\n', 'latin1');

const LF = 10;
const CR = 13;
const EMPTY = new Uint8Array(0);
const encoder = new TextEncoder();

/** The frame of the given fields. Throws a RangeError when a field contains a line break: it would forge another field. */
export function encodeFrame(fields: FrameFields): Frame {
  let head = '';
  if (fields.comment !== undefined) head += `: ${fields.comment}\n`;
  if (fields.retryMs !== undefined) head += `retry: ${Math.round(fields.retryMs)}\n`;
  if (fields.event !== undefined) head += `event: ${fields.event}\n`;
  if (fields.id !== undefined) head += `id: ${fields.id}\n`;
  if (head.includes('\r') || head.split('\n').length - 1 !== countFields(fields)) {
    throw new RangeError('Cannot encode SSE frame: a field contains a line break');
  }
  const data = typeof fields.data === 'string' ? encoder.encode(fields.data) : fields.data;
  if (data !== undefined && hasLineBreak(data)) {
    throw new RangeError('Cannot encode SSE frame: data contains a line break, expected one line of JSON');
  }
  return assemble(
    data === undefined ? head : `${head}data: `,
    data ?? EMPTY,
    data === undefined ? '\n' : '\n\n',
  );
}

const DATA = Buffer.from('\ndata: ', 'latin1');

/** The data line of a frame that has an event or an id, and data: a view, not a copy. */
export function dataOf({ plain }: Frame): Buffer {
  return plain.subarray(plain.indexOf(DATA) + DATA.length, -2);
}

/** True when the bytes contain CR or LF, and so are not one line. */
export function hasLineBreak(bytes: Uint8Array): boolean {
  return bytes.includes(LF) || bytes.includes(CR);
}

function countFields(fields: FrameFields): number {
  const { comment, retryMs, event, id } = fields;
  return [comment, retryMs, event, id].filter((field) => field !== undefined).length;
}

function assemble(head: string, data: Uint8Array, tail: string): Frame {
  const textLength = Buffer.byteLength(head) + data.length + tail.length;
  const chunkHead = `${textLength.toString(16)}\r\n`;
  const chunked = Buffer.allocUnsafe(chunkHead.length + textLength + 2);
  let position = chunked.write(chunkHead + head, 0);
  chunked.set(data, position);
  position += data.length;
  chunked.write(`${tail}\r\n`, position, 'latin1');
  return { chunked, plain: chunked.subarray(chunkHead.length, chunkHead.length + textLength) };
}
