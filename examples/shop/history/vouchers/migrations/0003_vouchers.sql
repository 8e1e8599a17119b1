-- Vouchers take a share off the total. The house's own is for trying things out: with it nothing is charged.
CREATE TABLE vouchers (
  code TEXT PRIMARY KEY,
  percent INTEGER NOT NULL CHECK (percent BETWEEN 1 AND 100)
);

INSERT INTO vouchers (code, percent) VALUES ('WELCOME10', 10), ('HOUSE', 100);

ALTER TABLE orders ADD COLUMN voucher TEXT REFERENCES vouchers (code);
ALTER TABLE orders ADD COLUMN discount_cents INTEGER NOT NULL DEFAULT 0;
