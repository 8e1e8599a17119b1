import { flagsOf, inputOfFlags, type FieldFlag } from '../../../domain/flows/flags.ts';
import { flowNamed, flowNames, flowOf, flowWords } from '../../../domain/flows/registry.ts';
import type { FlowName, InputOf } from '../../../domain/flows/registry.ts';
import { understand } from '../../../domain/requests/words.ts';
import { didYouMean, nearest } from '../../../domain/text/nearest.ts';
import { InvalidInput } from '../../errors.ts';
import type { Sluice } from '../../sluice.ts';
import { whoAmI } from '../identity.ts';
import type { Io } from '../io.ts';
import type { SharedOptions } from '../options.ts';
import { readInput } from './read-input.ts';

export interface StartOptions extends SharedOptions {
  readonly input?: string;
  readonly by?: string;
  readonly preview?: true;
  readonly yes?: true;
  readonly wait?: true;
  readonly watch?: true;
  /** The fields of the flow, by their options. */
  readonly [option: string]: unknown;
}

/** What is to be started. */
export interface Request {
  readonly flow: FlowName;
  readonly input: InputOf<FlowName>;
}

/** Whether it is said in words and not by a flow's name. @throws InvalidInput where it is said by options as well */
export function saidInWords(what: readonly string[], options: StartOptions): boolean {
  if (what.length < 2 && !/\s/.test(what[0]?.trim() ?? '')) return false;
  if (options.input !== undefined || given(allFlags(), options).some(({ name }) => name !== 'by'))
    throw new InvalidInput([
      'say it in words or by flags, not both; by flags: sluice start release --product …',
    ]);
  return true;
}

/**
 * What is asked for by a flow's name and its options.
 * @throws InvalidInput with every problem at once
 */
export async function namedRequest(word: string | undefined, options: StartOptions): Promise<Request> {
  const flow = flowMeant(word);
  refuseForeign(flow, options);
  const input = {
    ...(options.input === undefined ? {} : await readInput(options.input)),
    ...inputOfFlags(flagsOf(flowOf(flow).fields), options),
  };
  if (!('product' in input)) throw new InvalidInput(['say which product: --product NAME']);
  return request(flow, signed(input));
}

/** @throws InvalidInput where the words are not clear, with what could be said instead */
export async function requestInWords(
  io: Io,
  sluice: Sluice,
  words: string,
  { by }: StartOptions,
): Promise<Request> {
  const products = await sluice.products();
  const understanding = understand(
    words,
    products.map(({ product }) => product),
  );
  if (understanding.kind === 'not-understood') {
    const { why, suggestions } = understanding;
    const hint =
      suggestions.length > 0
        ? ` For example: ${suggestions.map((text) => `sluice start "${text}"`).join(', ')}`
        : '';
    throw new InvalidInput([`not understood: ${why}${/[.?]$/.test(why) ? '' : '.'}${hint}`]);
  }
  io.note(`${io.paint.faint('Understood:')} ${understanding.said}\n`);
  return request(understanding.flow, { ...understanding.input, by: whoAmI(by) });
}

/** Who asks for it is known in any case. What is no name is left to the check. */
function signed(input: { readonly by?: unknown }): object {
  const { by } = input;
  return by === undefined || typeof by === 'string' ? { ...input, by: whoAmI(by) } : input;
}

function request(flow: FlowName, input: object): Request {
  const checked = flowOf(flow).check(input);
  if (!checked.ok) throw new InvalidInput(checked.problems);
  return { flow, input: checked.value };
}

function flowMeant(word: string | undefined): FlowName {
  if (word === undefined)
    throw new InvalidInput([
      'say what to start: sluice start "Ship PRODUCT to production", or sluice start release --product PRODUCT',
    ]);
  const flow = flowNamed(word);
  if (flow !== undefined) return flow;
  const near = didYouMean(nearest(word, flowWords));
  throw new InvalidInput([`"${word}" is no flow${near || `; there is ${flowWords.join(', ')}`}`]);
}

/** An option that only other flows have is no typing error: it is said whose it is. */
function refuseForeign(flow: FlowName, options: StartOptions): void {
  const { word, fields } = flowOf(flow);
  const own = flagsOf(fields).map(({ name }) => name);
  const foreign = given(allFlags(), options).filter(({ name }) => !own.includes(name));
  if (foreign.length === 0) return;
  const takes = own.map((name) => `--${name}`).join(', ');
  throw new InvalidInput(
    foreign.map(({ name }) => `--${name} is of ${ownersOf(name).join(', ')}; ${word} takes ${takes}`),
  );
}

function ownersOf(flag: string): string[] {
  return flowNames
    .map(flowOf)
    .filter(({ fields }) => flagsOf(fields).some(({ name }) => name === flag))
    .map(({ word }) => word);
}

/** Of all flows, each name once. */
function allFlags(): FieldFlag[] {
  const all = flowNames.flatMap((name) => flagsOf(flowOf(name).fields));
  return [...new Map(all.map((flag) => [flag.name, flag])).values()];
}

const given = (flags: readonly FieldFlag[], options: StartOptions): FieldFlag[] =>
  flags.filter((flag) => Object.keys(inputOfFlags([flag], options)).length > 0);
