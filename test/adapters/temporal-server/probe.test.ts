import fc from 'fast-check';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { TemporalUnreachable } from '../../../src/adapters/temporal-server/errors.ts';
import { findTemporal } from '../../../src/adapters/temporal-server/index.ts';
import { probeTemporal, splitAddress } from '../../../src/adapters/temporal-server/probe.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const find = (address: string) =>
  findTemporal({ env: { TEMPORAL_ADDRESS: address }, onProgress: () => undefined });

describe('an address that was named', () => {
  it('[PL-6] is used when a Temporal server answers there', async () => {
    const address = inject('temporalAddress');
    expect(await find(address)).toEqual({ kind: 'server', address, how: 'TEMPORAL_ADDRESS' });
  });

  it('is reported as foreign when an HTTP server answers there, with what to do', async () => {
    const address = await listen(createHttpServer((_, response) => response.end('hello')));
    const error = await find(address).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'TemporalUnreachable', kind: 'foreign', address });
    expect(String(error)).toContain('TEMPORAL_ADDRESS must be the address of Temporal');
  });

  it('is reported as foreign when a program takes the connection and says nothing', async () => {
    const sockets = createServer((socket) => socket.on('error', () => socket.destroy()).resume());
    await expect(probeTemporal({ address: await listen(sockets) }, 500)).rejects.toMatchObject({
      kind: 'foreign',
    });
  });

  it('is reported as dead when nobody listens there, with what to do', async () => {
    const server = createServer();
    const address = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const error = await find(address).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'TemporalUnreachable', kind: 'dead' });
    expect(String(error)).toMatch(/ECONNREFUSED.*Start it, or correct TEMPORAL_ADDRESS/);
  });

  it('is reported when the name does not exist, and when it is no address at all', async () => {
    await expect(find('no-such-host.invalid:7233')).rejects.toMatchObject({ kind: 'dead' });
    for (const wrong of ['http://localhost:7233', 'localhost:', 'localhost:99999', ':7233', ' '])
      await expect(find(wrong)).rejects.toThrow('write it like 127.0.0.1:7233');
  });

  it('is split into host and port, or refused with one error, whatever the text', () => {
    expect(splitAddress('temporal.example:443')).toEqual({ host: 'temporal.example', port: 443 });
    expect(splitAddress('[::1]:7233')).toEqual({ host: '::1', port: 7233 });
    expect(splitAddress('localhost')).toEqual({ host: 'localhost', port: 7233 });
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webAuthority({ withPort: true })), (text) => {
        try {
          const { host, port } = splitAddress(text);
          expect(host).not.toBe('');
          expect(port).toBeGreaterThan(0);
          expect(port).toBeLessThan(65_536);
        } catch (error) {
          if (!(error instanceof TemporalUnreachable)) throw error;
        }
      }),
    );
  });
});
