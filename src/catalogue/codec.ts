// A chunk: some events' columns as bytes, laid out so that brotli (HTTP's Content-Encoding, undone by the browser
// itself) makes them small. What many events share (agency, author, types) is one number, the kind. Times stand in
// their order; everything else stands kind by kind, because agencies differ in precision and place. Coarse and fine
// digits are apart: many agencies' fine digits are all 0. What the events before foretell is not written.
//
//   chunk = head (./chunk-header.ts), then one stream each (./streams.ts) in the order of ./chunk-streams.ts
//
// Pure, browser-safe.

export { applyChunk, readChunkStamp } from './decode-chunk.ts';
export { encodeChunk } from './encode-chunk.ts';
