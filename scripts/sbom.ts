// The bill of materials of what is shipped (CycloneDX, on stdout): what `npm sbom` says of the lock file, less the tools. Kept
// are the dependencies of production, the packages that the web app's sources import, which Vite bundles into it, all that those
// depend on, and Node itself.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What of a CycloneDX document is read here; all else is passed on. */
interface Bom {
  readonly metadata: { readonly component: Readonly<Record<string, unknown>> };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}
interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version?: string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

const WEB_FOLDERS = ['src/web', 'src/event', 'src/catalogue', 'src/page'];
const DEVELOPMENT = 'cdx:npm:package:development';

/** Packages that these folders' modules import at run time; tests and pages of the benches, which are not bundled, left out. */
export function findBundled(folders: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const folder of folders) {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!/\.tsx?$/.test(name) || /\.test\.|^bench\//.test(name)) continue;
      const text = readFileSync(join(folder, name), 'utf8');
      for (const [, type, from] of text.matchAll(
        /^(?:import|export)( type)? (?:[^';]* from )?'([^'.][^']*)'/gm,
      )) {
        if (type || from!.startsWith('node:')) continue;
        found.add(/^(@[^/]+\/)?[^/]+/.exec(from!)![0]);
      }
    }
  }
  return found;
}

/** The document with what can be reached from `roots` (`name@version`), and Node of this version (`v26.10.0`). */
export function keepShipped(bom: Bom, roots: Iterable<string>, nodeVersion: string): Bom {
  const edges = new Map(bom.dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]));
  const known = new Set(bom.components.map((component) => component['bom-ref']));
  const kept = new Set<string>();
  const visit = (ref: string): void => {
    if (kept.has(ref) || !known.has(ref)) return;
    kept.add(ref);
    for (const next of edges.get(ref) ?? []) visit(next);
  };
  for (const root of roots) visit(root);
  const version = nodeVersion.replace(/^v/, '');
  const node = {
    'bom-ref': `node@${version}`,
    type: 'platform',
    name: 'node',
    version,
    purl: `pkg:generic/node@${version}`,
  };
  return {
    ...bom,
    metadata: {
      ...bom.metadata,
      component: { ...bom.metadata.component, type: 'application', name: 'quakewire' },
    },
    components: [
      ...bom.components
        .filter((component) => kept.has(component['bom-ref']))
        .map((component) => ({
          ...component,
          scope: 'required',
          properties: (component.properties ?? []).filter(({ name }) => name !== DEVELOPMENT),
        })),
      node,
    ],
    dependencies: bom.dependencies
      .filter(({ ref }) => kept.has(ref) || !known.has(ref))
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((to) => kept.has(to)) })),
  };
}

/** Every component that is of production, or that the web app bundles. Throws when an import is in no component. */
export function findRoots(bom: Bom, bundled: Iterable<string>): string[] {
  const isTool = ({ properties = [] }: Component) => properties.some(({ name }) => name === DEVELOPMENT);
  const roots = bom.components.filter((component) => !isTool(component)).map((one) => one['bom-ref']);
  for (const name of bundled) {
    const component = bom.components.find((one) => one.name === name);
    if (!component)
      throw new Error(`Cannot list "${name}": the web app imports it, but the lock file has none`);
    roots.push(component['bom-ref']);
  }
  return roots;
}

if (import.meta.main) {
  const args = ['sbom', '--package-lock-only', '--omit=optional', '--sbom-format=cyclonedx'];
  const bom = JSON.parse(execFileSync('npm', args, { encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 })) as Bom;
  const shipped = keepShipped(bom, findRoots(bom, findBundled(WEB_FOLDERS)), process.version);
  process.stdout.write(`${JSON.stringify(shipped, null, 1)}\n`);
}
