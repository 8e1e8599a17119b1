import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { documentActivities } from '../../../src/activities/records/documents.ts';
import type { WrittenDocument } from '../../../src/activities/records/documents.ts';
import type { EffectOutcome } from '../../../src/domain/run/effect-outcome.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'sluice documents '));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const run = 'release/shop/v1.4.0';
const ref = { step: 'rollback.document', try: 1, product: 'shop', configuration: '' };
type Outcome = EffectOutcome<WrittenDocument>;

function write(text: string, { name = 'incident', as = run, into = directory } = {}): Promise<Outcome> {
  const temporal = new MockActivityEnvironment({ workflowExecution: { workflowId: as, runId: 'run-1' } });
  const activities = documentActivities({ directory: into });
  return temporal.run<[], Outcome, () => Promise<Outcome>>(() =>
    activities.writeDocument(ref, { name, text }),
  );
}
const home = (): string => path.join(directory, 'documents', 'release-shop-v1.4.0');
const mode = async (file: string): Promise<number> => (await stat(file)).mode & 0o777;

describe('a document of a run', () => {
  it('is written for the worker’s own eyes, and says where', async () => {
    const { ok, value } = await write('# What happened\n');
    expect(ok).toBe(true);
    expect(value?.file).toBe(path.join(home(), 'incident.md'));
    expect(fileURLToPath(value?.url ?? '')).toBe(value?.file);
    expect(value?.url).toContain('sluice%20documents');
    expect(await readFile(value?.file ?? '', 'utf8')).toBe('# What happened\n');
    expect([
      await mode(value?.file ?? ''),
      await mode(home()),
      await mode(path.join(directory, 'documents')),
    ]).toEqual([0o600, 0o700, 0o700]);
  });

  it('is there once, however often it is written, and by two at the same moment', async () => {
    const outcomes = await Promise.all([write('the same'), write('the same'), write('the same')]);
    expect(new Set(outcomes.map(({ value }) => value?.file)).size).toBe(1);
    expect(await readdir(home())).toEqual(['incident.md']);
  });

  it('is never written over: what people added stays, and another text is another file', async () => {
    const first = (await write('first')).value!.file;
    await writeFile(first, 'first, and what people found out');
    const second = (await write('second')).value!.file;
    expect(second).toMatch(/incident-[0-9a-f]{8}\.md$/);
    await writeFile(second, 'second, and what people found out');
    expect((await write('second')).value!.file).toBe(second);
    expect(await readFile(first, 'utf8')).toBe('first, and what people found out');
    expect(await readFile(second, 'utf8')).toBe('second, and what people found out');
    expect(await readdir(home())).toHaveLength(2);
  });

  it.each(['', '..', '../../evil', 'Incident.md', 'a'.repeat(200)])('is not named %j', async (name) => {
    expect(await write('x', { name })).toMatchObject({
      ok: false,
      summary: expect.stringContaining('no name') as string,
    });
    expect(await readdir(directory)).toEqual([]);
  });

  it.each(['..', '../..', '/etc', 'a/../../b', 'x\u0000y', `r/${'x'.repeat(900)}`])(
    'of a run called %j stays inside of the data directory',
    async (as) => {
      const { value } = await write('x', { as });
      expect(path.dirname(path.dirname(value?.file ?? ''))).toBe(path.join(directory, 'documents'));
    },
  );

  it('that can’t be written is said in words, where trying again would not help', async () => {
    // Even the superuser may write nothing there.
    expect(await write('x', { into: '/sys' })).toMatchObject({
      ok: false,
      summary: expect.stringMatching(/no permission|read-only/) as string,
    });
  });
});
