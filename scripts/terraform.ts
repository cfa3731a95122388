// `npm run terraform`: formats are right, and every module and root of deploy/terraform validates and passes its tests, offline.
// With folders named, those alone: npm run terraform -- deploy/terraform/modules/kafka

import { checkFolder, checkFormat, findFolders } from './terraform/check.ts';
import { readSchema, SCHEMA_PATH, serveProvider } from './terraform/provider.ts';
import { ensureTerraform } from './terraform/terraform.ts';

const terraform = ensureTerraform();
if ('obstacle' in terraform) throw new Error(`Cannot check deploy/terraform: ${terraform.obstacle}`);
const named = process.argv.slice(2);
const provider = await serveProvider(readSchema(SCHEMA_PATH));
let failed = 0;
try {
  const format = await checkFormat(terraform.command);
  if (!format.passed) failed++;
  console.log(`format: ${format.passed ? 'as terraform fmt has it' : format.output}`);
  for (const folder of named.length > 0 ? named : findFolders()) {
    const { passed, output } = await checkFolder(terraform.command, folder, provider.environment);
    if (!passed) failed++;
    console.log(`${folder}: ${passed ? output.match(/\d+ passed, \d+ failed/)![0] : output}`);
  }
} finally {
  provider.close();
}
process.exit(failed === 0 ? 0 : 1);
