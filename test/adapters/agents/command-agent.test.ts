import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentTask } from '../../../src/activities/ports/agents.ts';
import type { EffectContext } from '../../../src/activities/ports/effect.ts';
import { createCommandAgent } from '../../../src/adapters/agents/command-agent.ts';
import { lastJsonObject } from '../../../src/adapters/agents/last-json-object.ts';
import { createCommandRunner } from '../../../src/adapters/commands/index.ts';
import { createSecretResolver } from '../../../src/adapters/secrets.ts';
import { agentTaskSchema } from '../../../src/domain/agents/schema.ts';
import type { AgentConfig } from '../../../src/domain/config/schema.ts';
import { quietLog } from '../../support/log.ts';

let directory: string;
let work: string;
let key = 0;
beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-agent-')));
  work = join(directory, 'work');
  mkdirSync(work);
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const context = (): EffectContext => ({
  run: 'release/shop/v1.4.0',
  step: 'regression.qa',
  key: `release/shop/v1.4.0/r/regression.qa/${(key += 1)}`,
  attempt: 1,
  previous: undefined,
  signal: new AbortController().signal,
  heartbeat: () => {},
  log: quietLog,
});
const task = (over: Partial<AgentTask> = {}): AgentTask => ({
  role: 'qa-engineer',
  skill: 'qa-engineer',
  task: 'Judge the regression',
  instructions: 'Look at the counts.',
  product: 'shop',
  environment: 'staging',
  inputs: { tests: '42 of 42' },
  workDirectory: work,
  resultSchema: 'AgentResult',
  ...over,
});
const workerEnv = () => ({
  PATH: process.env['PATH'],
  HOME: directory,
  DEPLOY_TOKEN: 'deploy-credential',
  MODEL_KEY: 'model-credential',
});
const agent = (run: string, over: Partial<NonNullable<AgentConfig['command']>> = {}) => {
  const secrets = createSecretResolver({ env: workerEnv(), baseDirectory: directory });
  const commands = createCommandRunner({
    directory: join(directory, 'runs'),
    secrets,
    parentEnv: workerEnv(),
    soleHost: true,
  });
  const command = { run, timeout: 20_000, idempotent: false, retries: 0, pass: [], env: {}, ...over };
  return createCommandAgent({ commands, config: { command }, secrets });
};
/** An agent that prints this text and ends with 0. */
const saying = (text: string) => {
  writeFileSync(join(directory, 'said'), text);
  return agent(`cat "${join(directory, 'said')}"`);
};
const answerTo = (text: string, over: Partial<AgentTask> = {}) => saying(text).run(task(over), context());
const done = { status: 'done', summary: 'all is well' };
const empty = { findings: [], artifacts: [] };
const claude = (over: object) =>
  JSON.stringify({ type: 'result', is_error: false, result: '', permission_denials: [], ...over });

describe('the task', () => {
  it('[BY-9] is one JSON document on stdin, with the schema of the wanted result', async () => {
    await agent(`cat > got.json; echo '${JSON.stringify(done)}'`).run(task(), context());
    const got = agentTaskSchema.parse(JSON.parse(readFileSync(join(work, 'got.json'), 'utf8')));
    expect(got).toMatchObject({
      ...task(),
      resultSchema: { type: 'object', required: ['status', 'summary'] },
    });
  });

  it('[BY-9] the environment holds what the configuration lists and no deploy credential', async () => {
    const run = `printf '{"status":"done","summary":"%s|%s|%s"}' "$DEPLOY_TOKEN" "$MODEL_KEY" "$NAME"`;
    const result = await agent(run, { pass: ['MODEL_KEY'], env: { NAME: 'qa' } }).run(task(), context());
    expect(result.summary).toBe('|model-credential|qa');
  });

  it('a program that never reads its task has its result counted all the same', async () => {
    const result = await agent(`echo '${JSON.stringify(done)}'`).run(
      task({ inputs: { big: 'x'.repeat(1_000_000) } }),
      context(),
    );
    expect(result).toMatchObject(done);
  });

  it('runs in the work directory', async () => {
    const result = await agent(`printf '{"status":"done","summary":"%s"}' "$PWD"`).run(task(), context());
    expect(result.summary).toBe(work);
  });
});

describe('the result', () => {
  it('[BY-9] has everything that was said and checked', async () => {
    writeFileSync(join(work, 'report.md'), '# fine');
    const said = {
      ...done,
      findings: [
        { severity: 'low', title: 'slow', detail: 'a bit', file: 'src/a.ts' },
        { severity: 'high', title: 'no detail' },
      ],
      artifacts: ['report.md', join(work, 'report.md'), './report.md'],
      verdict: 'approve',
      cost: 0.25,
      text: 'prose',
      more: 'is left out',
    };
    expect(await answerTo(JSON.stringify(said))).toEqual({
      ...done,
      findings: [said.findings[0], { ...said.findings[1], detail: '' }],
      artifacts: ['report.md'],
      verdict: 'approve',
      cost: 0.25,
      text: 'prose',
    });
  });

  it.each([
    [
      'a whole document over many lines',
      JSON.stringify({ ...done, findings: [{ severity: 'low', title: 'x' }] }, null, 2),
    ],
    ['the last line after a log', `starting {\n{"level":"info"}\n${JSON.stringify(done)}\n`],
    ['many lines after a log', `working…\n${JSON.stringify(done, null, 2)}\n`],
    [
      'in a Markdown fence, with words after it',
      `Here:\n\`\`\`json\n${JSON.stringify(done, null, 2)}\n\`\`\`\nBye.`,
    ],
    ['with Windows line ends', `log\r\n${JSON.stringify(done)}\r\n`],
    [
      'nulls for what is not there',
      JSON.stringify({ ...done, verdict: null, findings: null, artifacts: null, cost: null, text: null }),
    ],
  ])('is found: %s', async (_, text) => {
    expect(await answerTo(text)).toMatchObject(done);
  });

  it.each([
    ['nothing', '', 'no JSON object'],
    ['no JSON', 'I did it!', 'no JSON object'],
    ['half of it', JSON.stringify(done).slice(0, -3), 'no JSON object'],
    ['a list', '[1,2]', 'no JSON object'],
    ['another shape', '{"ok":true}', 'status'],
    ['another status', '{"status":"great","summary":"x"}', 'status'],
    ['no summary', '{"status":"done","summary":" "}', 'summary'],
    ['a verdict of its own', '{"status":"done","summary":"x","verdict":"deploy"}', 'verdict'],
    [
      'a finding without a severity',
      '{"status":"done","summary":"x","findings":[{"title":"a"}]}',
      'findings.0.severity',
    ],
    ['binary rubbish', '\u0000\u0001{{{{\n}}}}', 'no JSON object'],
  ])('%s is a failure that says so', async (_, text, words) => {
    const result = await answerTo(text);
    expect(result).toMatchObject({ ...empty, status: 'failed' });
    expect(result.summary).toContain(words);
  });

  it('has to fit the schema that the task brought', async () => {
    const resultSchema = {
      type: 'object',
      required: ['verdict'],
      properties: { verdict: { enum: ['approve', 'reject'] } },
    };
    expect(await answerTo(JSON.stringify(done), { resultSchema })).toMatchObject({ status: 'failed' });
    expect(await answerTo(JSON.stringify({ ...done, verdict: 'reject' }), { resultSchema })).toMatchObject({
      verdict: 'reject',
    });
    const odd = await answerTo(JSON.stringify(done), { resultSchema: { $ref: '#/nowhere' } });
    expect(odd).toMatchObject({ status: 'failed', summary: expect.stringContaining('own schema') as string });
  });

  it('behind a hundred megabytes of output is found; before them it is not', async () => {
    const flood = `head -c 100000000 /dev/zero | tr '\\0' '{'; echo; echo '${JSON.stringify(done)}'`;
    expect(await agent(flood).run(task(), context())).toMatchObject(done);
    const early = `echo '${JSON.stringify(done)}'; yes '{"a":' | head -c 10000000; echo '}'`;
    expect(await agent(early).run(task(), context())).toMatchObject({ status: 'failed' });
  });

  it('[BY-9] known secrets are taken out of what it says', async () => {
    const secretive = agent(`printf '{"status":"done","summary":"%s","text":"%s"}' "$K" "$K"`, {
      env: { K: 'env:MODEL_KEY' },
    });
    expect(await secretive.run(task(), context())).toMatchObject({
      summary: '[redacted]',
      text: '[redacted]',
    });
  });
});

describe('the command', () => {
  const result = JSON.stringify({ ...done, verdict: 'approve' });

  it.each([
    [`echo '${result}'; echo 'no more credit' >&2; exit 3`, 'no more credit'],
    [`echo '${result}'; exit 75`, '75'],
    ['no-such-agent', 'no-such-agent'],
    [`echo '${result}'; kill -9 $$`, 'SIGKILL'],
  ])('[BY-9] %s: a failure, whatever it printed', async (run, words) => {
    const ended = await agent(run).run(task(), context());
    expect(ended).toMatchObject({ ...empty, status: 'failed' });
    expect(ended.verdict).toBeUndefined();
    expect(ended.summary).toContain(words);
  });

  it('[BY-9] one that never ends is stopped, and failed', async () => {
    const ended = await agent('sleep 600', { timeout: 200 }).run(task(), context());
    expect(ended.status).toBe('failed');
  });

  it('a work directory that is not there is a failure', async () => {
    const ended = await agent(`echo '${result}'`).run(
      task({ workDirectory: join(directory, 'nowhere') }),
      context(),
    );
    expect(ended.status).toBe('failed');
  });
});

describe('claims', () => {
  const claiming = (...artifacts: string[]) =>
    answerTo(JSON.stringify({ ...done, verdict: 'approve', artifacts }));

  it.each([
    ['report.md', 'is not there'],
    ['../said', 'outside the work directory'],
    ['/etc/passwd', 'outside the work directory'],
    ['link', 'outside the work directory'],
    ['folder-link/passwd', 'outside the work directory'],
    ['a\u0000b', 'is not there'],
  ])('[BY-9] %j %s: the result does not count', async (artifact, words) => {
    symlinkSync('/etc/passwd', join(work, 'link'));
    symlinkSync('/etc', join(work, 'folder-link'));
    const result = await claiming(artifact);
    expect(result).toMatchObject({ status: 'failed', summary: expect.stringContaining(words) as string });
    expect(result.verdict).toBeUndefined();
  });

  it('[BY-9] files whose names only look like an escape count', async () => {
    writeFileSync(join(work, '..notes'), '');
    mkdirSync(join(work, 'folder'));
    expect(await claiming('..notes', 'folder', '.')).toMatchObject({
      status: 'done',
      artifacts: ['..notes', 'folder', '.'],
    });
  });
});

describe('the answer of an agent CLI', () => {
  it('the result is taken out of it, as structured output or out of its words, with the cost', async () => {
    expect(await answerTo(claude({ structured_output: done, total_cost_usd: 0.5 }))).toEqual({
      ...done,
      ...empty,
      cost: 0.5,
    });
    const words = `I looked.\n\`\`\`json\n${JSON.stringify(done)}\n\`\`\``;
    expect(await answerTo(claude({ result: words }))).toEqual({ ...done, ...empty });
  });

  it('[BY-9] a denied tool is a failure although it exits with 0 and says that all is well', async () => {
    const denials = [{ tool_name: 'Bash', tool_use_id: 'x', tool_input: {} }, { tool_name: 'Write' }, null];
    const result = await answerTo(
      claude({ structured_output: done, permission_denials: denials, total_cost_usd: 1 }),
    );
    expect(result).toMatchObject({ status: 'failed', cost: 1 });
    expect(result.summary).toContain('denied: Bash, Write, a tool');
  });

  it('[BG-3] what it cost counts whatever becomes of its answer', async () => {
    const claimed = await answerTo(JSON.stringify({ ...done, artifacts: ['not/there.js'], cost: 2 }));
    expect(claimed).toMatchObject({ status: 'failed', cost: 2 });
    const misfit = await answerTo(JSON.stringify({ ...done, status: 'splendid', cost: 3 }));
    expect(misfit).toMatchObject({ status: 'failed', cost: 3 });
    const over = JSON.stringify({
      type: 'result',
      is_error: true,
      subtype: 'error_max_budget',
      total_cost_usd: 4,
    });
    expect(await agent(`echo '${over}'; exit 1`).run(task(), context())).toMatchObject({
      status: 'failed',
      cost: 4,
    });
  });

  it.each([
    [{ is_error: true, result: 'credit used up' }, 'credit used up'],
    [{ is_error: true, subtype: 'error_max_turns' }, 'error_max_turns'],
    [{ result: 'done, trust me' }, 'without a JSON object'],
  ])('%j is a failure that says so', async (over, words) => {
    const result = await answerTo(claude(over));
    expect(result).toMatchObject({ status: 'failed', summary: expect.stringContaining(words) as string });
  });
});

describe('lastJsonObject', () => {
  it('finds any object behind any log', () => {
    const object = fc
      .dictionary(fc.string(), fc.jsonValue())
      .map((value) => JSON.parse(JSON.stringify(value)) as object);
    const log = fc
      .array(fc.string().map((line) => line.replace(/[{}\r\n\u2028\u2029]/g, '')))
      .map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(log, object, fc.constantFrom(0, 2), log, (before, value, indent, after) => {
        expect(lastJsonObject(`${before}\n${JSON.stringify(value, null, indent)}\n${after}`)).toEqual(value);
      }),
    );
  });

  it('takes bounded time for a log full of braces', () => {
    const started = performance.now();
    expect(lastJsonObject('{"a":[\n'.repeat(100_000) + '}\n'.repeat(100_000))).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});
