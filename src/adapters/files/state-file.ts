import { readFile } from 'node:fs/promises';
import { DriverProblem } from '../../activities/ports/index.ts';
import { replaceFile } from './replace-file.ts';

/** Replaces a JSON file of Sluice's own state at once. */
export const writeState = (file: string, value: unknown): Promise<void> =>
  replaceFile(file, `${JSON.stringify(value, undefined, 2)}\n`);

/** The file's JSON, or undefined where there is no such file. Throws where it can't be read as JSON. */
export async function readState(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new DriverProblem(`${file} is damaged: it is not JSON. Move it away and run \`sluice up\` again`);
  }
}
