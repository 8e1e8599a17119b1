import { createServer } from 'node:http';
import { addToCart } from './cart.js';
import { checkHealth } from './health.js';
import { checkout, readOrder } from './orders.js';
import { renderPage } from './page.js';
import { Problem } from './problem.js';
import { listProducts } from './products.js';
import { readJson, send, sendHtml } from './transport.js';

/** The shop as an HTTP server that is not listening yet. */
export function createShop({ connection, settings, log = console.error }) {
  const { version } = settings;
  const routes = {
    'GET /': (_, response) =>
      sendHtml(response, renderPage({ products: listProducts(connection.get()), version })),
    'GET /live': (_, response) => send(response, 200, { status: 'alive' }),
    'GET /health': (_, response) => {
      const { ok, ...details } = checkHealth(connection);
      send(response, ok ? 200 : 503, { status: ok ? 'ok' : 'unavailable', version, ...details });
    },
    'GET /version': (_, response) => send(response, 200, { version }),
    'GET /products': (_, response) => send(response, 200, { products: listProducts(connection.get()) }),
    'POST /cart': async (request, response) =>
      send(response, 201, addToCart(connection.get(), await readJson(request))),
    'POST /checkout': async (request, response) => {
      const { order, created } = checkout(connection.get(), settings, await readJson(request));
      send(response, created ? 201 : 200, order);
    },
    'GET /orders/:id': (_, response, id) => send(response, 200, readOrder(connection.get(), id)),
  };

  async function handle(request, response) {
    try {
      const { handler, id } = findRoute(routes, request);
      await handler(request, response, id);
    } catch (error) {
      const callerLeft = request.destroyed && !request.complete;
      if (callerLeft || response.headersSent) return;
      const problem = asProblem(error, connection);
      if (problem.status >= 500) log(`${request.method} ${request.url} failed: ${error.stack}`);
      // The rest of a body that was refused is read and dropped: the caller hears the answer, then the connection ends.
      if (!request.complete) response.setHeader('connection', 'close');
      request.resume();
      send(response, problem.status, { error: problem.message });
    }
  }

  const server = createServer((request, response) => void handle(request, response));
  // Longer than what a proxy in front keeps its idle connections: the proxy closes first, and no request is lost between.
  server.keepAliveTimeout = 65_000;
  return server;
}

function findRoute(routes, request) {
  const path = request.url.split('?', 1)[0];
  const [, id] = /^\/orders\/([\w-]{1,64})$/.exec(path) ?? [];
  const pattern = id ? '/orders/:id' : path;
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const handler = Object.hasOwn(routes, `${method} ${pattern}`) ? routes[`${method} ${pattern}`] : undefined;
  if (handler) return { handler, id };
  const known = Object.keys(routes).some((route) => route.endsWith(` ${pattern}`));
  throw known
    ? new Problem(405, `${request.method} is not possible here.`)
    : new Problem(404, 'There is nothing here.');
}

/** What the caller hears. A shop whose database is not ready says so; details of a defect stay in the log. */
function asProblem(error, connection) {
  if (error instanceof Problem) return error;
  const health = checkHealth(connection);
  return health.ok
    ? new Problem(500, 'Something broke on our side.')
    : new Problem(503, `The shop is not ready: ${health.reason}.`);
}
