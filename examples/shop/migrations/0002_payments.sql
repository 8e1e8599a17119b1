-- One payment an order. The settlement job collects those that are pending and marks them captured.
CREATE TABLE payments (
  order_id TEXT PRIMARY KEY REFERENCES orders (id),
  reference TEXT NOT NULL UNIQUE,
  amount_cents INTEGER NOT NULL CHECK (amount_cents >= 0),
  status TEXT NOT NULL CHECK (status IN ('pending', 'captured'))
);

CREATE INDEX payments_by_status ON payments (status);
