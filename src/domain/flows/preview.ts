import type { ProductConfig } from '../config/schema.ts';
import { environmentOf } from '../environments/environment-of.ts';
import { resolvePeople } from '../gates/gate.ts';
import { notedLines, takenBackLines } from '../records/past.ts';
import type { ComingChanges } from './facts.ts';
import { capitalized } from '../text/capitalized.ts';

/** A part of a preview: a few lines under one word. */
export interface PreviewSection {
  readonly title: string;
  readonly lines: readonly string[];
  /** How many lines there are, where these are only the first. */
  readonly total?: number;
  readonly tone: 'plain' | 'faint' | 'warn';
}

/** What the Temporal UI shows of a run from its first moment on. */
export interface AboutRun {
  /** One line; the server takes 400 bytes. */
  readonly staticSummary: string;
  /** Markdown. */
  readonly staticDetails?: string;
  readonly memo?: Readonly<Record<string, string>>;
}

/** What a run of any flow would be, before anything is begun. The client starts exactly this: id and input come from the worker. */
export interface Preview<I = Readonly<Record<string, unknown>>> {
  /** The workflow type. */
  readonly flow: string;
  readonly product: string;
  /** What it would be, for people: `Shop v1.4.0`. */
  readonly title: string;
  /** The same, more closely: `minor, after v1.3.0, commit 0123456`. */
  readonly subtitle: string;
  /** The id of the run. */
  readonly run: string;
  /** What was asked for, held to what was seen: the commit, or the version that was confirmed. */
  readonly input: I;
  /** Without the `v`. */
  readonly version?: string;
  readonly previousVersion?: string;
  readonly commit?: string;
  readonly environment?: string;
  readonly sections: readonly PreviewSection[];
  /** What is not there and has to be, one sentence each: with any, nothing is started. */
  readonly missing: readonly string[];
  readonly approvers: readonly string[];
  readonly about: AboutRun;
  /** What a person is asked before it is started: `Start this release as alice?` */
  readonly question: string;
}

/** What a flow says of itself; what all flows say alike is added to it. */
export type Previewed<I> =
  | { readonly ok: false; readonly problems: readonly string[] }
  | ({ readonly ok: true } & Omit<
      Preview<I>,
      'flow' | 'product' | 'run' | 'approvers' | 'about' | 'question'
    > & {
        readonly approvers?: readonly string[];
        readonly about?: Partial<AboutRun>;
      });

export type PreviewAnswer<I = Readonly<Record<string, unknown>>> =
  | { readonly ok: true; readonly preview: Preview<I> }
  | { readonly ok: false; readonly problems: readonly string[] };

/** A product as people know it. */
export function productTitle({ title, product }: Pick<ProductConfig, 'title' | 'product'>): string {
  return title ?? capitalized(product);
}

/** Everybody whom an environment's approval names, the one who asks for the run included. */
export function namedApprovers(config: ProductConfig, environment: string): string[] {
  return resolvePeople(environmentOf(config, environment)?.approval?.from ?? [], config.people.groups);
}

/** Sections with nothing in them are left out. */
export function sections(...all: readonly PreviewSection[]): PreviewSection[] {
  return all.filter(({ lines }) => lines.length > 0);
}

/** A section before others; one of the same title among them goes on with it. */
export function merged(first: PreviewSection, others: readonly PreviewSection[]): PreviewSection[] {
  const more = others.flatMap(({ title, lines }) => (title === first.title ? lines : []));
  return [
    { ...first, lines: [...first.lines, ...more] },
    ...others.filter(({ title }) => title !== first.title),
  ];
}

/** What a version would bring, and what people should know of the versions before it. */
export function comingSections(
  { lines, size, past, running, problem }: ComingChanges,
  { environment, previous }: { readonly environment: string; readonly previous: string | undefined },
): PreviewSection[] {
  const beyond = running !== undefined && running !== previous;
  return [
    {
      title: 'Warning',
      lines: [
        ...takenBackLines(past, environment),
        ...notedLines(past, running),
        ...(beyond ? [`${environment} runs v${running}: what is new is counted from there.`] : []),
        ...(problem === undefined ? [] : [`${problem}. What is new is counted from the tag before.`]),
      ],
      tone: 'warn',
    },
    {
      title: running === undefined ? 'Changes' : `Since v${running}`,
      lines,
      ...(size.changes > lines.length ? { total: size.changes } : {}),
      tone: 'faint',
    },
    {
      title: 'All of them',
      lines: size.changes > lines.length ? size.whole : [],
      tone: 'faint',
    },
  ];
}

/** Where the facts say no: there is nothing to start, and that is said. */
export const notFound = <I>(
  title: string,
  {
    input,
    environment,
    reason,
  }: { readonly input: I; readonly environment: string; readonly reason: string },
): Previewed<I> => ({
  ok: true,
  title,
  subtitle: 'not possible now',
  input,
  environment,
  sections: [],
  missing: [reason],
});
