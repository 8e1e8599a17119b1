import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unreleasedWarnings } from '../../../src/domain/release/unreleased-work.ts';
import type { Readiness } from '../../../src/activities/release/readiness.ts';
import { createLocalCodeHost } from '../../../src/adapters/code-host-local/local-code-host.ts';
import { createFileCatalog } from '../../../src/adapters/file-catalog.ts';
import { createGitRepository } from '../../../src/adapters/git/repository.ts';
import type { EffectOutcome } from '../../../src/domain/run/effect-outcome.ts';
import type { InquiryAnswer } from '../../../src/domain/flows/inquiry.ts';
import type { ReleaseInput } from '../../../src/domain/release/input.ts';
import { compose } from '../../../src/workers/compose.ts';
import { quietLog } from '../../support/log.ts';
import { createTinyProduct, type TinyProduct } from '../../e2e/support/product.ts';

let root: string;
let product: TinyProduct;
let worker: ReturnType<typeof compose>;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'sluice-readiness-'));
  const environment = { script: { deploy: 'true', rollback: 'true' }, url: 'http://127.0.0.1:9' };
  product = createTinyProduct({
    directory: root,
    name: 'tiny',
    configure: () => ({
      environments: {
        staging: environment,
        production: { ...environment, approval: { from: ['managers'] } },
      },
    }),
  });
  worker = compose({
    catalog: [product.config],
    directory: root,
    env: process.env,
    soleHost: true,
    client: (): never => {
      throw new Error('nothing here asks anything of Temporal');
    },
    log: quietLog,
  });
});
afterAll(() => {
  worker.close();
  rmSync(root, { recursive: true, force: true });
});

async function checked(input: ReleaseInput) {
  const loaded = await createFileCatalog([product.config]).load('tiny');
  await new MockActivityEnvironment().run(() => worker.activities.loadProduct('tiny'));
  const { product: _, ...wish } = input;
  const ref = { step: 'readiness.source', try: 1, product: 'tiny', configuration: loaded.digest };
  const { ok, value } = await new MockActivityEnvironment().run<
    [],
    EffectOutcome<Readiness>,
    () => Promise<EffectOutcome<Readiness>>
  >(() => worker.activities.checkReadiness(ref, wish));
  return {
    ok,
    version: value?.version,
    prerelease: value?.prerelease,
    blockers: value?.blockers,
    concerns: value?.concerns,
  };
}

const warning = (line: string): unknown =>
  expect.objectContaining({ title: 'Warning', lines: expect.arrayContaining([line]) as string[] });

async function preview(input: ReleaseInput) {
  let answer: InquiryAnswer | undefined;
  await new MockActivityEnvironment().run(async () => {
    answer = await worker.activities.inquire({ kind: 'preview', flow: 'release', input });
  });
  if (answer?.kind !== 'preview') throw new Error('no preview');
  return answer;
}

describe('[RW-4] main moves between the preview and the start', () => {
  it('a commit that keeps the version is named; one that changes it blocks', async () => {
    product.git('tag', 'v1.0.0', 'main');
    product.commit('fix: a price');
    const seen = await preview({ product: 'tiny' });
    if (!seen.ok) throw new Error(seen.problems.join());
    const { version = '', commit = '' } = seen.preview;
    expect(version).toBe('1.0.1');
    const input = { product: 'tiny', expected: { version, commit } };
    const same = await checked(input);
    expect(same).toMatchObject({ ok: true, version: '1.0.1', blockers: [] });

    product.commit('fix: another price');
    const newer = product.git('rev-parse', 'main');
    const concern = `v1.0.1 was confirmed at commit ${commit.slice(0, 12)}; it is made from ${newer.slice(0, 12)}, where main is by now`;
    expect(await checked(input)).toMatchObject({
      ok: true,
      version: '1.0.1',
      concerns: expect.arrayContaining([concern]) as string[],
    });
    expect(await preview(input)).toMatchObject({
      ok: true,
      preview: { sections: expect.arrayContaining([warning(concern)]) as unknown },
    });

    product.commit('feat!: prices in another currency');
    const breaking = product.git('rev-parse', 'main');
    const blockers = [
      `v1.0.1 (commit ${commit.slice(0, 12)}) was confirmed, but main (commit ${breaking.slice(0, 12)}) makes it v2.0.0 by now: look at it, and start that release`,
    ];
    expect(await checked(input)).toMatchObject({ ok: false, blockers });
    expect(await preview(input)).toMatchObject({ ok: false, problems: blockers });
    expect(await checked({ product: 'tiny' })).toMatchObject({ ok: true, version: '2.0.0' });
  });
});

describe('[RW-2] what stands against a release says how it is mended', () => {
  it('an open bug: where it is, and what closes it', async () => {
    const { source } = await createFileCatalog([product.config]).load('tiny');
    const host = createLocalCodeHost({
      directory: join(root, 'code-host', 'tiny'),
      product: 'tiny',
      source,
      git: createGitRepository({ directory: join(root, 'git') }),
    });
    const { url } = await host.createIssue({
      title: 'Prices are wrong',
      body: '',
      labels: [],
      severity: 'high',
      key: 'k',
    });
    const { ok, blockers } = await checked({ product: 'tiny' });
    expect(ok).toBe(false);
    const bug = `high bug #1 is open: Prices are wrong (${url}); a commit on main that says "fixes #1" closes it, or state: closed in that file`;
    expect(blockers).toEqual([bug]);
    // Whoever is about to start it is told before.
    expect(await preview({ product: 'tiny' })).toMatchObject({
      ok: true,
      preview: {
        sections: expect.arrayContaining([{ title: 'Blocked by', lines: [bug], tone: 'warn' }]) as unknown,
      },
    });
  });

  it('work that is not committed: the configuration is used as it is, so it is left out', () => {
    const warned = (...dirtyFiles: string[]) => unreleasedWarnings({ dirtyFiles, unpushedCommits: 1 });
    const unpushed = '1 commit in your checkout is not pushed and will not be in the release';
    expect(warned('sluice.yaml')).toEqual([unpushed]);
    expect(warned('sluice.yaml', 'a.js')).toEqual([
      '1 file in your checkout is not committed and will not be in the release: a.js',
      unpushed,
    ]);
  });
});

describe('[RW-4] [RW-11] a pre-release', () => {
  it.each<[Partial<ReleaseInput>, boolean]>([
    [{ version: '9.0.0-rc.1' }, true],
    [{ bump: 'prerelease' }, true],
    [{ version: '9.0.0' }, false],
    [{ version: '1.0.0' }, false],
  ])('%j is one: %s', async (input, prerelease) => {
    expect(await checked({ product: 'tiny', ...input })).toMatchObject({ prerelease });
  });
});
