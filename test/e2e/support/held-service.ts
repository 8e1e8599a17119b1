/**
 * The source of a version that answers with its name (`RELEASE`, or else its version), and of which a test holds what it wants by files in `home`/hold: `health.direct.V`
 * makes it unhealthy where it is asked directly, `health.public.V` where users come in, `slow` keeps /slow open, `stop.V` its end.
 */
export const heldService = (home: string): string => `
import { appendFileSync, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
const version = process.env.RELEASE ?? process.env.SLUICE_VERSION;
const say = (line) => appendFileSync('${home}/effects.log', line + '\\n');
const holds = (name) => existsSync('${home}/hold/' + name);
const held = async (name) => { while (holds(name)) await sleep(50); };
const server = createServer(async (request, response) => {
  if (request.url === '/slow') { say('begin slow'); await held('slow'); }
  if (request.url === '/health') {
    const where = request.headers.host?.endsWith(':' + process.env.PORT) ? 'direct' : 'public';
    if (holds('health.' + where + '.' + version)) response.statusCode = 503;
  }
  response.end(version);
}).listen(process.env.PORT, '127.0.0.1');
process.once('SIGTERM', async () => {
  process.on('SIGTERM', () => {});
  say('begin stop.' + version);
  await held('stop.' + version);
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
`;
