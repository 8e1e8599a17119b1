-- What is sold, what lies in baskets, what was bought. Money is in cents.
CREATE TABLE products (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  price_cents INTEGER NOT NULL CHECK (price_cents > 0),
  stock INTEGER NOT NULL CHECK (stock >= 0)
);

CREATE TABLE cart_items (
  cart_id TEXT NOT NULL,
  product_id TEXT NOT NULL REFERENCES products (id),
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (cart_id, product_id)
);

CREATE TABLE orders (
  id TEXT PRIMARY KEY,
  -- Unique, so that a basket that is checked out twice is one order.
  cart_id TEXT NOT NULL UNIQUE,
  email TEXT NOT NULL,
  total_cents INTEGER NOT NULL CHECK (total_cents >= 0),
  created_at TEXT NOT NULL
);

CREATE TABLE order_items (
  order_id TEXT NOT NULL REFERENCES orders (id),
  product_id TEXT NOT NULL REFERENCES products (id),
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  -- As it was when it was bought: prices change, orders do not.
  price_cents INTEGER NOT NULL,
  PRIMARY KEY (order_id, product_id)
);

INSERT INTO products (id, name, description, price_cents, stock) VALUES
  ('assam', 'Assam, second flush', 'Malty black tea, 100 g', 890, 24000),
  ('sencha', 'Sencha', 'Green tea from Kagoshima, 100 g', 1450, 18000),
  ('notebook', 'Notebook A5', 'Dotted, 160 pages, lies flat', 1290, 32000),
  ('pencil', 'Pencil 2B', 'Cedar, made in one piece', 180, 90000),
  ('postcard', 'Postcard', 'The harbour in winter', 120, 120000),
  ('teapot', 'Teapot', 'Cast iron, 0.8 l', 5900, 6000);
