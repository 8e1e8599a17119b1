import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Catalog, CatalogEntry, Configurations } from '../activities/ports/index.ts';
import { CatalogProblem } from '../activities/ports/index.ts';
import { parseProductConfig } from '../domain/config/parse.ts';
import { rolloutStrategySchema } from '../domain/config/rollout-schema.ts';
import type { ProductConfig } from '../domain/config/schema.ts';
import { digestOf } from '../domain/text/digest.ts';
import { formatProblem } from '../domain/config/problem.ts';
import { nearest } from '../domain/text/nearest.ts';

type Read = { readonly file: string; readonly product: string } & (
  | { readonly ok: true; readonly entry: CatalogEntry }
  | { readonly ok: false; readonly problems: readonly string[] }
);

/**
 * The worker's trusted configuration: given files, or every `*.yaml` of given directories (and `<product>/sluice.yaml` below them).
 * Read afresh at every call, so that a changed file is seen – by an approval that it makes void, for one.
 * @param configurations keeps every configuration that is read: runs freeze it, and find it there
 */
export function createFileCatalog(
  places: readonly string[],
  configurations?: Pick<Configurations, 'keep'>,
): Catalog {
  const readAll = async (): Promise<Read[]> => Promise.all((await filesOf(places)).map(readProduct));
  return {
    async products() {
      const all = await readAll();
      return all.map((read) => ({
        product: read.product,
        file: read.file,
        problems: read.ok ? duplicateProblems(read, all) : read.problems,
      }));
    },

    async load(product) {
      const all = await readAll();
      const found = all.find((read) => read.product === product);
      if (!found) throw new CatalogProblem(unknownProduct(product, all));
      if (!found.ok) throw new CatalogProblem(found.problems);
      const doubled = duplicateProblems(found, all);
      if (doubled.length > 0) throw new CatalogProblem(doubled);
      await configurations?.keep(found.entry);
      return found.entry;
    },
  };
}

function unknownProduct(product: string, all: readonly Read[]): string[] {
  const known = all.map((read) => read.product);
  const [guess] = nearest(product, known);
  const broken = all.filter((read) => !read.ok).flatMap((read) => (read.ok ? [] : read.problems));
  return [
    `there is no product "${product}"${guess ? `; did you mean "${guess}"?` : ''} Known are: ${known.join(', ') || 'none'}`,
    ...broken,
  ];
}

function duplicateProblems(read: Read, all: readonly Read[]): string[] {
  const others = all.filter((other) => other !== read && other.product === read.product);
  return others.map(
    (other) => `product "${read.product}" is configured twice: in ${read.file} and in ${other.file}`,
  );
}

async function filesOf(places: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    places.map(async (place) => {
      const absolute = path.resolve(place);
      const info = await stat(absolute).catch(() => undefined);
      if (!info?.isDirectory()) return [absolute];
      const entries = await readdir(absolute, { withFileTypes: true });
      const files = entries
        .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
        .map((entry) => path.join(absolute, entry.name));
      const below = entries
        .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
        .map((entry) => path.join(absolute, entry.name, 'sluice.yaml'));
      const existing = await Promise.all(
        below.map(async (file) => ((await stat(file).catch(() => undefined))?.isFile() ? [file] : [])),
      );
      return [...files, ...existing.flat()];
    }),
  );
  return found.flat().sort();
}

async function readProduct(file: string): Promise<Read> {
  const named = path.basename(path.dirname(file));
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    return {
      ok: false,
      file,
      product: named,
      problems: [`${file} can't be read: ${error instanceof Error ? error.message : String(error)}`],
    };
  }
  const parsed = parseProductConfig(text, file);
  if (!parsed.ok) {
    const said = /^product:\s*["']?([a-z][a-z0-9-]*)/m.exec(text)?.[1];
    return { ok: false, file, product: said ?? named, problems: parsed.problems.map(formatProblem) };
  }
  const withSteps = await readStrategy(parsed, path.dirname(file));
  if (!withSteps.ok) return { ok: false, file, product: parsed.config.product, problems: withSteps.problems };
  const { config, digest } = withSteps;
  const { path: repository, remote, main } = config.repository;
  const directory = path.dirname(file);
  return {
    ok: true,
    file,
    product: config.product,
    entry: {
      config,
      digest,
      file,
      source: {
        product: config.product,
        main,
        ...(repository ? { path: path.resolve(directory, repository) } : {}),
        ...(remote ? { remote: isRelativePath(remote) ? path.resolve(directory, remote) : remote } : {}),
      },
    },
  };
}

/** The steps of a rollout may be in a file of their own, which other programs write or check (SI-5). */
async function readStrategy(
  { config, digest }: { readonly config: ProductConfig; readonly digest: string },
  directory: string,
): Promise<
  | { readonly ok: true; readonly config: ProductConfig; readonly digest: string }
  | { readonly ok: false; readonly problems: readonly string[] }
> {
  const strategy = config.rollout?.strategy;
  if (!config.rollout || strategy === undefined) return { ok: true, config, digest };
  const file = path.join(directory, strategy);
  const problem = (message: string) => ({ ok: false as const, problems: [`${file}: ${message}`] });
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return problem(error instanceof SyntaxError ? `is not JSON: ${said}` : `can't be read: ${said}`);
  }
  const parsed = rolloutStrategySchema.safeParse(value);
  if (!parsed.success)
    return {
      ok: false,
      problems: parsed.error.issues.map(({ path: at, message }) => `${file}: ${at.join('.')}: ${message}`),
    };
  const whole = { ...config, rollout: { ...config.rollout, steps: parsed.data.steps } };
  return { ok: true, config: whole, digest: digestOf(whole) };
}

/** `./shop.git` is meant from where `sluice.yaml` is; names of remotes and URLs are left as they are. */
function isRelativePath(remote: string): boolean {
  return remote.startsWith('./') || remote.startsWith('../');
}
