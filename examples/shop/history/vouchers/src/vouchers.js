import { Problem } from './problem.js';

/** The voucher with this code; null where none was given. */
export function findVoucher(database, code) {
  if (code === undefined) return null;
  const voucher =
    typeof code === 'string' &&
    database.prepare('SELECT code, percent FROM vouchers WHERE code = ?').get(code);
  if (!voucher) throw new Problem(400, 'There is no such voucher.');
  return voucher;
}

/** What it takes off a total, in cents. */
export function discountOf(voucher, total) {
  return voucher ? Math.round((total * voucher.percent) / 100) : 0;
}
