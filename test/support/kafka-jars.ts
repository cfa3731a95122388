// The broker's jars, named by deploy/kafka/pom.xml: Maven brings them once into .cache/kafka, later starts find
// them there. Who wants a real broker asks first whether this machine can have one.

import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '..', '..');
const POM = join(ROOT, 'deploy', 'kafka', 'pom.xml');
/** Kafka's brokers ask for Java 17 since 4.0. */
const JAVA_MAJOR_MIN = 17;
/** 43 MB from a package registry, and Maven's own plugin. */
const DOWNLOAD_TIMEOUT_MS = 10 * 60_000;

/** Why no broker can run here, in words; null when one can. */
export function findKafkaObstacle(): string | null {
  const java = spawnSync('java', ['-version'], { encoding: 'utf8' });
  if (java.error)
    return `Java is missing (${JAVA_MAJOR_MIN} or newer; Debian: apt install openjdk-17-jre-headless)`;
  const major = Number(/version "(\d+)/.exec(java.stderr)?.[1]);
  if (!(major >= JAVA_MAJOR_MIN)) return `Java is ${major}, expected ${JAVA_MAJOR_MIN} or newer`;
  if (existsSync(jarFolder())) return null;
  const maven = spawnSync('mvn', ['-version'], { encoding: 'utf8' });
  return maven.error ? 'Maven is missing, which fetches the broker (Debian: apt install maven)' : null;
}

/** Class path of the broker; fetches it first when it is not in the cache. Rejects with what Maven said. */
export async function ensureKafkaJars(): Promise<string> {
  const folder = jarFolder();
  if (!existsSync(folder)) {
    // Beside its final name until it is whole, so that two starters never see half of it.
    const partial = `${folder}.${process.pid}`;
    mkdirSync(partial, { recursive: true });
    console.log('No Kafka broker in .cache/kafka: fetching it with Maven, once (43 MB)');
    try {
      await promisify(execFile)(
        'mvn',
        [
          '-q',
          '-B',
          '-f',
          POM,
          'dependency:copy-dependencies',
          '-DincludeScope=runtime',
          `-DoutputDirectory=${partial}`,
        ],
        { timeout: DOWNLOAD_TIMEOUT_MS },
      );
      await rename(partial, folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
      });
    } catch (error) {
      const { stdout = '', message } = error as Error & { stdout?: string };
      throw new Error(`Cannot fetch the Kafka broker with Maven: ${stdout.trim() || message}`, {
        cause: error,
      });
    } finally {
      rmSync(partial, { recursive: true, force: true });
    }
  }
  return join(folder, '*');
}

function jarFolder(): string {
  const version = /<artifactId>kafka_[\d.]+<\/artifactId>\s*<version>([^<]+)</.exec(
    readFileSync(POM, 'utf8'),
  )?.[1];
  if (!version) throw new Error(`Cannot read ${POM}: no version of kafka_2.13 in it`);
  return join(ROOT, '.cache', 'kafka', version);
}
