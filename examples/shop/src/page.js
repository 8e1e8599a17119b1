import { formatPrice } from './products.js';

const style = `
  :root { color-scheme: light dark; --ink: #23302b; --paper: #f7f4ec; --card: #fffdf8; --line: #dcd5c4; --leaf: #2f6b4f; --soft: #6b7570; }
  @media (prefers-color-scheme: dark) { :root { --ink: #e9e6dc; --paper: #161c19; --card: #1f2723; --line: #34403a; --leaf: #7fc4a0; --soft: #9aa6a0; } }
  * { box-sizing: border-box; }
  body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 Georgia, 'Times New Roman', serif; }
  header, main, footer { max-width: 60rem; margin: 0 auto; padding: 0 1.5rem; }
  header { padding-top: 3.5rem; padding-bottom: 1.5rem; }
  h1 { margin: 0; font-size: 2.4rem; letter-spacing: -0.01em; }
  header p { margin: 0.3rem 0 0; color: var(--soft); font-style: italic; }
  ul { display: grid; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); gap: 1rem; margin: 0; padding: 0; list-style: none; }
  li { display: flex; flex-direction: column; padding: 1.2rem; border: 1px solid var(--line); border-radius: 10px; background: var(--card); }
  h2 { margin: 0; font-size: 1.15rem; }
  li p { flex: 1; margin: 0.2rem 0 1rem; color: var(--soft); }
  .buy { display: flex; align-items: center; justify-content: space-between; font-variant-numeric: tabular-nums; }
  button { padding: 0.45rem 1rem; border: 0; border-radius: 999px; background: var(--leaf); color: var(--card); font: inherit; cursor: pointer; }
  button:focus-visible { outline: 3px solid var(--line); outline-offset: 2px; }
  footer { padding-top: 1.5rem; padding-bottom: 3rem; color: var(--soft); font-size: 0.9rem; }
  #said { min-height: 1.6em; margin-bottom: 0.5rem; color: var(--leaf); }`;

const script = `
  const say = (text) => { document.getElementById('said').textContent = text; };
  const post = async (path, body) => {
    const response = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error);
    return answer;
  };
  document.addEventListener('click', async ({ target }) => {
    const product = target.dataset?.product;
    if (!product) return;
    try {
      const cart = await post('/cart', { product });
      const order = await post('/checkout', { cart: cart.id, email: 'visitor@shop.example' });
      say('Thank you! Your order is ' + order.id + '.');
    } catch (error) {
      say('That did not work: ' + error.message);
    }
  });`;

/** The shop window. */
export function renderPage({ products, version }) {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Corner Shop</title>
    <style>${style}</style>
  </head>
  <body>
    <header>
      <h1>Corner Shop</h1>
      <p>Tea, paper, and things for the desk</p>
    </header>
    <main>
      <p id="said" role="status"></p>
      <ul>${products.map(renderProduct).join('')}</ul>
    </main>
    <footer>Corner Shop ${escape(version)}</footer>
    <script>${script}</script>
  </body>
</html>
`;
}

function renderProduct({ id, name, description, price, stock }) {
  const button = stock > 0 ? `<button data-product="${escape(id)}">Buy</button>` : '<span>Sold out</span>';
  return `
        <li>
          <h2>${escape(name)}</h2>
          <p>${escape(description)}</p>
          <div class="buy"><span>${formatPrice(price)}</span>${button}</div>
        </li>`;
}

function escape(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
