import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { registryProblems } from '../src/domain/flows/registry-problems.ts';
import { flows } from '../src/domain/flows/registry.ts';

for (const problem of registryProblems(flows)) {
  process.stderr.write(`${problem} (docs/adding-a-flow.md)\n`);
  process.exitCode = 1;
}

/**
 * Bundles the workflows once, when Sluice is built: a worker that starts need not do it, and what runs in
 * production is what was built.
 */
const root = join(import.meta.dirname, '..');
const workflowsPath = join(root, 'src/workflows/index.ts');
const payloadConverterPath = join(root, 'src/workflows/payload-converter.ts');
const target = join(root, 'dist/workflow-bundle.js');

if (existsSync(workflowsPath)) {
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    ...(existsSync(payloadConverterPath) ? { payloadConverterPath } : {}),
    logger: new DefaultLogger('WARN'),
  });
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, code);
  process.stderr.write(`dist/workflow-bundle.js: ${Math.round(code.length / 1024)} kB\n`);
} else {
  process.stderr.write('There are no workflows to bundle yet (src/workflows/index.ts).\n');
}
