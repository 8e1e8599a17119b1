// A steady stream of visitors, so that monitoring has something to look at.
//   node traffic.js --url http://127.0.0.1:4200 [--rate 20] [--seconds 60]
// Stops on SIGTERM, SIGINT or after --seconds; the last line says as JSON how it went.
import { parseArgs } from 'node:util';

const mostAtOnce = 200;
const patience = 10_000;

/** One visitor: each call of `next` is one request, in the order in which people buy. */
class Visitor {
  #steps = [
    () => this.#get('/'),
    () => this.#choose(),
    () => this.#fill(),
    () => this.#buy(),
    () => this.#look(),
  ];
  #step = 0;

  constructor(url) {
    this.url = url;
  }

  /** Does the next request; a visitor whom something failed starts over. */
  async next() {
    const ok = await this.#steps[this.#step]();
    this.#step = ok ? (this.#step + 1) % this.#steps.length : 0;
  }

  async #choose() {
    const answer = await this.#get('/products');
    const inStock = answer?.products.filter(({ stock }) => stock > 0) ?? [];
    this.product = inStock[Math.floor(Math.random() * inStock.length)]?.id;
    return this.product;
  }

  async #fill() {
    this.cart = (await this.#post('/cart', { product: this.product }))?.id;
    return this.cart;
  }

  async #buy() {
    this.order = (await this.#post('/checkout', { cart: this.cart, email: 'visitor@shop.example' }))?.id;
    return this.order;
  }

  #look() {
    return this.#get(`/orders/${this.order}`);
  }

  #get(path) {
    return this.#request(path, {});
  }

  #post(path, body) {
    return this.#request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  /** The answer where it was good: its JSON, or true for a page. */
  async #request(path, options) {
    tally.sent++;
    try {
      const response = await fetch(new URL(path, this.url), {
        ...options,
        signal: AbortSignal.timeout(patience),
      });
      const text = await response.text();
      count(response.status);
      if (!response.ok) return undefined;
      return response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : true;
    } catch (error) {
      count(error.cause?.code ?? error.name);
      return undefined;
    }
  }
}

/** `refused` is what the caller did wrong (4xx), such as asking for an order that is gone: not the shop's failure. */
const tally = { sent: 0, ok: 0, refused: 0, failed: 0, skipped: 0, failures: {} };

function count(outcome) {
  if (outcome < 400) tally.ok++;
  else if (outcome < 500) tally.refused++;
  else {
    tally.failed++;
    tally.failures[outcome] = (tally.failures[outcome] ?? 0) + 1;
  }
}

/** Starts `rate` requests a second, however long the answers take, until told to stop. */
async function drive({ url, rate, until }) {
  const idle = [];
  const busy = new Set();
  const tick = () => {
    if (busy.size >= mostAtOnce) {
      tally.skipped++;
      return;
    }
    const visitor = idle.pop() ?? new Visitor(url);
    const request = visitor.next().then(() => {
      busy.delete(request);
      idle.push(visitor);
    });
    busy.add(request);
  };
  const timer = setInterval(tick, 1_000 / rate);
  await until;
  clearInterval(timer);
  await Promise.all(busy);
}

function readOptions() {
  const { values } = parseArgs({
    options: { url: { type: 'string' }, rate: { type: 'string' }, seconds: { type: 'string' } },
  });
  const rate = Number(values.rate ?? 20);
  const seconds = values.seconds === undefined ? undefined : Number(values.seconds);
  if (!values.url || !URL.canParse(values.url)) throw new Error('Say where to: --url http://127.0.0.1:4200');
  if (!(rate > 0 && rate <= 1_000)) throw new Error('--rate must be from 0 to 1000 requests a second.');
  if (seconds !== undefined && !(seconds > 0)) throw new Error('--seconds must be a number above 0.');
  return { url: values.url, rate, seconds };
}

try {
  const { url, rate, seconds } = readOptions();
  const until = new Promise((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
    if (seconds) setTimeout(resolve, seconds * 1_000).unref();
  });
  const started = performance.now();
  await drive({ url, rate, until });
  console.log(JSON.stringify({ ...tally, seconds: Math.round((performance.now() - started) / 100) / 10 }));
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
}
