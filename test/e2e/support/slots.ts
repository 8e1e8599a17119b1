import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer, request as ask } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { World } from './world.ts';

async function listen(world: World, answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  world.onEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Two web servers that show what the product's commands have put into their slot's file, `$SLUICE_VERSION`. */
export async function startSlots(world: World, name: string) {
  const directory = world.within(`${name}-slots`);
  mkdirSync(directory);
  const slot = (file: string): Promise<string> =>
    listen(world, (request, response) => {
      request.resume();
      if (existsSync(file)) response.end(readFileSync(file, 'utf8'));
      else response.writeHead(503).end();
    });
  return {
    directory,
    deploy: `printf %s "$SLUICE_VERSION" > '${directory}'/"$SLUICE_SLOT"`,
    rollback: `rm -f '${directory}'/"$SLUICE_SLOT"`,
    blue: await slot(join(directory, 'blue')),
    green: await slot(join(directory, 'green')),
  };
}
type Slots = Awaited<ReturnType<typeof startSlots>>;

/** A router that is steered by files: `weights` is what it goes by, and `shown`, where it is there, what it tells instead. */
export async function startFileRouter(world: World, slots: Slots) {
  const file = (name: string): string => join(slots.directory, name);
  const weights = (): Record<string, number> =>
    existsSync(file('weights'))
      ? (JSON.parse(readFileSync(file('weights'), 'utf8')) as Record<string, number>)
      : {};
  const url = await listen(world, (incoming, response) => {
    const { blue = 0, green = 0 } = weights();
    const target = Math.random() * (blue + green) < blue ? slots.blue : slots.green;
    incoming.pipe(
      ask(`${target}${incoming.url ?? '/'}`, { method: incoming.method }, (answer) => {
        response.writeHead(answer.statusCode ?? 500);
        answer.pipe(response);
      }).on('error', () => response.writeHead(502).end()),
    );
  });
  return {
    url,
    shown: file('shown'),
    script: {
      set: `printf %s "$SLUICE_WEIGHTS" > '${file('next')}' && mv '${file('next')}' '${file('weights')}'`,
      get: `cat '${file('shown')}' 2>/dev/null || cat '${file('weights')}' 2>/dev/null || echo '{"blue":0,"green":0}'`,
    },
  };
}
