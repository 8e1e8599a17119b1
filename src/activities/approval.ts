import type { BundleSubject } from '../domain/bundle.ts';
import { changedSince } from '../domain/bundle.ts';
import type { EnvironmentConfig, ProductConfig } from '../domain/config/schema.ts';
import type { Gate, Vote } from '../domain/gate.ts';
import { eligible, judgeGate, resolvePeople } from '../domain/gate.ts';
import type { Deps } from './deps.ts';
import type { CatalogEntry, Deployed, EffectContext, Target } from './ports/index.ts';
import { CatalogProblem, SourceProblem } from './ports/index.ts';
import { currentSubject } from './subject.ts';

/** What production's effects must show: who decided, on what (BY-1: checked by the worker that deploys, when it deploys). */
export interface Approval {
  readonly gate: string;
  readonly digest: string;
  readonly subject: BundleSubject;
  readonly votes: readonly Vote[];
  readonly branch: string;
  /** Who started the run, and may not approve it where the policy says so. */
  readonly startedBy: string;
}

/** The gate of an approval that puts a version beside the one that serves, and no more (ADR 0009). */
export const greenGate = 'green';

interface Approvable {
  readonly environment: EnvironmentConfig;
  readonly target: Target;
  readonly approval?: Approval;
}

/** After so many attempts a repository that can't be reached is an objection, and people are asked. */
const looks = 10;

/**
 * Why the deployment is not what people approved, one sentence each; empty where it is. The policy is the one of this worker's
 * own catalog, as it is now: whoever asks for the deployment can neither leave the approval out nor bring another policy.
 */
export async function objectionsTo(
  deps: Deps,
  asked: Approvable,
  context: EffectContext,
): Promise<readonly string[]> {
  const { target, approval } = asked;
  const entry = await trusted(deps, target.product);
  if (!('config' in entry)) return entry;
  const { config, source } = entry;
  const policy = config.environments[target.environment]?.approval;
  if (!approval) {
    return policy
      ? [`${target.environment} of ${target.product} needs an approval, and none was brought`]
      : [];
  }
  const objections = [
    ...(approval.gate === greenGate
      ? ['what was approved takes no traffic: it may stand beside, and no more']
      : []),
    ...(await subjectObjections(deps, target, approval, context)),
    ...(policy ? voteObjections(config, policy, approval) : []),
    ...(await unproved(deps, approval, context)),
  ];
  const running = await deps
    .driver(asked.environment)
    .current({ target, environment: asked.environment, source }, lookOf(context));
  return [...objections, ...wayBackObjections(target, running)];
}

/**
 * The same for a version that is put beside the one that serves and takes no traffic yet: the approval names a commit, and covers what
 * its run committed on top of it. Migrations and configuration have to be those that people saw.
 */
export async function objectionsToGreen(
  deps: Deps,
  asked: Approvable,
  context: EffectContext,
): Promise<readonly string[]> {
  const { target, approval } = asked;
  const entry = await trusted(deps, target.product);
  if (!('config' in entry)) return entry;
  const { config, source } = entry;
  const environment = config.environments[target.environment];
  if (!environment || !hasSlots(environment) || !hasSlots(asked.environment))
    return [
      `${target.environment} has no place beside the version that serves: deploying there moves its traffic`,
    ];
  const policy = environment.approval;
  if (!approval) {
    return policy
      ? [`${target.environment} of ${target.product} needs an approval, and none was brought`]
      : [];
  }
  const objections = [
    ...(approval.gate === greenGate ? [] : [`the approval is of gate ${approval.gate}, not of ${greenGate}`]),
    ...(await fixObjections(deps, target, approval, context)),
    ...(policy ? voteObjections(config, policy, approval) : []),
    ...(await unproved(deps, approval, context)),
  ];
  const running = await deps
    .driver(asked.environment)
    .current({ target, environment: asked.environment, source }, lookOf(context));
  return [...objections, ...wayBackObjections(target, running)];
}

/** Whether a version can stand there without taking traffic. */
export function hasSlots({ process, slots }: Pick<EnvironmentConfig, 'process' | 'slots'>): boolean {
  return process !== undefined || slots !== undefined;
}

/** Whatever lies between the approved commit and the deployed one has to be this run's own. */
async function fixObjections(
  deps: Deps,
  target: Target,
  { subject, branch }: Approval,
  context: EffectContext,
): Promise<readonly string[]> {
  try {
    const now = await currentSubject(deps, target.product, target.environment, target.commit);
    const objections = changedSince({ ...subject, commit: now.commit }, now);
    if (now.commit === subject.commit) return objections;
    const { source } = await deps.catalog.load(target.product);
    const short = (commit: string): string => commit.slice(0, 10);
    const below = await deps.source.commits(source, { since: now.commit, until: subject.commit });
    if (below.length > 0)
      return [
        ...objections,
        `${short(now.commit)} is not made from ${short(subject.commit)}, which was approved`,
      ];
    const beyond = await deps.source.commits(source, { since: branch, until: now.commit });
    if (beyond.length > 0) objections.push(`${short(now.commit)} is not on the branch ${branch}`);
    const fixes = await deps.source.commits(source, { since: subject.commit, until: now.commit });
    const foreign = fixes.filter(
      ({ body }) => !body.split('\n').some((line) => line.startsWith(`Sluice-Run: ${context.run} `)),
    );
    if (foreign.length > 0)
      objections.push(
        `${foreign.map(({ sha }) => short(sha)).join(', ')} was not made by this run, and nobody approved it`,
      );
    return objections;
  } catch (error) {
    if (!(error instanceof SourceProblem) || (error.kind === 'unreachable' && context.attempt < looks))
      throw error;
    return [`what would be deployed can't be compared with what was approved: ${error.message}`];
  }
}

async function unproved(deps: Deps, approval: Approval, context: EffectContext): Promise<readonly string[]> {
  const objections: string[] = [];
  for (const vote of approval.votes) {
    const proof = await deps.verifier.verify(vote, {
      run: context.run,
      gate: approval.gate,
      digest: approval.digest,
    });
    if (!proof.ok) objections.push(`the approval by ${vote.by} is not proved: ${proof.reason}`);
  }
  return objections;
}

/** The product as it is configured now; where that can't be read, nobody knows what is asked for, and that is an objection. */
async function trusted(deps: Deps, product: string): Promise<CatalogEntry | readonly string[]> {
  try {
    return await deps.catalog.load(product);
  } catch (error) {
    if (!(error instanceof CatalogProblem)) throw error;
    return [`the configuration of ${product} can't be read: ${error.problems.join('; ')}`];
  }
}

async function subjectObjections(
  deps: Deps,
  target: Target,
  { subject, branch }: Approval,
  { attempt }: EffectContext,
): Promise<readonly string[]> {
  try {
    const now = await currentSubject(deps, target.product, target.environment, branch);
    return changedSince(subject, now);
  } catch (error) {
    if (!(error instanceof SourceProblem) || (error.kind === 'unreachable' && attempt < looks)) throw error;
    return [`what would be deployed can't be compared with what was approved: ${error.message}`];
  }
}

/** The rules of the gate once more, on the votes as they were brought. */
function voteObjections(
  config: ProductConfig,
  policy: NonNullable<EnvironmentConfig['approval']>,
  { votes, digest, gate, startedBy }: Approval,
): string[] {
  const who = eligible(
    resolvePeople(policy.from, config.people.groups),
    policy.allowStarter ? undefined : startedBy,
  );
  const objections: string[] = [];
  const counted: Vote[] = [];
  for (const vote of votes) {
    if (!who.includes(vote.by)) objections.push(`${vote.by} may not approve it (${who.join(', ')} may)`);
    else if (vote.digest !== digest) objections.push(`${vote.by} approved another bundle`);
    else if (!counted.some(({ by }) => by === vote.by)) counted.push(vote);
  }
  const decided: Gate = {
    id: gate,
    kind: 'approval',
    statement: '',
    details: '',
    who,
    quorum: policy.quorum,
    choices: [],
    opened: 0,
    votes: counted,
  };
  const judged = judgeGate(decided, 0);
  if (judged.action === 'decided' && judged.choice === 'approve') return objections;
  return [...objections, `it is not approved: ${judged.reason}`];
}

/** A rollback goes to the version that people saw as the previous one. What an earlier attempt deployed itself is no change. */
function wayBackObjections(
  { environment, version, previousVersion }: Target,
  running: Deployed | undefined,
): string[] {
  if (running?.version === previousVersion || running?.version === version) return [];
  return [
    `${environment} runs ${running?.version ?? 'nothing'} now, not ${previousVersion ?? 'nothing'} as it did when this was approved: a rollback would go to the wrong version`,
  ];
}

/** A look at what runs is no part of the deployment: neither its key nor what it beats may be taken for the deployment's. */
function lookOf(context: EffectContext): EffectContext {
  return {
    ...context,
    key: `${context.key}/look/${context.attempt}`,
    attempt: 1,
    previous: undefined,
    heartbeat: () => undefined,
  };
}
