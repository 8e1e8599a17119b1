/**
 * What runs can be searched by in Temporal's lists. All of them are of the kind Keyword, of which
 * a namespace has room for ten: two are left for the user's own.
 */
export const searchAttributes = [
  'SluiceProduct',
  'SluiceVersion',
  'SluiceEnvironment',
  'SluicePhase',
  'SluiceOutcome',
  'SluiceWaitingFor',
  'SluiceCategory',
  'SluiceSeverity',
] as const;

export type SearchAttributeName = (typeof searchAttributes)[number];
