// Buys something through the shop's public address and reads the order back. Leaves the order where it is.
// SHOP_URL says where; --local tries a shop of its own with an empty scratch database instead.
import { withScratchShop } from './test/scratch-shop.js';

const expected = process.env.SLUICE_VERSION;

async function smoke(url) {
  const { version } = await request(url, 'GET', '/health', 200);
  if (expected && version !== expected)
    throw new Error(`${url} answers with version ${version} instead of ${expected}.`);
  const { products } = await request(url, 'GET', '/products', 200);
  const product = products.find(({ stock }) => stock > 0);
  if (!product) throw new Error('Everything is sold out.');
  const cart = await request(url, 'POST', '/cart', 201, { product: product.id });
  const bought = await request(url, 'POST', '/checkout', 201, { cart: cart.id, email: 'smoke@shop.example' });
  const order = await request(url, 'GET', `/orders/${bought.id}`, 200);
  if (order.total !== bought.total || order.items.length !== 1)
    throw new Error(`Order ${bought.id} reads back as something else.`);
  console.log(`Bought ${product.name} as order ${order.id} from ${url} (version ${version}).`);
}

async function request(url, method, path, status, body) {
  const response = await fetch(new URL(path, url), {
    method,
    signal: AbortSignal.timeout(10_000),
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.status !== status)
    throw new Error(`${method} ${path} answered ${response.status} instead of ${status}: ${text.trim()}`);
  return JSON.parse(text);
}

try {
  if (process.argv.includes('--local')) await withScratchShop({}, ({ url }) => smoke(url));
  else if (process.env.SHOP_URL) await smoke(process.env.SHOP_URL);
  else throw new Error('Set SHOP_URL to the address of the shop, or use --local.');
} catch (error) {
  console.error(`The smoke test failed: ${error.cause?.message ?? error.message}`);
  process.exitCode = 1;
}
