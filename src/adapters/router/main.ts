import { mkdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { createLog, fileSink, logSettings } from '../log/index.ts';
import { createControl, createMetricsServer } from './control.ts';
import { createInFlight } from './in-flight.ts';
import { createRouterMetrics } from './metrics.ts';
import { routerPaths } from './paths.ts';
import { identify } from '../processes/identity.ts';
import { createProxy } from './proxy.ts';
import { EXIT_PORT_IN_USE, EXIT_PORT_REFUSED, readRecord } from './record.ts';
import type { RouterRecord } from './record.ts';
import { readState, writeState } from '../files/state-file.ts';
import { emptyTable, routerTableSchema } from './table.ts';

/** The router as a process of its own: `main.ts --directory DIR --port N [--host ADDRESS]`. It outlives whoever started it. */

const { values } = parseArgs({
  options: {
    directory: { type: 'string' },
    port: { type: 'string' },
    host: { type: 'string', default: '127.0.0.1' },
  },
});
const paths = routerPaths(values.directory ?? '.');
const host = values.host;

const settings = logSettings(process.env);
const log = createLog({ level: settings.level, sink: fileSink(paths.log, settings) });
// A defect in one request must not take the product's whole traffic down.
process.on('uncaughtException', (error) => {
  log.error(`defect: ${error.message}`, { error });
});

const metrics = createRouterMetrics();
const inFlight = createInFlight();
const stored = routerTableSchema.safeParse(await readState(paths.table).catch(() => undefined));
let table = emptyTable;
use(stored.success ? stored.data : emptyTable);

const proxy = createProxy({ table: () => table, metrics, inFlight, log: (message) => log.warn(message) });
const front = createServer(
  { keepAliveTimeout: 75_000, requestTimeout: 0, noDelay: true },
  (request, response) => {
    proxy.request(request, response).catch((error: unknown) => {
      log.error(`defect: ${String(error)}`, { error });
      response.destroy();
    });
  },
);
front.on('upgrade', proxy.upgrade);

// The public port comes first: whoever holds it is the only one that touches the files of this directory.
try {
  await listen(front, Number(values.port), host);
} catch (error) {
  log.error(String(error), { error });
  process.exit((error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? EXIT_PORT_IN_USE : EXIT_PORT_REFUSED);
}

const metricsServer = createMetricsServer(metrics);
// The same port as before, so that a Prometheus or a monitor that reads it goes on after a restart.
const metricsPortBefore = (await readRecord(paths.record))?.metricsPort ?? 0;
await listen(metricsServer, metricsPortBefore, '127.0.0.1').catch(() =>
  listen(metricsServer, 0, '127.0.0.1'),
);

const record: RouterRecord = {
  pid: process.pid,
  started: identify(process.pid)?.started ?? '',
  host,
  port: portOf(front),
  metricsPort: portOf(metricsServer),
};

const control = createControl({
  state: () => ({
    pid: record.pid,
    port: record.port,
    metricsPort: record.metricsPort,
    table,
    inFlight: inFlight.counts(),
  }),
  setTable: async (next) => {
    await writeState(paths.table, next);
    use(next);
  },
  metrics,
  inFlight,
  stop,
});
await mkdir(dirname(paths.control), { recursive: true, mode: 0o700 });
await rm(paths.control, { force: true });
await new Promise<void>((resolve, reject) => control.once('error', reject).listen(paths.control, resolve));
await writeState(paths.record, record);
log.info(`listening on ${host}:${record.port}`);

process.on('SIGTERM', stop);
process.on('SIGINT', stop);

function use(next: typeof table): void {
  table = next;
  metrics.weight.reset();
  for (const [slot, { version, weight }] of Object.entries(next.backends))
    metrics.weight.set({ version, slot }, weight);
}

/** No new requests; open ones may finish for ten seconds. */
function stop(): void {
  log.info('stopping');
  const quit = () => process.exit(0);
  setTimeout(quit, 10_000).unref();
  metricsServer.close();
  metricsServer.closeAllConnections();
  control.close();
  control.closeIdleConnections();
  front.close(quit);
  front.closeIdleConnections();
}

async function listen(server: Server, port: number, address: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
