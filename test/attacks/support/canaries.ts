import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** What an attacker wants: a command that runs, a request that arrives, a secret that is read. */
export interface Canaries {
  /** A shell line that leaves a file behind if it is ever run. */
  readonly command: string;
  /** Whatever asks here asks for the attacker. */
  readonly url: string;
  /** Files and requests that there are; nothing of them may ever be there. */
  seen(): readonly string[];
  /** A secret of the worker's in a file, as a reference to it. */
  readonly file: string;
  /** A variable of the worker's with a secret, by its name, and as a reference. */
  readonly variable: string;
  readonly reference: string;
  /** Texts that may not be in any history. */
  readonly secrets: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  end(): Promise<void>;
}

export async function createCanaries(root: string): Promise<Canaries> {
  const nest = join(root, 'nest');
  await mkdir(nest);
  const secretFile = join(root, 'secret.txt');
  writeFileSync(secretFile, 'canary-of-the-file');
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    command: `touch ${nest}/sang.$$`,
    url: `http://127.0.0.1:${port}`,
    seen: () => [...requests, ...(existsSync(nest) ? readdirSync(nest) : ['the nest is gone'])],
    file: `file:${secretFile}`,
    variable: 'CANARY_SECRET',
    reference: 'env:CANARY_SECRET',
    secrets: ['canary-of-the-file', 'canary-of-the-variable'],
    env: { CANARY_SECRET: 'canary-of-the-variable' },
    end: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

/** The product's own receiver: what it is told, by title. */
export async function createReceiver(): Promise<{
  readonly url: string;
  readonly heard: string[];
  end(): Promise<void>;
}> {
  const heard: string[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      if (request.method === 'POST') heard.push(body);
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    heard,
    end: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}
