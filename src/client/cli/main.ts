#!/usr/bin/env node
import { reexecuted } from './node-version.ts';

// Nothing else is imported before the Node version is known to be able to read it.
if (!(await reexecuted())) {
  const { runCli } = await import('./run-cli.ts');
  process.exitCode = await runCli(process.argv.slice(2));
}
