// Kafka's own measuring tools, named by bench/kafka-tools.pom.xml: what a broker does for Kafka's own clients, measured
// by Kafka's own people. Maven brings them once into .cache/kafka-tools.

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const POM = 'bench/kafka-tools.pom.xml';
export const TOOLS_VERSION = readFileSync(POM, 'utf8')
  .match(/kafka-tools<\/artifactId>\s*<version>([^<]+)/g)!
  .at(-1)!
  .split('>')
  .at(-1)!;

async function ensureTools(): Promise<string> {
  const folder = resolve('.cache/kafka-tools', TOOLS_VERSION);
  if (!existsSync(folder)) {
    const partial = `${folder}.${process.pid}`;
    mkdirSync(partial, { recursive: true });
    try {
      const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${partial}`];
      await promisify(execFile)('mvn', ['-q', '-B', '-f', POM, ...goal]);
      renameSync(partial, folder);
    } finally {
      rmSync(partial, { recursive: true, force: true });
    }
  }
  return join(folder, '*');
}

/** Runs a class of `org.apache.kafka.tools`; gives what it printed. Rejects with its output when it fails. */
export async function runTool(name: string, args: readonly string[]): Promise<string> {
  const classPath = await ensureTools();
  const flags = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=error', '-cp', classPath];
  const { stdout } = await promisify(execFile)('java', [...flags, `org.apache.kafka.tools.${name}`, ...args]);
  return stdout;
}

export interface EndToEnd {
  /** Of every thousandth record, which is what the tool prints to the nanosecond. */
  readonly samplesMs: readonly number[];
  readonly meanMs: number;
  /** The tool's own percentiles, whole milliseconds, rounded down. */
  readonly p50WholeMs: number;
  readonly p99WholeMs: number;
}

/** Kafka's EndToEndLatency: send one record with acks=all, wait for the acknowledgement, poll until it is there; again. */
export async function runEndToEndLatency(
  broker: string,
  topic: string,
  records: number,
  recordBytes: number,
): Promise<EndToEnd> {
  const text = await runTool('EndToEndLatency', [broker, topic, `${records}`, 'all', `${recordBytes}`]);
  const samplesMs = [...text.matchAll(/^(\d+)\t([\d.]+)$/gm)].flatMap(([, at, ms]) =>
    at === '0' ? [] : [Number(ms)],
  );
  const percentiles = /50th = (\d+), 99th = (\d+)/.exec(text);
  const mean = /Avg latency: ([\d.]+) ms/.exec(text);
  if (!percentiles || !mean) throw new Error(`EndToEndLatency said something else: ${text}`);
  return {
    samplesMs,
    meanMs: Number(mean[1]),
    p50WholeMs: Number(percentiles[1]),
    p99WholeMs: Number(percentiles[2]),
  };
}
