import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { bundleWorkflowCode } from '@temporalio/worker';
import type { FlowName } from '../domain/flows/registry.ts';
import type * as workflows from '../workflows/index.ts';
import { keptBundle } from './kept-bundle.ts';

/** Held to by the compiler: a flow of the registry is a workflow that can be run. */
type Lacking = Exclude<FlowName, keyof typeof workflows>;
true satisfies [Lacking] extends [never] ? true : `src/workflows/index.ts exports no workflow ${Lacking}`;

/** Modules of both forms: `.ts` from the sources, `.js` from the package. */
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Decodes what anybody may send to a run; the client and replays use it too. */
export const payloadConverterPath = file(`../workflows/payload-converter.${extension}`);

let bundled: Promise<WorkflowBundleOption> | undefined;

/** The workflows as one bundle: built with the package, or – from the sources – once in a process, or once for all that share `SLUICE_SOURCE_BUNDLES`. */
export function workflowBundle(): Promise<WorkflowBundleOption> {
  const built = file('../workflow-bundle.js');
  const shared = process.env['SLUICE_SOURCE_BUNDLES'];
  if (existsSync(built)) bundled ??= Promise.resolve({ codePath: built });
  else if (shared) bundled ??= keptBundle({ directory: shared, root: file('../..'), bundle });
  return (bundled ??= bundle());
}

const bundle = (): Promise<{ code: string }> =>
  bundleWorkflowCode({
    workflowsPath: file(`../workflows/index.${extension}`),
    payloadConverterPath,
    logger: quiet,
  });

const ignore = (): void => undefined;
const quiet = { log: ignore, trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };
