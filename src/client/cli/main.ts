#!/usr/bin/env node
import * as nodeModule from 'node:module';
import { reexecuted } from './node-version.ts';

// Compiled code is kept between calls: half of what a short command takes is reading its own modules.
nodeModule.enableCompileCache?.();

// Nothing else is imported before this Node is known to be able to read it; an older one lacks some exports, too.
if (!(await reexecuted())) {
  const { runCli } = await import('./run-cli.ts');
  process.exitCode = await runCli(process.argv.slice(2));
}
