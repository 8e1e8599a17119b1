import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import { beating, effectContext } from '../context.ts';
import type { Deps } from '../deps.ts';
import { asOutcome } from '../errors.ts';

export interface WrittenDocument {
  /** Absolute, on the worker's host. */
  readonly file: string;
  /** The same as `file://…`. */
  readonly url: string;
}

/** Documents of a run for people, who may go on writing in them. */
export function documentActivities(deps: Pick<Deps, 'directory'>) {
  return {
    /**
     * Writes `documents/<run>/<name>.md` in the data directory. The same text again is the same file; another text under the same
     * name (the run's earlier execution, or people's answers) is left alone, and this one gets a name of its own.
     */
    async writeDocument(
      ref: StepRef,
      { name, text }: { readonly name: string; readonly text: string },
    ): Promise<EffectOutcome<WrittenDocument>> {
      const context = effectContext(ref);
      if (!/^[a-z0-9][a-z0-9-]{0,99}$/.test(name))
        return {
          ok: false,
          summary: `"${name.slice(0, 100)}" is no name for a document: lower-case letters, digits and hyphens`,
        };
      return asOutcome(() =>
        beating(context, async () => {
          const directory = path.join(deps.directory, 'documents', folderOf(context.run));
          await mkdir(directory, { recursive: true, mode: 0o700 });
          const file = await placed(directory, name, text);
          return {
            ok: true,
            summary: `written to ${file}`,
            value: { file, url: pathToFileURL(file).href },
          };
        }),
      );
    },
  };
}

async function placed(directory: string, name: string, text: string): Promise<string> {
  const file = path.join(directory, `${name}.md`);
  if (await place(file, text)) return file;
  const other = path.join(directory, `${name}-${shortHash(text)}.md`);
  // Where this one is taken, it is by this document, whatever people have added to it.
  await place(other, text);
  return other;
}

/** Puts the whole text in place at once, never over something else. False: something else is there. */
async function place(file: string, text: string): Promise<boolean> {
  const draft = `${file}.${randomUUID()}.draft`;
  try {
    await writeFile(draft, text, { mode: 0o600, flag: 'wx', flush: true });
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return (await readFile(file, 'utf8')) === text;
  } finally {
    await rm(draft, { force: true });
  }
}

/** A run's id as the name of one folder: nothing in it leads anywhere else. */
const folderOf = (run: string): string =>
  run
    .replace(/[^\w.-]+/g, '-')
    .replace(/^\.+/, '')
    .slice(0, 200) || 'run';

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);
