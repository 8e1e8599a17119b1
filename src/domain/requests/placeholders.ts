import { versionLike } from './version-text.ts';

/** The products that a sentence names, as often as it names them. `corner shop` names `corner-shop`, too. */
export function findProducts(plain: string, products: readonly string[]): string[] {
  const found: string[] = [];
  replaceProducts(plain, products, (product) => {
    found.push(product);
    return '';
  });
  return found;
}

/** The sentence with `<p>` for its products and `<v>` for whatever looks like a version. */
export function placeholders(
  plain: string,
  named: readonly string[],
): { readonly pattern: string; readonly versions: readonly string[] } {
  const versions: string[] = [];
  const pattern = replaceProducts(plain, named, () => '<p>')
    .split(' ')
    .map((word) => {
      if (!versionLike.test(word)) return word;
      versions.push(word);
      return '<v>';
    })
    .join(' ');
  return { pattern, versions };
}

/** The longest name wins, so that `shop` is not found in `corner-shop`. */
function replaceProducts(
  plain: string,
  products: readonly string[],
  by: (product: string) => string,
): string {
  const words = plain.split(' ');
  const out: string[] = [];
  for (let i = 0; i < words.length;) {
    const longest = [...products]
      .filter((product) => matchesAt(words, i, product) > 0)
      .sort((a, b) => matchesAt(words, i, b) - matchesAt(words, i, a) || b.length - a.length)[0];
    if (longest === undefined) {
      out.push(words[i] ?? '');
      i += 1;
    } else {
      out.push(by(longest));
      i += matchesAt(words, i, longest);
    }
  }
  return out.join(' ');
}

/** How many words from here on are this product's name; 0 if they are not. */
function matchesAt(words: readonly string[], at: number, product: string): number {
  if (words[at] === product) return 1;
  const parts = product.split('-');
  return parts.length > 1 && parts.every((part, i) => words[at + i] === part) ? parts.length : 0;
}
