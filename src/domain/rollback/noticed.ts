/** What noticed that a version is no good. */
export const noticedKinds = [
  'health',
  'errors',
  'latency',
  'metrics',
  'alert',
  'deployment',
  'migration',
  'smoke',
  'unseen',
  'router',
  'person',
  'other',
] as const;
export type Noticed = (typeof noticedKinds)[number];

/**
 * How the reasons of rollbacks begin (`assessSeverity`, `decide`, and the words of the flows); the tests hold them together. A rollout
 * says before it at which weight it was.
 */
const beginnings: readonly (readonly [RegExp, Noticed])[] = [
  [/^production does not answer as healthy:/, 'health'],
  [/^\d+ health checks in a row failed/, 'health'],
  [/^(most )?requests fail:/, 'errors'],
  [/^it became slow:/, 'latency'],
  [/^critical alert:/, 'alert'],
  [/^the deployment failed:/, 'deployment'],
  [/^data is at stake, a migration failed:/, 'migration'],
  [/^a critical path is broken:/, 'smoke'],
  [/^[a-z][a-z0-9-]* could not be watched:/, 'unseen'],
  [/^the router does not take the weight:/, 'router'],
  [/^(reported|rollback|abort) by /, 'person'],
];
const weight = /^at [\d.]+ %: /;
/** `error-rate: 12 % is over 5 %`: a rule of a rollout, by its name. */
const rule = /^[a-z][a-z0-9-]*: /;

/** How it was noticed, from the reason of the rollback; `other` where its words don't say. */
export function noticedFrom(reason: string): Noticed {
  const bare = reason.replace(weight, '');
  const known = beginnings.find(([words]) => words.test(bare));
  if (known) return known[1];
  return weight.test(reason) && rule.test(bare) ? 'metrics' : 'other';
}

/** In words. */
export const noticedTexts: Readonly<Record<Noticed, string>> = {
  health: 'by health checks',
  errors: 'by its error rate',
  latency: 'by its latency',
  metrics: 'by a rule of the rollout',
  alert: 'by a critical alert',
  deployment: 'when its deployment failed',
  migration: 'when a migration failed',
  smoke: 'by smoke tests',
  unseen: 'not by Sluice, which could not see how it did',
  router: 'when the router did not take its share of the traffic',
  person: 'by a person',
  other: 'in another way (see the reason)',
};

const tests = 'Tests passed: performance and E2E tests cover what failed here';

/** Items of the deployment checklist (processes/deployment.md) that come first, by how it was noticed. */
export const checklistItems: Readonly<Record<Noticed, readonly string[]>> = {
  health: ['Staging: health checks on staging show what failed here'],
  errors: [tests],
  latency: [tests],
  metrics: [tests],
  alert: ['Monitoring: alerts configured, for staging too, so that this one fires there first'],
  deployment: ['Staging: deployed there in the same way, on the same kind of host, as in production'],
  migration: ['Database changes: rollback tested', 'Database changes: backup verified'],
  smoke: ['Tests passed: E2E tests cover the critical path that was broken'],
  unseen: ['Monitoring: dashboards updated, and their numbers can be read where Sluice runs'],
  router: ['Rollback plan: the router was tried with this configuration before production'],
  person: ['Monitoring: a gap, for a person noticed it and no check did; alerts configured for it'],
  other: ['Monitoring: alerts configured for what was noticed here'],
};
