#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { reexecuted } from './node-version.ts';

// Compiled code is kept between calls: half of what a short command takes is reading its own modules.
enableCompileCache?.();

// Nothing else is imported before the Node version is known to be able to read it.
if (!(await reexecuted())) {
  const { runCli } = await import('./run-cli.ts');
  process.exitCode = await runCli(process.argv.slice(2));
}
