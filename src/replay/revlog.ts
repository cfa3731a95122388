// The revision log of an agency's catalogue, as recorded by looking at it once an hour: one row a line,
// `observed_epoch_s <TAB> op <TAB> feature` (fixtures/README.md). Pure but for `readRevlog`, which reads files.

import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';

/** What the look found: `N` new, `U` changed, `R` back after an absence, `D` gone. */
export type RevlogOp = 'N' | 'U' | 'R' | 'D';

export interface RevlogRow {
  /** When the look was taken, ms since the epoch UTC; the change itself is up to an hour (or a failed look) older. */
  readonly observedAtMs: number;
  readonly op: RevlogOp;
  readonly unid: string;
  readonly originTimeMs: number;
  /** The agency's `lastupdate`, ms since the epoch UTC. */
  readonly lastUpdateMs: number;
  readonly latitudeDeg: number;
  readonly longitudeDeg: number;
  /** Positive down. */
  readonly depthKm: number | null;
  readonly magnitude: number | null;
  /** The GeoJSON Feature as the agency wrote it (number text, key order), without line breaks. */
  readonly featureText: string;
}

/** A row from the text of a Feature. Throws when it is none: a recording is ours, and a broken one a mistake. */
export function toRevlogRow(observedAtMs: number, op: RevlogOp, featureText: string): RevlogRow {
  const { id, properties } = JSON.parse(featureText) as { id: string; properties: Record<string, unknown> };
  const row: RevlogRow = {
    observedAtMs,
    op,
    unid: String(properties['unid'] ?? id),
    originTimeMs: Date.parse(String(properties['time'])),
    lastUpdateMs: Date.parse(String(properties['lastupdate'] ?? properties['time'])),
    latitudeDeg: Number(properties['lat']),
    longitudeDeg: Number(properties['lon']),
    depthKm: (properties['depth'] as number | null | undefined) ?? null,
    magnitude: (properties['mag'] as number | null | undefined) ?? null,
    featureText,
  };
  if (Number.isNaN(row.originTimeMs + row.lastUpdateMs + row.observedAtMs))
    throw new Error(`Cannot read revision log: ${row.unid} has no time or no lastupdate`);
  return row;
}

/** All rows of a log's text, in its order. Throws, naming the line, when one is not as described above. */
export function parseRevlog(text: string): RevlogRow[] {
  const rows: RevlogRow[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const match = /^(\d+)\t([NURD])\t(\{.*\})$/.exec(line);
    if (!match)
      throw new Error(`Cannot read revision log: line ${i + 1} is no row, expected epoch, op, feature`);
    rows.push(toRevlogRow(Number(match[1]) * 1000, match[2] as RevlogOp, match[3]!));
  }
  return rows;
}

/** Rows of one or several files, plain or gzip, one after the other. */
export async function readRevlog(files: readonly string[]): Promise<RevlogRow[]> {
  const rows: RevlogRow[] = [];
  for (const file of files) {
    const bytes = await readFile(file);
    const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
    for (const row of parseRevlog(plain.toString('utf8'))) rows.push(row);
  }
  return rows;
}
