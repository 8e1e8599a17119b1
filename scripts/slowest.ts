import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { slowest, type TestFile } from '../test/support/slowest-reporter.ts';

/** Says which test files took longest in all of the runs that left their reports below a directory. */
const [directory = 'test-artifacts/ci'] = process.argv.slice(2);
const files = globSync('**/files/*.json', { cwd: directory }).flatMap(
  (report) => JSON.parse(readFileSync(join(directory, report), 'utf8')) as TestFile[],
);
console.log(slowest(files, 10));
