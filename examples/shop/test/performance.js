// A quick look at speed: real requests against a real shop. Fails where it became clearly slower.
import { call, withScratchShop } from './scratch-shop.js';

const budget = 250;
const visitors = 8;
const visits = 25;

async function visit(url, times) {
  const timed = async (...request) => {
    const started = performance.now();
    const answer = await call(url, ...request);
    times.push(performance.now() - started);
    if (answer.status >= 300) throw new Error(`${request[0]} ${request[1]} answered ${answer.status}.`);
    return answer.json;
  };
  await timed('GET', '/products');
  const cart = await timed('POST', '/cart', { product: 'postcard' });
  const order = await timed('POST', '/checkout', { cart: cart.id, email: 'speed@shop.example' });
  await timed('GET', `/orders/${order.id}`);
}

const times = [];
await withScratchShop({}, async ({ url }) => {
  const one = async () => {
    for (let done = 0; done < visits; done++) await visit(url, times);
  };
  await Promise.all(Array.from({ length: visitors }, one));
});

times.sort((a, b) => a - b);
const at = (share) => Math.round(times[Math.floor(times.length * share)] * 10) / 10;
const [p50, p95] = [at(0.5), at(0.95)];
console.log(
  `${times.length} requests of ${visitors} visitors: half within ${p50} ms, 95 % within ${p95} ms (budget ${budget} ms)`,
);
console.log(JSON.stringify({ requests: times.length, p50, p95 }));
if (p95 > budget) process.exitCode = 1;
