import type { WorkflowHandle } from '@temporalio/client';
import { vi } from 'vitest';
import type { GateStatus, RunStatus } from '../../../src/domain/run/status.ts';
import type { AttackedWorld, Forgeries } from './attacked-world.ts';
import type { Forgery } from './cunning-answers.ts';
import { cunningAnswers, generatedAnswers, noAnswers } from './cunning-answers.ts';
import type { ActivityName } from './good-answers.ts';

/** What of a run is answered by the attacker; all else goes well, so that it comes so far. */
export interface Attack {
  readonly flow: string;
  /** @param time the how-many-eth call of the activity for this step, from 1 */
  readonly forges: (activity: ActivityName, step: string, time: number) => boolean;
  /** The worker itself answers what isn't forged, the first time that a step asks for it: it acts by what was forged before. */
  readonly really: (activity: ActivityName) => boolean;
  /** Besides what is no answer at all, what some runs make something of, and what a generator makes up, by turns. */
  readonly anything?: boolean;
  /** Just this one, by its name. */
  readonly cunning?: string;
}

/** Answers in the worker's place, and counts what it answered. */
export class Forger {
  /** Activities by the flow that asked for them, and those of them that were answered by a forgery. */
  readonly asked = new Map<string, Set<string>>();
  readonly forged = new Map<string, Set<string>>();
  /** What was cunning about an activity's answers. */
  readonly cunning = new Map<string, Set<string>>();
  generated = 0;
  private turn = 0;
  private readonly world: AttackedWorld;
  private readonly good: Readonly<Record<ActivityName, unknown>>;
  private readonly forgeries: [string, Forgery][];
  private readonly generate: Forgery;

  constructor(world: AttackedWorld, good: Readonly<Record<ActivityName, unknown>>, seed: number) {
    this.world = world;
    this.good = good;
    this.forgeries = Object.entries(cunningAnswers(world.canaries));
    this.generate = generatedAnswers(world.canaries, seed);
  }

  get names(): readonly string[] {
    return this.forgeries.map(([name]) => name);
  }

  /** For one run. */
  answers({ flow, forges, really, anything = false, cunning }: Attack): Forgeries {
    const times = new Map<string, number>();
    const answer = (name: ActivityName, args: readonly unknown[]): unknown => {
      const { step = '' } = (args[0] ?? {}) as { readonly step?: string };
      const call = `${name} ${step}`;
      const time = (times.get(call) ?? 0) + 1;
      times.set(call, time);
      add(this.asked, flow, name);
      if (forges(name, step, time)) return this.forge(flow, name, anything, cunning);
      const tried = times.get(`${call}, really`) ?? 0;
      times.set(`${call}, really`, tried + 1);
      if (tried > 0 || !really(name)) return this.good[name];
      return (this.world.activities[name] as (...given: unknown[]) => unknown)(...args);
    };
    return Object.fromEntries(
      (Object.keys(this.good) as ActivityName[]).map((name) => [
        name,
        (...args: unknown[]) => Promise.resolve(answer(name, args)),
      ]),
    ) as Forgeries;
  }

  /** First those that the activity has not met; those that are no answers are given again and again. */
  private forge(flow: string, name: ActivityName, anything: boolean, cunning: string | undefined): unknown {
    add(this.forged, flow, name);
    this.turn += 1;
    const met = this.cunning.get(name);
    const fresh = this.forgeries.find(
      ([title]) => (anything || noAnswers.includes(title)) && !met?.has(title),
    );
    const named = this.forgeries.find(([title]) => title === cunning);
    const next =
      named ??
      (anything
        ? this.turn % 2 === 0
          ? fresh
          : undefined
        : (fresh ?? this.forgeries[this.turn % noAnswers.length]));
    if (next) {
      add(this.cunning, name, next[0]);
      return next[1](this.good[name]);
    }
    this.generated += 1;
    return this.generate(this.good[name]);
  }
}

function add(to: Map<string, Set<string>>, key: string, value: string): void {
  to.set(key, (to.get(key) ?? new Set()).add(value));
}

/** How long somebody goes on with a run. */
export interface Patience {
  readonly answers: number;
  /** Milliseconds without anything new in its history, after which it is left; for ever where it is left out. */
  readonly idle?: number;
}

/** Says yes to everything, tries again what failed, and gives the run up where it only waits or is tried for ever. */
export async function driven(handle: WorkflowHandle, { answers: most, idle }: Patience): Promise<string> {
  let answers = 0;
  let length = -1;
  let news = Date.now();
  const look = async (): Promise<string> => {
    const { status, historyLength } = await handle.describe();
    if (status.name !== 'RUNNING') return status.name;
    if (historyLength === length) {
      if (idle !== undefined && Date.now() - news > idle) return 'it goes on';
      throw new Error('nothing is new');
    }
    const { gates } = await handle.query<RunStatus>('status');
    length = historyLength;
    news = Date.now();
    const [gate] = gates;
    if (gate) {
      answers += 1;
      if (answers > most) return 'it goes on';
      await say(handle, gate);
    }
    throw new Error('it goes on');
  };
  const end = await vi.waitFor(look, { timeout: 600_000, interval: 200 });
  if (end === 'it goes on') await handle.terminate('the attacker has tried enough').catch(() => undefined);
  return end;
}

const wanted = ['retry', 'promote', 'restore', 'accept', 'hotfix', 'return-to-development'];

async function say(handle: WorkflowHandle, { id, kind, choices }: GateStatus): Promise<void> {
  const by = 'mallory';
  if (kind === 'approval') return handle.signal('approve', { by, gate: id });
  // What is said to be done by hand is looked at; then it is tried again.
  const byHand =
    /^failed:(?:finalize|docs)\.(?:merge|tag)$/.test(id) && !choices.some((each) => each.id === 'leave');
  const choice =
    id === 'rollback'
      ? 'rollback'
      : byHand
        ? 'done'
        : (wanted.find((name) => choices.some((each) => each.id === name)) ?? choices[0]?.id);
  await handle.signal('answer', { by, gate: id, choice });
}
