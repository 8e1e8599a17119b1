import { createRouterClient } from '../../../src/adapters/router/client.ts';

const [directory, port] = process.argv.slice(2);
await createRouterClient(directory!).ensureRunning({ port: Number(port) });
process.send?.('ready');
// Lives until it is killed.
setInterval(() => undefined, 1_000);
