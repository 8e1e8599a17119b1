import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentQuestion } from '../../../src/activities/agents/ask.ts';
import type { StepRef } from '../../../src/domain/run/effect-outcome.ts';
import type { GreenWorld, Outcome } from '../blue-green/support.ts';
import { greenWorld, says } from '../blue-green/support.ts';

let world: GreenWorld;
beforeEach(async () => {
  world = await greenWorld();
  await world.configureGreen();
});
afterEach(() => world.end());

/** A judgement of a program that is a shell line. */
async function judge(line: string, ref: Partial<StepRef> = {}): Promise<Outcome> {
  const question: AgentQuestion = {
    who: { role: 'qa-engineer' },
    skill: 'qa-engineer',
    task: 'judge it',
    inputs: { smoke: 'all passed' },
  };
  await writeFile(world.program, `${line}\n`);
  return await world.attempt((activities) =>
    activities.askAgent({ ...world.ref('staging.verdict'), ...ref }, question),
  ).outcome;
}
/** What does not even fit the activity's input is refused before anything else. */
const orRefused = (asked: Promise<Outcome>): Promise<Outcome> =>
  asked.catch((error: unknown) => ({ ok: false, summary: (error as Error).message }));
const places = () => readdir(path.join(world.data, 'agents', 'shop'));

describe('[BY-9] a judgement', () => {
  it('is made in an empty directory, from a task that says who is asked for what', async () => {
    const line = `test -z "$(ls -A)" || exit 7; task=$(cat); echo "$task" | grep -q '"role":"qa-engineer","skill":"qa-engineer"' || exit 8; ${says({ verdict: 'approve' })}`;
    expect(await judge(line)).toMatchObject({
      ok: true,
      summary: 'qa-engineer: did it',
      value: { status: 'done', verdict: 'approve' },
    });
  });

  it('that finds something serious fails the step, whatever the verdict beside it', async () => {
    const findings = [
      { severity: 'low', title: 'a typo' },
      { severity: 'critical', title: 'the basket is lost' },
    ];
    expect(await judge(says({ verdict: 'approve', findings }))).toMatchObject({
      ok: false,
      summary: 'qa-engineer: did it – the basket is lost',
      value: { status: 'done' },
    });
  });

  it('sees nothing of what the agents of another run of the product left', async () => {
    await judge(`echo mine >mine.txt; ${says()}`, { run: 'first' });
    expect(await judge(`test ! -e mine.txt || exit 7; ${says()}`, { run: 'second' })).toMatchObject({
      ok: true,
    });
    expect(await places()).toHaveLength(2);
  });

  it('leaves the other run’s directory alone when its own run is over', async () => {
    await judge(says(), { run: 'first' });
    await judge(says(), { run: 'second' });
    const before = await places();
    await world.attempt((activities) => activities.removeCheckouts(world.ref('end'))).outcome;
    const left = await places();
    expect(left).toHaveLength(1);
    expect(before).toContain(left[0]);
  });

  it.each<[string, Partial<AgentQuestion>]>([
    ['for what is no skill', { skill: '__proto__' as AgentQuestion['skill'] }],
    ['for what every object has', { skill: 'constructor' as AgentQuestion['skill'] }],
    ['of a role that nobody has', { who: { role: 'senior' } }],
    ['of a name that every object has', { who: { role: 'constructor' as 'driver' } }],
    ['for what its role is not asked for', { skill: 'review' }],
    ['of a name that nobody has', { who: { role: 'trio', name: '__proto__' } }],
  ])('can’t be asked %s, and nothing is run', async (_, more) => {
    const outcome = await orRefused(world.ask(`touch '${world.data}/ran'; ${says()}`, more));
    expect(outcome).toMatchObject({
      ok: false,
      summary: expect.stringMatching(
        /nobody can be asked|no program is configured|is not asked for|^invalid input of askAgent: 1\.(skill|who)/,
      ) as string,
    });
    expect(existsSync(path.join(world.data, 'ran'))).toBe(false);
    expect(existsSync(path.join(world.data, 'agents'))).toBe(false);
  });
});

describe('[BY-9] what an agent was not asked to change', () => {
  it.each(['review', 'qa-engineer', 'constructor'])(
    'is not committed for one who was asked for "%s"',
    async (skill) => {
      await world.ask(`echo 1 >>server.mjs; ${says()}`);
      const outcome = await orRefused(world.commitChange({ skill: skill as AgentQuestion['skill'] }));
      expect(outcome).toMatchObject({
        ok: false,
        summary: expect.stringMatching(
          /was not asked to change anything|^invalid input of commitChange: 1\.skill/,
        ) as string,
      });
    },
  );
});
