import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkProduct } from '../../src/client/cli/doctor/product.ts';
import { outside } from '../../src/client/cli/commands/doctor.ts';
import { init } from '../../src/client/cli/commands/init.ts';
import { createIo } from '../../src/client/cli/io.ts';
import { parseProductConfig } from '../../src/domain/config/parse.ts';
import { startAlertmanager } from '../support/alertmanager.ts';
import { startPrometheus } from '../support/prometheus.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'sluice-doctor-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

function git(...args: string[]): void {
  execFileSync('git', ['-C', home, '-c', 'user.name=a', '-c', 'user.email=a@localhost', ...args], {
    stdio: 'ignore',
  });
}

async function diagnose({ start = 'node server.js', from = 'alice', remote = '', more = '' } = {}) {
  const text = `product: shop
repository: { path: .${remote ? `, remote: ${remote}` : ''} }
people: { groups: { release-managers: [alice, bob] } }
environments:
  staging: { process: { start: ${start}, port: 1 }, health: /health }
  production: { process: { start: ${start}, port: 2 }, health: /health, approval: { from: [${from}] } }
${more}`;
  const parsed = parseProductConfig(text, 'sluice.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const file = join(home, 'sluice.yaml');
  const env = { SLACK: 'https://127.0.0.1/hook' };
  const checks = await checkProduct(file, parsed.config, outside(file, parsed.config, env));
  return (what: string) => checks.find((check) => check.what === what);
}

describe('[PL-2] the doctor sees the remote that a start sees', () => {
  it('fails without one', async () => {
    git('init', '-b', 'main');
    git('commit', '--allow-empty', '-m', 'feat: begin');
    expect((await diagnose())('remote')).toMatchObject({
      level: 'fail',
      says: `${home} has no remote to push a release to`,
      mend: expect.stringContaining('git remote add origin') as string,
    });
    expect((await diagnose({ remote: 'upstream' }))('remote')).toMatchObject({ level: 'fail' });
  });

  it('fails where origin is empty or lacks main, and passes once that is pushed', async () => {
    git('init', '-b', 'main');
    git('commit', '--allow-empty', '-m', 'feat: begin');
    git('init', '--bare', '-b', 'main', 'origin.git');
    git('remote', 'add', 'origin', './origin.git');
    expect((await diagnose())('remote')).toMatchObject({
      level: 'fail',
      says: `${join(home, 'origin.git')} has no commits yet`,
    });
    git('push', 'origin', 'main:other/main');
    expect((await diagnose())('remote')).toMatchObject({
      level: 'fail',
      says: expect.stringContaining('has no branch main (it has other/main)') as string,
    });
    git('push', 'origin', 'main');
    expect((await diagnose())('remote')).toMatchObject({ level: 'ok' });
    expect((await diagnose({ remote: './origin.git' }))('remote')).toMatchObject({ level: 'ok' });
  });
});

describe('[PL-2] init writes what is there', () => {
  async function written(files: Record<string, string>): Promise<string> {
    for (const [name, text] of Object.entries(files)) await writeFile(join(home, name), text);
    const silent = { ...createIo(false), result: () => undefined };
    expect(await init(silent, [home])).toBe(0);
    return readFile(join(home, 'sluice.yaml'), 'utf8');
  }
  const lock = { 'package-lock.json': '{}' };

  it('leaves the start to a person where nothing is found that starts it', async () => {
    const text = await written({ ...lock, 'package.json': '{"name":"api"}', 'app.py': '' });
    expect(text).toContain('      start: REPLACE_ME # what starts it');
    expect(text).not.toContain('npm');
  });

  it('takes the file that is there, and no test that npm made up', async () => {
    const manifest = { name: 'api', main: 'lib.js', scripts: { test: 'echo "no test specified" && exit 1' } };
    const text = await written({ ...lock, 'package.json': JSON.stringify(manifest), 'index.js': '' });
    expect(text).toContain('      start: node index.js #');
    expect(text).toContain('      install: npm ci --omit=dev');
    expect(text).not.toMatch(/^checks:/m);
  });

  it('fills an empty file', async () => {
    expect(await written({ 'sluice.yaml': '\n' })).toContain('product: ');
  });

  it('has no remote and no branch of what git says where there is no repository', async () => {
    const text = await written({ 'package.json': '{"name":"api"}' });
    expect(text).not.toMatch(/^ +(?:remote|main):/m);
    expect(text).not.toContain('fatal');
  });
});

describe('[PL-2] the doctor looks at what the configuration names', () => {
  it('says which script is not there', async () => {
    git('init', '-b', 'main');
    expect((await diagnose())('commands')).toMatchObject({
      level: 'warn',
      says: expect.stringContaining('environments.staging.process.start: server.js is not there') as string,
    });
    await writeFile(join(home, 'server.js'), '');
    expect((await diagnose())('commands')).toMatchObject({ level: 'ok' });
  });

  it('misses no program that install makes', async () => {
    git('init', '-b', 'main');
    const made = '{ install: go build -o bin/shop ., start: ./bin/shop, port: 3 }';
    const more = `  other: { process: ${made} }\n  third: { process: { start: ./bin/shop, port: 4 } }`;
    const says = (await diagnose({ start: 'git --version', more }))('commands')?.says;
    expect(says).toContain('environments.third.process.start: ./bin/shop is not there');
    expect(says).not.toContain('environments.other.process.start');
  });

  it('refuses the placeholder that init wrote', async () => {
    git('init', '-b', 'main');
    expect((await diagnose({ start: 'REPLACE_ME' }))('commands')).toMatchObject({ level: 'fail' });
  });

  it('warns of an approver who is nearly a group', async () => {
    git('init', '-b', 'main');
    expect((await diagnose({ from: 'release-manager' }))('approval of production')).toMatchObject({
      level: 'warn',
      mend: 'write release-managers if that was meant',
    });
    expect((await diagnose({ from: 'release-managers, dora' }))('approval of production')).toBeUndefined();
  });
});

describe('[PL-2] the doctor asks who judges a rollout, and who is told', () => {
  it('finds the query that Prometheus does not understand, and an alert that fires', async () => {
    git('init', '-b', 'main');
    const [prometheus, alertmanager] = await Promise.all([
      startPrometheus({ pages: {} }),
      startAlertmanager(),
    ]);
    try {
      const more = `metrics:
  prometheus: { url: '${prometheus.url}' }
  alertmanager: { url: '${alertmanager.url}' }
  rules:
    - { name: good, query: 'sum(up{version="{{version}}"})', max: 1 }
    - { name: broken, query: 'sum(up{version="{{version}}"', max: 1 }
`;
      const found = await diagnose({ more });
      expect(found('metric good')).toMatchObject({ level: 'ok' });
      expect(found('metric broken')).toMatchObject({
        level: 'fail',
        says: expect.stringContaining('parse error') as string,
      });
      expect(found('alerts')).toMatchObject({ level: 'ok' });
      await alertmanager.fire({ alertname: 'Broken', severity: 'critical' });
      await expect
        .poll(async () => (await diagnose({ more }))('alerts'), { timeout: 10_000 })
        .toMatchObject({ level: 'warn', says: expect.stringContaining('Broken') as string });
      await alertmanager.stop();
      expect((await diagnose({ more }))('alerts')).toMatchObject({ level: 'fail', about: 'connection' });
    } finally {
      await Promise.all([prometheus.stop(), alertmanager.stop()]);
    }
  });

  it('says which channel lacks its secret', async () => {
    git('init', '-b', 'main');
    const found = await diagnose({
      more: 'notifications: [{ slack: env:SLACK }, { pagerduty: { routingKey: env:PAGER } }]\n',
    });
    expect(found('notifications by Slack')).toMatchObject({ level: 'ok' });
    expect(found('notifications by PagerDuty')).toMatchObject({
      level: 'fail',
      says: expect.stringContaining('PAGER') as string,
    });
  });
});
