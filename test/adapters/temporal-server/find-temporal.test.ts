import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findTemporal } from '../../../src/adapters/temporal-server/index.ts';

const cli = '#!/bin/sh\necho temporal version 1.5.1\n';
let home: string;
let progress: string[];
let server: Server | undefined;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'sluice-find-'));
  await mkdir(join(home, 'bin'));
  progress = [];
});
afterEach(async () => {
  server?.close();
  server = undefined;
  await rm(home, { recursive: true, force: true });
});

/** A program on the PATH of the test's own world. */
async function program(name: string, text: string): Promise<string> {
  const path = join(home, 'bin', name);
  await writeFile(path, text);
  await chmod(path, 0o755);
  return path;
}

/** Nothing listens on port 1 of the loopback: a download fails at once, as without a network. */
function find(env: NodeJS.ProcessEnv = {}, downloadFrom = 'http://127.0.0.1:1') {
  return findTemporal({
    env: { HOME: home, PATH: `${join(home, 'bin')}:/usr/bin:/bin`, ...env },
    downloadFrom,
    onProgress: (line) => progress.push(line),
  });
}

/** Publishes an archive as Temporal's site does. */
async function publish(body: Buffer): Promise<{ url: string; requests: string[] }> {
  const requests: string[] = [];
  server = createServer((request, response) => {
    requests.push(request.url ?? '');
    response.end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

async function archive(text: string): Promise<Buffer> {
  const path = await program('packed', text);
  await execa('cp', [path, join(home, 'temporal')]);
  await execa('tar', ['-czf', join(home, 'a.tgz'), '-C', home, 'temporal']);
  await rm(path);
  return readFile(join(home, 'a.tgz'));
}

describe('finding Temporal', () => {
  it('[PL-6] takes TEMPORAL_CLI_PATH before the PATH, and the PATH before the cache', async () => {
    const named = await program('other-name', cli);
    const onPath = await program('temporal', cli);
    expect(await find({ TEMPORAL_CLI_PATH: named })).toMatchObject({ path: named, how: 'TEMPORAL_CLI_PATH' });
    expect(await find()).toMatchObject({ path: onPath, how: 'on the PATH' });
  });

  it('stops at a TEMPORAL_CLI_PATH that does not work, and says so', async () => {
    await program('temporal', cli);
    await expect(find({ TEMPORAL_CLI_PATH: join(home, 'missing') })).rejects.toThrow(
      /TEMPORAL_CLI_PATH: .*missing is not an executable file; correct or unset it/,
    );
    await expect(find({ TEMPORAL_CLI_PATH: home })).rejects.toThrow('is not an executable file');
  });

  it('[PL-6] downloads once into the cache, and finds it there the next time', async () => {
    const site = await publish(await archive(cli));
    const first = await find({}, site.url);
    expect(first).toMatchObject({ kind: 'executable', how: 'downloaded' });
    expect(site.requests).toEqual([
      expect.stringMatching(/^\/cli\/archive\/v1\.5\.1\?platform=\w+&arch=\w+$/),
    ]);
    expect(await find({}, site.url)).toMatchObject({ how: 'installed before' });
    expect(site.requests).toHaveLength(1);
  });

  it('keeps nothing of a download that is not an archive, and goes on to the next way', async () => {
    const site = await publish(Buffer.from('<html>a captive portal</html>'));
    await program('go', '#!/bin/sh\necho "go: no network" >&2\nexit 1\n');
    await expect(find({}, site.url)).rejects.toThrow(
      /the download: what came is not the archive.*\n.*go install: go install failed: go: no network/,
    );
    const left = await readdir(join(home, '.cache/sluice/bin'));
    expect(left.filter((name) => !name.includes('.lock'))).toEqual([]);
  });

  it('[PL-6] builds with go where nothing can be downloaded, once for two that ask at the same time', async () => {
    await program(
      'go',
      `#!/bin/sh\necho built >> "${home}/builds"\necho compiling >&2\nprintf '${cli.replaceAll('\n', '\\n')}' > "$GOBIN/temporal"\nchmod +x "$GOBIN/temporal"\n`,
    );
    const found = await Promise.all([find(), find()]);
    expect(found.map((source) => source.kind)).toEqual(['executable', 'executable']);
    expect(await readFile(join(home, 'builds'), 'utf8')).toBe('built\n');
    expect(progress.join('\n')).toContain('building temporal v1.5.1 with Go');
  });

  it('replaces a cached file that is damaged', async () => {
    await mkdir(join(home, '.cache/sluice/bin'), { recursive: true });
    await writeFile(join(home, '.cache/sluice/bin/temporal-1.5.1'), 'half a file', { mode: 0o755 });
    const site = await publish(await archive(cli));
    expect(await find({}, site.url)).toMatchObject({ how: 'downloaded' });
  });

  it('passes over another program of the same name on the PATH', async () => {
    await program('temporal', '#!/bin/sh\necho "temporal logic model checker 3"\n');
    await expect(find()).rejects.toThrow(
      'is another program: its --version says "temporal logic model checker 3"',
    );
  });

  it('names each way that was tried, why it failed and what to do when there is none', async () => {
    const error = await find().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'NoTemporalServer' });
    expect(String(error)).toMatch(
      /on the PATH: there is none[^]*installed before: [^]*the download: 127\.0\.0\.1:1: [^]*go install: Go is not installed/,
    );
    expect(String(error)).toContain('set TEMPORAL_ADDRESS to a server that runs');
  });
});
