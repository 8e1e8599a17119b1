import type { Approval } from '../../domain/gates/approval.ts';
import type { EnvironmentConfig, ProductConfig } from '../../domain/config/schema.ts';
import type { Gate, Vote } from '../../domain/gates/gate.ts';
import { approversOf } from '../../domain/gates/approval-terms.ts';
import { judgeGate } from '../../domain/gates/gate.ts';
import { isAmong, samePerson } from '../../domain/gates/person.ts';
import { own } from '../../domain/text/own.ts';
import { asLook } from '../context.ts';
import { hasSlots } from '../../domain/environments/environment-of.ts';
import type { Deps } from '../deps.ts';
import type { CatalogEntry, Deployed, EffectContext, Target } from '../ports/index.ts';
import { noteServed } from '../environments/served.ts';
import { fixObjections, subjectObjections } from './approved-subject.ts';
import { CatalogProblem } from '../ports/index.ts';

/** The gate of an approval that puts a version beside the one that serves, and no more (ADR 0009). */
export const greenGate = 'green';

interface Approvable {
  /** As the run has frozen it. */
  readonly environment: EnvironmentConfig;
  readonly target: Target;
  /** Digest of the configuration that the run has frozen. */
  readonly configuration: string;
  readonly approval?: Approval;
}

/** What an approval has to be about. */
export interface Scope {
  /** Of the environment, as it was frozen and as it is now. */
  readonly ofPlaces: (places: readonly (EnvironmentConfig | undefined)[], name: string) => readonly string[];
  readonly ofGate: (gate: string) => readonly string[];
  readonly ofSubject: typeof subjectObjections;
}

/** The version will serve. */
export const takesTraffic: Scope = {
  ofPlaces: () => [],
  ofGate: (gate) =>
    gate === greenGate ? ['what was approved takes no traffic: it may stand beside, and no more'] : [],
  ofSubject: subjectObjections,
};

/**
 * The version is put beside the one that serves and takes no traffic yet: the approval names a commit, and covers what its run committed
 * on top of it. Migrations and configuration have to be those that people saw.
 */
export const standsBeside: Scope = {
  ofPlaces: (places, name) =>
    places.every((place) => place && hasSlots(place))
      ? []
      : [`${name} has no place beside the version that serves: deploying there moves its traffic`],
  ofGate: (gate) => (gate === greenGate ? [] : [`the approval is of gate ${gate}, not of ${greenGate}`]),
  ofSubject: fixObjections,
};

/**
 * Why the deployment is not what people approved, one sentence each; empty where it is. The policy is the one of this worker's
 * own catalog, as it is now: whoever asks for the deployment can neither leave the approval out nor bring another policy.
 */
export async function objectionsTo(
  deps: Deps,
  scope: Scope,
  { environment, target, configuration, approval }: Approvable,
  context: EffectContext,
): Promise<readonly string[]> {
  const entry = await trusted(deps, target.product);
  if (!('config' in entry)) return entry;
  const { config, source } = entry;
  const now = own(config.environments, target.environment);
  const elsewhere = scope.ofPlaces([now, environment], target.environment);
  if (elsewhere.length > 0) return elsewhere;
  const policy = now?.approval;
  if (!approval)
    return policy
      ? [`${target.environment} of ${target.product} needs an approval, and none was brought`]
      : [];
  const objections = [
    ...scope.ofGate(approval.gate),
    ...(await scope.ofSubject(deps, target, approval, context)),
    ...configurationObjections(configuration, approval, entry),
    ...(policy ? voteObjections(config, policy, approval) : []),
    ...(await unproved(deps, approval, context)),
  ];
  const running = await deps
    .driver(environment)
    .current({ target, environment, source }, asLook(context, `look/${context.attempt}`));
  // Whatever becomes of the deployment, this is what a rollback would go back to.
  if (running) await noteServed(deps, target, running, context);
  return [...objections, ...wayBackObjections(target, running)];
}

/** Votes that nobody has proved to be the person's own. */
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

/** An older configuration of the product's own has other commands than what people saw; that the approval is of the present one is compared elsewhere. */
function configurationObjections(
  configuration: string,
  { subject }: Approval,
  { digest }: CatalogEntry,
): readonly string[] {
  return subject.configurationDigest === digest && configuration !== digest
    ? [
        `it would go by the configuration ${configuration.slice(0, 12)}, and not by ${digest.slice(0, 12)}, which was approved`,
      ]
    : [];
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

/** The rules of the gate once more, on the votes as they were brought. */
function voteObjections(
  config: ProductConfig,
  policy: NonNullable<EnvironmentConfig['approval']>,
  { votes, digest, gate, startedBy }: Approval,
): string[] {
  const who = approversOf(policy, config.people.groups, startedBy);
  const objections: string[] = [];
  const counted: Vote[] = [];
  for (const vote of votes) {
    if (!isAmong(who, vote.by)) objections.push(`${vote.by} may not approve it (${who.join(', ')} may)`);
    else if (vote.digest !== digest) objections.push(`${vote.by} approved another bundle`);
    else if (!counted.some(({ by }) => samePerson(by, vote.by))) counted.push(vote);
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
