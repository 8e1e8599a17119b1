import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

/** A test file and what it took with its hooks and imports, in seconds. */
export interface TestFile {
  readonly name: string;
  readonly seconds: number;
}

/** Seconds that one file may take. */
const budget = Number(process.env['SLUICE_FILE_BUDGET'] ?? Infinity);
const reports = process.env['SLUICE_TEST_REPORTS'];

/** Says which files took longest, which tests were run again, and which files took longer than they may: then the run has failed. */
class SlowestFiles implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const files = modules.map((module) => ({
      name: relative(process.cwd(), module.moduleId),
      seconds: secondsOf(module),
    }));
    console.log(`\nThe slowest files, in seconds, with hooks and imports:\n${slowest(files, 10)}`);
    if (reports) {
      mkdirSync(join(reports, 'files'), { recursive: true });
      writeFileSync(join(reports, 'files', `${process.pid}.json`), JSON.stringify(files));
    }
    for (const test of modules.flatMap((module) => [...module.children.allTests()])) {
      const { retryCount = 0 } = test.diagnostic() ?? {};
      if (retryCount > 0) console.log(`RUN AGAIN: ${test.fullName} (${test.module.relativeModuleId})`);
    }
    for (const { name, seconds } of files.filter((file) => file.seconds > budget)) {
      console.log(`OVER THE BUDGET of ${budget} s: ${name} took ${seconds.toFixed(1)} s`);
      process.exitCode = 1;
    }
  }
}

export const slowest = (files: readonly TestFile[], count: number): string =>
  files
    .toSorted((a, b) => b.seconds - a.seconds)
    .slice(0, count)
    .map(({ name, seconds }) => `${seconds.toFixed(1).padStart(7)}  ${name}`)
    .join('\n');

function secondsOf(module: TestModule): number {
  const { environmentSetupDuration, prepareDuration, collectDuration, setupDuration, duration } =
    module.diagnostic();
  return (environmentSetupDuration + prepareDuration + collectDuration + setupDuration + duration) / 1_000;
}

export { SlowestFiles as default };
