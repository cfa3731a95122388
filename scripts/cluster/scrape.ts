// Reads a part's admin port: its metrics (Prometheus text format 0.0.4) and what it waits for.

import { connect } from 'node:net';

/** A part that is paused takes the connection and answers nothing. */
const TIMEOUT_MS = 900;

/** One sample line, without its name. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Samples by metric name. */
export type Samples = ReadonlyMap<string, readonly Sample[]>;

/** Samples of a text; comments and what cannot be read are passed over. Pure. */
export function parseMetrics(text: string): Samples {
  const samples = new Map<string, Sample[]>();
  for (const line of text.split('\n')) {
    const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? ([-+]?(?:\d\S*|Inf)|NaN)( |$)/.exec(line);
    if (!match) continue;
    const [, name, labelText = '', value] = match as unknown as [string, string, string | undefined, string];
    const labels: Record<string, string> = {};
    for (const [, label, text] of labelText.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) labels[label!] = text!;
    const known = samples.get(name);
    const sample = { labels, value: Number(value.replace('Inf', 'Infinity')) };
    if (known) known.push(sample);
    else samples.set(name, [sample]);
  }
  return samples;
}

/** Value of the first sample with these labels among its own; null when there is none. Pure. */
export function toSample(
  samples: Samples,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | null {
  const wanted = Object.entries(labels);
  const found = samples
    .get(name)
    ?.find((sample) => wanted.every(([key, text]) => sample.labels[key] === text));
  return found?.value ?? null;
}

/** Null when nobody answers in time. */
export async function scrape(adminUrl: string): Promise<Samples | null> {
  const text = await ask(`${adminUrl}/metrics`);
  return text?.ok ? parseMetrics(text.body) : null;
}

/** Null when `/readyz` says yes, else what it says it waits for. */
export async function askReady(adminUrl: string): Promise<string | null> {
  const answer = await ask(`${adminUrl}/readyz`);
  if (!answer) return 'it does not answer yet';
  return answer.ok ? null : toWords(answer.body);
}

/** Null when somebody takes a connection there. */
export async function askPort(port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: TIMEOUT_MS });
    const settle = (words: string | null) => {
      socket.destroy();
      resolve(words);
    };
    socket.once('connect', () => settle(null));
    socket.once('error', () => settle('it does not listen yet'));
    socket.once('timeout', () => settle('it does not listen yet'));
  });
}

/** Null when nobody answers in time. */
export async function ask(url: string): Promise<{ ok: boolean; body: string } | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return { ok: response.ok, body: await response.text() };
  } catch {
    return null; // not listening, paused, or cut off in the middle
  }
}

/** `detail` of a problem document, else the body itself. */
function toWords(body: string): string {
  try {
    const { detail } = JSON.parse(body) as { detail?: unknown };
    if (typeof detail === 'string' && detail !== '') return detail;
  } catch {
    // plain words
  }
  return body.trim().slice(0, 200) || 'it is not ready';
}
