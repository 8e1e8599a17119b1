import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GreenWorld } from '../blue-green/support.ts';
import { branch, commitOf, greenWorld, says } from '../blue-green/support.ts';

let world: GreenWorld;
beforeEach(async () => {
  world = await greenWorld();
  await world.configureGreen();
});
afterEach(() => world.end());

const edit = (line: string, more: object = {}): string => `${line}; ${says(more)}`;
const tip = () => world.sandbox.git(['rev-parse', branch], world.sandbox.remote);

describe('[BG-3] [BY-9] a fix of an agent’s', () => {
  it('is committed by Sluice with what the agent says, on a branch of the run; the checkout has the history', async () => {
    expect(
      await world.ask(edit('git log -1 --format=%s >>server.mjs', { artifacts: ['server.mjs'], cost: 0.5 })),
    ).toMatchObject({
      ok: true,
      value: { status: 'done', cost: 0.5, artifacts: ['server.mjs'] },
    });
    const fixed = await world.commitChange({ artifacts: ['server.mjs'] });
    expect(fixed).toMatchObject({ ok: true, value: { files: ['server.mjs'] } });
    const commit = await tip();
    expect(commitOf(fixed)).toBe(commit);
    const shown = await world.sandbox.git(['log', '-1', '--format=%an%n%B', commit], world.sandbox.remote);
    expect(shown).toMatch(/^Sluice\nfix: Changed server\.mjs: it says more/);
    expect(shown).toContain('Sluice-Run: test first');
    expect(await world.sandbox.git(['show', `${commit}:server.mjs`], world.sandbox.remote)).toContain(
      'feat: a service',
    );
    // Done again, as after a worker's death, it is the same commit.
    expect(commitOf(await world.commitChange())).toBe(commit);
  });

  it('goes back to an earlier commit where the last one was given up', async () => {
    await world.ask(edit('echo 1 >>server.mjs'));
    await world.commitChange();
    await world.ask(edit('echo 2 >>server.mjs'), {}, 2);
    await world.commitChange();
    const parents = await world.sandbox.git(['rev-list', '--parents', '-1', branch], world.sandbox.remote);
    expect(parents.split(' ')[1]).toBe(world.commit);
  });

  it('never overwrites what somebody else put on the branch', async () => {
    await world.sandbox.git(['push', '--quiet', 'origin', `${world.commit}:refs/heads/${branch}`]);
    await world.ask(edit('echo 1 >>server.mjs'));
    expect(await world.commitChange()).toMatchObject({
      ok: false,
      summary: expect.stringContaining('not this run') as string,
    });
    expect(await tip()).toBe(world.commit);
  });

  it.each([
    ['nothing changed', 'true', {}, 'no file was changed'],
    [
      'what it claims did not change',
      'echo 1 >>server.mjs',
      { artifacts: ['Dockerfile'] },
      'no change: Dockerfile|where there is none: Dockerfile',
    ],
    ['a test was removed', 'rm -r test', {}, 'changes tests'],
    ['a migration was changed', 'echo >>migrations/1.sql', {}, 'changes migrations'],
    [
      'the scripts were changed',
      `echo '{"version":"1.1.0","scripts":{"test":"true"}}' >package.json`,
      {},
      'scripts of package.json',
    ],
    ['package.json was broken', 'echo { >package.json', {}, 'scripts of package.json'],
    [
      'it left a repository',
      'git init -q inner && git -C inner -c user.name=a -c user.email=b commit -q --allow-empty -m x',
      {},
      'a repository in the repository',
    ],
    [
      'it committed and put it back',
      'echo 1 >>server.mjs; git -c user.name=a -c user.email=b commit -qam x; git checkout -q HEAD~1',
      {},
      'no file was changed',
    ],
    ['only ignored files changed', 'mkdir node_modules; echo 1 >node_modules/a', {}, 'no file was changed'],
  ])('does not count where %s', async (_, line, more, objection) => {
    await world.ask(edit(line));
    const { ok, summary } = await world.commitChange(more);
    expect(ok).toBe(false);
    expect(summary).toMatch(new RegExp(objection));
    await expect(tip()).rejects.toThrow();
  });

  it('may be a test’s where a reviewer asks for it', async () => {
    await world.ask(edit('echo more >>test/a.test.js'));
    const findings = [{ severity: 'high' as const, title: 'restore it', file: 'test/a.test.js' }];
    expect(await world.commitChange({ findings })).toMatchObject({ ok: true });
  });

  it('what is done to git in the checkout reaches neither the clone nor what is committed', async () => {
    const line = [
      'echo 1 >>server.mjs',
      'git config core.hooksPath /nowhere',
      'git config filter.x.clean "echo spoiled"',
      'echo "* filter=x" >.git/info/attributes',
      'git update-ref -d HEAD || true',
      'git gc --prune=now -q || true',
    ].join('; ');
    await world.ask(edit(line));
    expect(await world.commitChange()).toMatchObject({ ok: true, value: { files: ['server.mjs'] } });
    expect(await world.sandbox.git(['show', `${branch}:server.mjs`], world.sandbox.remote)).not.toContain(
      'spoiled',
    );
    // The clone still knows all that it knew.
    expect(await world.ask(edit('git log --oneline | head -3'), {}, 2)).toMatchObject({ ok: true });
  });
});

describe('[BY-9] an agent at work', () => {
  it('gets a clean checkout for each try, and the same one when an attempt is repeated', async () => {
    await world.ask(edit('echo left >left.txt'));
    expect(await world.ask(edit('test ! -e left.txt || exit 7'), {}, 2)).toMatchObject({ ok: true });
    expect(await world.ask(edit('exit 7'), {}, 2)).toMatchObject({ ok: true });
  });

  it.each([
    ['says no JSON', 'echo hello', /no/],
    ['ends with an error', `${says()}; exit 3`, /3/],
    ['is killed', `${says()}; kill -9 $$`, /SIGKILL/],
    ['claims a file that is not there', says({ artifacts: ['gone.js'] }), /gone\.js/],
  ])('that %s has failed', async (_, line, reason) => {
    const outcome = await world.ask(line);
    expect(outcome).toMatchObject({ ok: false, value: { status: 'failed' } });
    expect(outcome.summary).toMatch(reason);
  });

  it('leaves nothing when its run is over', async () => {
    await world.ask(edit('true'));
    const { outcome } = world.attempt((activities) => activities.removeCheckouts(world.ref('end')));
    expect(await outcome).toMatchObject({ ok: true });
    expect(await world.commitChange()).toMatchObject({
      ok: false,
      summary: expect.stringContaining("not on this worker's host") as string,
    });
  });
});
