import type { SearchAttributeName } from './search-attributes.ts';

/** What a run can be searched by in Temporal's lists. */
export type RunLabels = Readonly<Partial<Record<SearchAttributeName, string>>>;

/** What the labels of a run are made of. */
export interface Labelled {
  readonly product: string;
  readonly flow: string;
  readonly version: string | undefined;
  readonly environment: string | undefined;
  readonly phase: string;
  readonly outcome: string | undefined;
  readonly severity: string | undefined;
  readonly waitingFor: string | undefined;
}

/** What is known now. A label that is not there stays as it was: it is changed, and never taken away. */
export function labelsOf(run: Labelled): RunLabels {
  return {
    SluiceProduct: run.product,
    SluiceCategory: run.flow,
    ...(run.version ? { SluiceVersion: run.version } : {}),
    ...(run.environment ? { SluiceEnvironment: run.environment } : {}),
    ...(run.phase ? { SluicePhase: run.phase } : {}),
    ...(run.outcome ? { SluiceOutcome: run.outcome } : {}),
    ...(run.severity ? { SluiceSeverity: run.severity } : {}),
    SluiceWaitingFor: run.waitingFor ?? 'nothing',
  };
}

/** Those that differ from what was set before; each change costs an event, so none is set twice. */
export function changedLabels(before: RunLabels, wanted: RunLabels): [SearchAttributeName, string][] {
  return Object.entries(wanted)
    .map(([name, value]): [SearchAttributeName, string] => [name as SearchAttributeName, value])
    .filter(([name, value]) => before[name] !== value);
}
