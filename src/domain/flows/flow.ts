import type { ProductConfig } from '../config/schema.ts';
import type { CheckedInput } from './check-input.ts';
import { checkInput } from './check-input.ts';
import type { AskedFor, FactKind, FactsOf } from './facts.ts';
import type { Asked, Fields, InputFrom, TextField } from './fields.ts';
import type { PlannedStep } from './plan.ts';
import type { Previewed } from './preview.ts';
import type { Rehearsal } from './rehearsal.ts';
import type { StageMeaning } from './stages.ts';
import type { RunName } from './workflow-ids.ts';

/** Every run begins in the first of these and ends in the last; a flow adds its own stages between them. */
type Stages<S extends string> = Readonly<Record<S | 'preparing' | 'ended', StageMeaning>>;

/**
 * All that is known of a flow without running it: plain data and pure functions. What lists, checks, previews, starts, steers or
 * documents flows walks the registry of these and knows none of them by name.
 */
export interface FlowSpec<
  N extends string,
  F extends Fields,
  I,
  K extends FactKind,
  P extends string,
  S extends string,
> {
  /** Its workflow type, public: `blueGreen`. */
  readonly type: N;
  /** As people call it, and the first part of its runs' ids: `blue-green`. */
  readonly word: string;
  /** At the beginning of a title: `Blue/green`. */
  readonly title: string;
  /** When to use it, in one sentence. */
  readonly when: string;
  readonly fields: F;
  /** What is wrong with fields that are right by themselves. @param input those of them that are there */
  rules?(input: Partial<I>): readonly string[];
  /** Readable, and begins with the flow's word: `release/shop/v1.4.0`. */
  runId(of: RunName): string;
  /** Its phases in their order, with their titles. */
  readonly phases: Readonly<Record<P, string>>;
  /** The steps that a product's run goes through. What the configuration does not have is not planned. */
  plan(config: ProductConfig, input: I): readonly PlannedStep<NoInfer<P>>[];
  /** What of the configuration is not there and has to be, one sentence each; nothing where a run can begin. */
  needs(config: ProductConfig, input: I): readonly string[];
  /** What a worker finds out for the preview. */
  readonly facts: {
    readonly kind: K;
    of(config: ProductConfig, input: I): AskedFor<NoInfer<K>>;
  };
  /** What a run would be, before anything is written. */
  preview(config: ProductConfig, input: I, facts: FactsOf<NoInfer<K>>): Previewed<I>;
  /** What a person is asked before it is started. @param as ` as alice`, or nothing where nobody said who it is */
  question(as: string): string;
  /** What pause, abort and rollback mean, by how far a run has gone. */
  readonly stages: Stages<S>;
  /** How it stands in the deployment history: `Release`. */
  readonly historyType: string;
  /** What people are told where a run is refused at its beginning. */
  blockedTitle?(product: string): string;
  /** Whether it may start by the clock. */
  readonly schedulable: boolean;
  /** What a rehearsal has to know, or why there is none. */
  readonly rehearsal: Rehearsal | { readonly none: string };
}

export interface Flow<
  N extends string = string,
  F extends Fields = Fields,
  I extends Asked = Asked,
  K extends FactKind = FactKind,
  P extends string = string,
  S extends string = never,
> extends FlowSpec<N, F, I, K, P, S> {
  /** Total: whatever comes gives the input, or every problem at once. */
  check(input: unknown): CheckedInput<I>;
}

/** Of every flow, besides its own. */
interface CommonFields extends Fields {
  readonly product: TextField & { readonly required: true };
  readonly by: TextField;
}
type Input<F extends Fields> = InputFrom<F> & Asked;

/** Describes a flow. Its input's type follows from its fields. */
export function defineFlow<
  const N extends string,
  const F extends CommonFields,
  const K extends FactKind,
  const P extends string,
  const S extends string = never,
>(spec: FlowSpec<N, F, Input<F>, K, P, S>): Flow<N, F, Input<F>, K, P, S> {
  return {
    ...spec,
    check: (input) =>
      checkInput(
        spec.fields,
        input,
        (fields) => spec.rules?.(fields as Partial<Input<F>>) ?? [],
      ) as CheckedInput<Input<F>>,
  };
}
