import { once } from 'node:events';
import { createShop } from './app.js';
import { connect } from './database.js';

const longestStop = 10_000;

/** Starts the shop. `stop()` lets open requests finish, then closes the database; calling it again waits for the same. */
export async function startShop(settings, log) {
  const connection = connect(settings.database);
  const server = createShop({ connection, settings, log });
  const open = trackOpenResponses(server);
  server.listen(settings.port, settings.host);
  await once(server, 'listening');

  let stopped;
  const stop = () =>
    (stopped ??= new Promise((resolve) => {
      const limit = setTimeout(() => server.closeAllConnections(), longestStop);
      server.close(() => {
        clearTimeout(limit);
        connection.close();
        resolve();
      });
      // A connection that has just answered its last request must not stay open for another one.
      for (const response of open) {
        if (!response.headersSent) response.setHeader('connection', 'close');
        response.on('close', () => server.closeIdleConnections());
      }
    }));
  return { url: `http://${settings.host}:${server.address().port}`, stop };
}

function trackOpenResponses(server) {
  const open = new Set();
  server.prependListener('request', (_, response) => {
    open.add(response);
    response.on('close', () => open.delete(response));
  });
  return open;
}
