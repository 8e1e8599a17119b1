import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseProductConfig } from '../../src/domain/config/parse.ts';
import { exampleOf } from '../../src/domain/flows/fields.ts';
import { flowNames, flowOf } from '../../src/domain/flows/registry.ts';
import type { Ran } from './support/command.ts';
import { runSluice } from './support/command.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-cli-'));
  // The machine's own profile must not matter here.
  await writeFile(join(directory, 'temporal.toml'), '[profile.default]\n');
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const sluice = (args: readonly string[], env: Record<string, string> = {}, cwd = directory): Promise<Ran> =>
  runSluice(args, { cwd, env: { TEMPORAL_CONFIG_FILE: join(directory, 'temporal.toml'), ...env } });

const dead = { TEMPORAL_ADDRESS: '127.0.0.1:1' };

describe('[PL-2] bad command lines', () => {
  const cases: readonly [string[], string][] = [
    [['lst'], "error unknown command 'lst'; did you mean list?\n"],
    [['help', 'lst'], "error unknown command 'lst'; did you mean list?\n"],
    [['schedule', 'creat'], "error unknown command 'creat'; did you mean create?\n"],
    [['start', 'release', '--bumb', 'minor'], "error unknown option '--bumb'; did you mean --bump?\n"],
    [
      ['start', 'release', '--product', 'shop', '--bump', 'huge', '--yes'],
      "error option '--bump <level>' argument 'huge' is invalid. Allowed choices are auto, major, minor, patch, prerelease.\n",
    ],
    [['show'], 'error say which run: sluice show RUN; sluice list shows what there is\n'],
    [
      ['reject', 'shop', '--yes'],
      'error say why: sluice reject RUN --comment "…"; whoever mends it has to know\n',
    ],
    [['watch'], "error missing required argument 'run'\n"],
    [
      ['down'],
      'error nobody can be asked here: say --yes to stop all versions and routers of .sluice; nothing was stopped\n',
    ],
    [
      ['wait', 'shop', '--timeout', 'soon'],
      "error option '--timeout <duration>' argument 'soon' is invalid. Write it like 30s, 10m, 2h or 7d.\n",
    ],
    [
      ['list', '--limit', '0'],
      "error option '--limit <number>' argument '0' is invalid. It must be a whole number from 1 to 10000.\n",
    ],
    [['list', 'extra'], "error too many arguments for 'list'. Expected 0 arguments but got 1.\n"],
    [['start', 'relase', '--yes'], 'error "relase" is no flow; did you mean release?\n'],
    [['start', 'release', '--yes'], 'error say which product: --product NAME\n'],
    [
      ['start', '--yes'],
      'error say what to start: sluice start "Ship PRODUCT to production", or sluice start release --product PRODUCT\n',
    ],
    [
      ['start', 'ship shop', '--product', 'cart', '--yes'],
      'error say it in words or by flags, not both; by flags: sluice start release --product …\n',
    ],
    [['start', 'release', '--input', '{"product":', '--yes'], 'error --input is not JSON: '],
    [['start', 'release', '--input', '[1]', '--yes'], 'error '],
    [['start', 'release', '--input', '-', '--yes'], 'error stdin is not JSON: '],
    [
      ['start', 'release', '--input', 'nowhere.json', '--yes'],
      "error --input nowhere.json can't be read (ENOENT): give a file, JSON, or - for stdin\n",
    ],
    [['comment', 'shop'], 'error say something: sluice comment RUN "…"\n'],
    [
      ['rollback', 'shop', '--severity', 'bad'],
      'error --severity is "bad"; it must be one of critical, high, medium, low\n',
    ],
    [['approve', 'shop', '--proof', 'x'], 'error --proof is "x"; write it like totp=123456\n'],
    [
      ['schedule', 'create', '--product', 'shop', '--at', '6am'],
      'error --at is "6am"; write it like 06:30\n',
    ],
    [
      ['schedule', 'create', '--product', 'shop', '--on', 'mon'],
      'error --on goes with --at, such as --on tue,thu --at 06:30\n',
    ],
  ];
  it.each(cases)('%j', async (args, message) => {
    const { code, stdout, stderr } = await sluice(args, dead);
    expect(stderr.slice(0, message.length)).toBe(message);
    expect([code, stdout]).toEqual([2, '']);
  });

  it('[RW-1] starts nothing without a terminal and without --yes', async () => {
    const { code, stderr } = await sluice(['start', 'Ship shop to production'], dead);
    expect([code, stderr]).toEqual([
      2,
      'error nobody can be asked here: say --yes to start without asking, or --preview to only look; nothing was started\n',
    ]);
  });
});

describe('[PL-2] no connection', () => {
  it.each([
    [['list']],
    [['show', 'shop']],
    [['watch', 'shop']],
    [['approve', 'shop', '--yes']],
    [['history']],
    [['schedule', 'list']],
    [['start', 'ship shop', '--yes']],
  ])('%j ends with 3 and says what to do', async (args) => {
    const { code, stdout, stderr } = await sluice(args, dead);
    expect([code, stdout, stderr]).toEqual([
      3,
      '',
      'error No Temporal server answers at 127.0.0.1:1 (ECONNREFUSED). Start one with sluice up, or set TEMPORAL_ADDRESS to a server that runs.\n',
    ]);
  });

  it('with --json is exactly one document on stdout', async () => {
    const { code, stdout, stderr } = await sluice(['list', '--json'], dead);
    expect(JSON.parse(stdout)).toEqual({
      error: { code: 'no-connection', message: expect.stringContaining('127.0.0.1:1') as string },
    });
    expect([code, stderr]).toEqual([3, '']);
  });

  it('tells a foreign server from a dead one', async () => {
    const foreign = createServer((socket) => socket.on('error', () => undefined).end('SSH-2.0-OpenSSH\r\n'));
    await new Promise<void>((listening) => foreign.listen(0, '127.0.0.1', listening));
    const { port } = foreign.address() as { port: number };
    const { code, stderr } = await sluice(['list'], { TEMPORAL_ADDRESS: `127.0.0.1:${port}` });
    foreign.close();
    expect(stderr).toContain(`Something answers at 127.0.0.1:${port}, but not as a Temporal server`);
    expect(code).toBe(3);
  });

  it('says what is wrong with an address', async () => {
    const { code, stderr } = await sluice(['list'], { TEMPORAL_ADDRESS: '127.0.0.1:99999' });
    expect([code, stderr]).toEqual([
      3,
      'error "127.0.0.1:99999" is not an address: write TEMPORAL_ADDRESS like 127.0.0.1:7233.\n',
    ]);
  });

  it('finds the server of a sluice up in this directory', async () => {
    const home = await mkdtemp(join(directory, 'up-'));
    await mkdir(join(home, '.sluice', 'deep'), { recursive: true });
    await writeFile(
      join(home, '.sluice', 'temporal.json'),
      JSON.stringify({ address: '127.0.0.1:2', namespace: 'default' }),
    );
    expect((await sluice(['list'], {}, join(home, '.sluice', 'deep'))).stderr).toContain(
      'No Temporal server answers at 127.0.0.1:2 ',
    );
  });
});

describe('[PL-4] sluice schema', () => {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  const compile = async (what: string) => {
    const { code, stdout } = await sluice(['schema', what]);
    expect(code).toBe(0);
    return ajv.compile(JSON.parse(stdout) as object);
  };

  it('config accepts what the program accepts', async () => {
    const check = await compile('config');
    const text = await readFile(resolve('examples/shop/sluice.yaml'), 'utf8');
    expect(parseProductConfig(text, 'sluice.yaml').ok).toBe(true);
    expect(check(parse(text)), JSON.stringify(check.errors)).toBe(true);
    expect(check({ product: 'shop' })).toBe(false);
    expect(check({ ...(parse(text) as object), produkt: 1 })).toBe(false);
  });

  it('input, message, status and result are JSON Schemas that accept and refuse', async () => {
    const [input, message, status, result] = await Promise.all(
      ['input', 'message', 'status', 'result'].map(compile),
    );
    expect(input?.({ product: 'shop', bump: 'auto' })).toBe(true);
    expect(input?.({ bump: 'auto' })).toBe(false);
    expect(input?.({ product: 'shop', force: true })).toBe(false);
    expect(message?.({ by: 'alice', gate: 'production', proof: { totp: '1' } })).toBe(true);
    expect(message?.({ gate: 'production' })).toBe(false);
    expect(status?.({})).toBe(false);
    expect(result?.({ run: 'r', flow: 'release', product: 'shop', outcome: 'succeeded', reason: 'x' })).toBe(
      true,
    );
    expect(result?.({ run: 'r', flow: 'release', product: 'shop', outcome: 'maybe', reason: 'x' })).toBe(
      false,
    );
  });

  it.each(flowNames.map(flowOf))('$word-input holds what the flow itself takes', async (flow) => {
    const { word, fields } = flow;
    const accepts = await compile(`${word}-input`);
    const example = { ...exampleOf(fields), by: 'carol' };
    expect(flow.check(example).ok).toBe(true);
    expect(accepts(example), JSON.stringify(accepts.errors)).toBe(true);
    for (const wrong of [
      {},
      { ...example, force: true },
      { ...example, product: 7 },
      { ...example, by: '' },
    ]) {
      expect(flow.check(wrong).ok).toBe(false);
      expect(accepts(wrong)).toBe(false);
    }
  });

  it('refuses others', async () => {
    expect(await sluice(['schema', 'cofig'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        'Allowed choices are config, input, release-input, rollout-input',
      ) as string,
    });
  });
});

describe('[PL-2] a short command is short', () => {
  const hook = `import { registerHooks } from 'node:module';
    let seen = 0;
    registerHooks({ load: (url, context, next) => { if (/node_modules.(zod|yaml|execa)/.test(url)) seen += 1; return next(url, context); } });
    process.on('exit', () => process.stderr.write('heavy modules: ' + seen));`;
  const NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(hook)}`;

  it.each([
    [['--help']],
    [['list']],
    [['show', 'shop']],
    [['watch', 'shop']],
    [['approve', 'shop', '--yes']],
    [['start', 'release', '--product', 'shop', '--yes']],
    [['schedule', 'list']],
  ])('%j reads no schemas and no files of products', async (args) => {
    const { stderr } = await sluice(args, { ...dead, NODE_OPTIONS });
    expect(stderr).toMatch(/heavy modules: 0$/);
  });

  it('which the schemas themselves need', async () => {
    const { stderr } = await sluice(['schema', 'input'], { NODE_OPTIONS });
    expect(stderr).toMatch(/heavy modules: [1-9]\d*$/);
  });
});

describe('[PL-2] help, version, colours', () => {
  it('prints help and version on stdout', async () => {
    const help = await sluice(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const command of [
      'up',
      'worker',
      'start',
      'list',
      'show',
      'watch',
      'wait',
      'approve',
      'reject',
      'execute',
      'pause',
      'resume',
      'abort',
      'rollback',
      'retry',
      'answer',
      'comment',
      'history',
      'schedule',
      'schema',
      'init',
      'doctor',
      'completion',
    ]) {
      expect(help.stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    }
    expect(await sluice([])).toMatchObject({ code: 0, stdout: help.stdout });
    expect((await sluice(['start', '--help'])).stdout).toContain('--preview');
    expect(await sluice(['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
    });
  });

  it('uses no colours without a terminal, and colours if told so', async () => {
    const escape = '\u001b[';
    expect((await sluice(['lst'])).stderr).not.toContain(escape);
    expect((await sluice(['lst'], { FORCE_COLOR: '1' })).stderr).toContain(escape);
    expect((await sluice(['lst'], { FORCE_COLOR: '1', NO_COLOR: '1' })).stderr).not.toContain(escape);
  });

  it('prints completion scripts, and completes commands without a server', async () => {
    for (const shell of ['bash', 'zsh', 'fish', 'powershell'])
      expect((await sluice(['completion', shell])).stdout).toContain('sluice');
    expect((await sluice(['complete', '--', 'sh'], dead)).stdout).toContain('show');
    const flows = (await sluice(['complete', '--', 'start', ''], dead)).stdout;
    for (const { word } of flowNames.map(flowOf)) expect(flows).toMatch(new RegExp(`^${word}\\b`, 'm'));
    const options = (await sluice(['complete', '--', 'start', 'blue-green', '--'], dead)).stdout;
    expect(options).toContain('--ref');
    expect(options).not.toContain('--bump');
    expect(await sluice(['completion', 'klingon'])).toMatchObject({ code: 2 });
  });
});

describe('[PL-2] init and doctor', () => {
  it('writes a first configuration that is valid and short, and overwrites nothing', async () => {
    const home = await mkdtemp(join(directory, 'init-'));
    await writeFile(
      join(home, 'package.json'),
      JSON.stringify({ name: '@acme/Corner Shop', scripts: { test: 'x', start: 'y', 'test:e2e': 'z' } }),
    );
    expect(await sluice(['init'], { SLUICE_USER: 'alice' }, home)).toMatchObject({ code: 0 });
    const text = await readFile(join(home, 'sluice.yaml'), 'utf8');
    expect(text.split('\n').length).toBeLessThanOrEqual(26);
    const parsed = parseProductConfig(text, 'sluice.yaml');
    expect(parsed).toMatchObject({
      ok: true,
      config: {
        product: 'corner-shop',
        checks: { unit: { run: 'npm test' }, e2e: { run: 'npm run test:e2e' } },
        environments: { production: { approval: { from: ['alice'] } } },
      },
    });
    expect(await sluice(['init'], {}, home)).toMatchObject({
      code: 2,
      stderr: 'error sluice.yaml is already there; it was left as it is\n',
    });
    expect(await readFile(join(home, 'sluice.yaml'), 'utf8')).toBe(text);
  });

  it('says that a broken configuration starts nothing, with every problem', async () => {
    const home = await mkdtemp(join(directory, 'broken-'));
    await writeFile(join(home, 'sluice.yaml'), 'produkt: shop\nrepository: {}\nenvironments: {}\n');
    const { code, stderr } = await sluice(['up'], {}, home);
    expect(code).toBe(2);
    expect(stderr.trimEnd().split('\n')).toEqual([
      'error nothing was started:',
      '  - sluice.yaml:1:1 product: is missing',
      '  - sluice.yaml:1:1 produkt: unknown key; did you mean product?',
      '  - sluice.yaml:2:1 repository: needs a path or a remote',
    ]);
    expect(await sluice(['up', 'nowhere.yaml'], {}, home)).toMatchObject({
      code: 2,
      stderr: 'error nowhere.yaml is not there: sluice init writes a first one\n',
    });
  });

  it('the doctor names what is broken and how to mend it', async () => {
    const home = await mkdtemp(join(directory, 'doctor-'));
    await sluice(['init'], { SLUICE_USER: 'alice' }, home);
    const { code, stdout } = await sluice(['doctor', '--json'], dead, home);
    const groups = JSON.parse(stdout) as {
      title: string;
      checks: { what: string; level: string; mend?: string }[];
    }[];
    const checks = groups.flatMap((group) => group.checks);
    expect(checks.find(({ what }) => what === 'repository')).toMatchObject({
      level: 'fail',
      mend: 'correct repository.path, or git init and commit',
    });
    expect(checks.find(({ what }) => what === 'server')).toMatchObject({ level: 'fail' });
    expect(checks.find(({ what }) => what === 'git')).toMatchObject({ level: 'ok' });
    expect(code).toBe(2);
  });

  it('the doctor takes a server that comes with sluice up for no fault, and says so', async () => {
    const home = await mkdtemp(join(directory, 'doctor-'));
    await mkdir(join(home, '.sluice'));
    // Of an `up` that has ended: nobody answers there.
    await writeFile(join(home, '.sluice/temporal.json'), '{"address":"127.0.0.1:1"}');
    const { stdout } = await sluice(['doctor'], {}, home);
    expect(stdout).toContain('! server  none answers at 127.0.0.1:1; all above was looked at without it');
    expect(stdout).toContain('→ sluice up brings one, with a worker: look again once it is up');
  });
});

describe('an older Node', () => {
  it('runs the command again with the node package beside, once, and then says what to do', async () => {
    const script = join(directory, 'old.ts');
    await writeFile(
      script,
      `import { reexecuted } from ${JSON.stringify(resolve('src/client/cli/node-version.ts'))};\nconsole.log('run', process.argv[2]);\nawait reexecuted('20.1.0');\n`,
    );
    const ran = await new Promise<Ran>((done) => {
      execFile(process.execPath, [script, 'list'], { timeout: 20_000 }, (error, stdout, stderr) =>
        done({ code: Number(error?.code ?? 0), stdout, stderr }),
      );
    });
    expect(ran.stdout).toBe('run list\nrun list\n');
    expect(ran.stderr).toContain('sluice needs Node 24 or later; this is 20.1.0');
    expect(ran.code).toBe(2);
  });
});
