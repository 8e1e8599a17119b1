import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');

interface Service {
  readonly image: string;
  readonly build?: unknown;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly ports?: readonly unknown[];
  readonly volumes?: readonly unknown[];
  readonly depends_on?: Record<string, unknown>;
}

/** What the compose tool makes of the file: the plugin where there is one, else the older program. */
async function config(env: Record<string, string>): Promise<{ services: Record<string, Service> }> {
  const plugin = await execa('docker', ['compose', 'version'], { reject: false });
  const [program, ...first] = plugin.failed ? ['docker-compose'] : ['docker', 'compose'];
  const { stdout } = await execa(program, [...first, 'config'], { cwd: root, env });
  return parse(stdout) as { services: Record<string, Service> };
}

describe('the compose file', () => {
  it('[PL-5] is understood by the compose tool: Temporal on PostgreSQL, its UI, workers by role, Prometheus', async () => {
    const { services } = await config({ POSTGRES_PASSWORD: 'not-a-secret' });
    expect(Object.keys(services).sort()).toEqual([
      'postgresql',
      'prometheus',
      'temporal',
      'temporal-namespace',
      'temporal-schema',
      'temporal-ui',
      'worker-activities',
      'worker-flows',
    ]);
    expect(services['temporal']?.depends_on).toHaveProperty('temporal-schema');
  });

  it('[PL-5] gives each worker a role, by options that the command line has', async () => {
    const { services } = await config({ POSTGRES_PASSWORD: 'not-a-secret' });
    const { stdout: help } = await execa(process.execPath, ['src/client/cli/main.ts', 'worker', '--help'], {
      cwd: root,
    });
    for (const role of ['flows', 'activities']) {
      const command = services[`worker-${role}`]?.command ?? [];
      expect(command.slice(0, 3)).toEqual(['worker', '--role', role]);
      for (const option of command.filter((word) => word.startsWith('--')))
        expect(help).toContain(`${option} <`);
    }
  });

  it('[PL-5] publishes nothing beyond the loopback, and pins every image', async () => {
    const { services } = await config({ POSTGRES_PASSWORD: 'not-a-secret' });
    const published = Object.values(services).flatMap((service) => service.ports ?? []);
    expect(published.length).toBeGreaterThan(0);
    for (const port of published) expect(JSON.stringify(port)).toContain('127.0.0.1');
    for (const { image } of Object.values(services)) expect(image).toMatch(/:(?!latest$).+/);
  });

  it('[PL-5] refuses to start without a password for the database', async () => {
    await expect(config({ POSTGRES_PASSWORD: '' })).rejects.toThrow('choose a password for the database');
  });

  it('[PL-5] mounts and scrapes only what exists', async () => {
    for (const file of ['temporal/server.yaml', 'temporal/dynamic-config.yaml', 'temporal/setup-schema.sh'])
      await access(join(root, 'deploy', file));
    await access(join(root, 'deploy/temporal/setup-namespace.sh'));
    const { services } = await config({ POSTGRES_PASSWORD: 'not-a-secret' });
    const prometheus = parse(await readFile(join(root, 'deploy/prometheus.yml'), 'utf8')) as {
      scrape_configs: { static_configs?: { targets: string[] }[]; dns_sd_configs?: { names: string[] }[] }[];
    };
    const targets = prometheus.scrape_configs.flatMap((job) => [
      ...(job.static_configs ?? []).flatMap(({ targets }) => targets.map((target) => target.split(':')[0])),
      ...(job.dns_sd_configs ?? []).flatMap(({ names }) => names),
    ]);
    expect(targets).toEqual(['temporal', 'worker-flows', 'worker-activities']);
    for (const target of targets) expect(services).toHaveProperty(target!);
  });
});

describe('the image', () => {
  it('[PL-5] copies only what is in the build context, and does not run as root', async () => {
    const dockerfile = await readFile(join(root, 'Dockerfile'), 'utf8');
    const ignore = await readFile(join(root, '.dockerignore'), 'utf8');
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+)$/gm)].flatMap((match) =>
      match[1]!.split(' ').slice(0, -1),
    );
    expect(copied).toContain('package-lock.json');
    for (const path of copied) {
      expect(ignore.split('\n')).toContain(`!${path}`);
      await access(join(root, path));
    }
    expect(dockerfile.match(/^(USER|ENTRYPOINT).*$/gm)?.[0]).toBe('USER node');
  });
});
