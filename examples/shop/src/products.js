/** Everything that is sold, by name. */
export function listProducts(database) {
  const rows = database
    .prepare('SELECT id, name, description, price_cents, stock FROM products ORDER BY name')
    .all();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    description: row.description,
    price: row.price_cents,
    stock: row.stock,
  }));
}

/** Cents as people read them. */
export function formatPrice(cents) {
  return `€${(cents / 100).toFixed(2)}`;
}
