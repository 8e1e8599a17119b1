import { readFile } from 'node:fs/promises';
import { resolve as resolvePath } from 'node:path';
import { SecretProblem } from '../activities/ports/index.ts';
import type { SecretResolver } from '../activities/ports/index.ts';

const reference = /^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$/;

/** Shorter values would turn ordinary words of the output into `[redacted]`. */
const shortest = 4;
/** A line of a key file is worth hiding alone; a line such as `{` is not. */
const shortestLine = 8;
const largestFile = 1024 * 1024;

/**
 * Resolves secret references against an environment and the file system.
 * A file's path is relative to `baseDirectory`; its last line break is not part of the value.
 */
export function createSecretResolver(options: {
  readonly env: NodeJS.ProcessEnv;
  readonly baseDirectory: string;
}): SecretResolver {
  const hidden = new Set<string>();
  let longestFirst: readonly string[] = [];

  const remember = (value: string): string => {
    const before = hidden.size;
    for (const form of formsOf(value)) hidden.add(form);
    if (hidden.size !== before) longestFirst = [...hidden].sort((a, b) => b.length - a.length);
    return value;
  };

  const resolve = async (name: string): Promise<string> => {
    if (!reference.test(name)) {
      throw new SecretProblem('', 'a secret is referred to as env:NAME or file:PATH, and this is neither');
    }
    return remember(
      name.startsWith('env:') ? fromEnv(options.env, name) : await fromFile(options.baseDirectory, name),
    );
  };

  return {
    resolve,
    async resolveEnv(variables) {
      const entries = Object.entries(variables).map(
        async ([name, value]) => [name, reference.test(value) ? await resolve(value) : value] as const,
      );
      return Object.fromEntries(await Promise.all(entries));
    },
    redact: (text) => longestFirst.reduce((rest, form) => rest.replaceAll(form, '[redacted]'), text),
  };
}

function fromEnv(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name.slice('env:'.length)];
  if (value) return value;
  throw new SecretProblem(
    name,
    `${name} is ${value === undefined ? 'not set' : 'empty'}: set it in the worker's environment`,
  );
}

async function fromFile(baseDirectory: string, name: string): Promise<string> {
  const path = resolvePath(baseDirectory, name.slice('file:'.length));
  const content = await readFile(path).catch((error: unknown) => {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new SecretProblem(name, `${name} can't be read (${code}): looked for ${path}`);
  });
  if (content.length > largestFile)
    throw new SecretProblem(name, `${name} is over 1 MiB: this is not a secret`);
  const value = content.toString('utf8').replace(/\r?\n$/, '');
  if (value) return value;
  throw new SecretProblem(name, `${name} is empty: ${path} must hold the value`);
}

/** How a value shows up in output: as it is, inside JSON (which may be a string within JSON, twice), inside a URL, line by line, and a URL's password alone. */
function formsOf(value: string): readonly string[] {
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  const whole = [value, value.trim(), ...escapedForms(value, 3), encodeURIComponent(value.toWellFormed())];
  return [
    ...whole.filter((form) => form.length >= shortest),
    ...(lines.length > 1 ? lines.filter((line) => line.length >= shortestLine) : []),
    ...passwordForms(value).filter((form) => form.length >= shortestLine),
  ];
}

/** As JSON escapes it, and that again. Most values need no escape, and have one form. */
function escapedForms(value: string, times: number): readonly string[] {
  const escaped = JSON.stringify(value).slice(1, -1);
  return times === 1 || escaped === value ? [escaped] : [escaped, ...escapedForms(escaped, times - 1)];
}

/** Programs that are given a database's URL may print its password by itself, as it stands there or decoded. */
function passwordForms(value: string): readonly string[] {
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^/?#:@]*:([^@]+)@/i.exec(value)?.[1];
  if (password === undefined) return [];
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}
