/** A variable that the service demands although its documentation names a default: then the default is what was meant. */

const demand =
  /Set ([A-Z][A-Z0-9_]+)|([A-Z][A-Z0-9_]{2,}) (?:is|was|must be|is not) (?:required|missing|not set|undefined|set)/g;

export function* variable({ product, evidence }) {
  for (const [, one, other] of evidence.matchAll(demand)) {
    const name = one ?? other;
    const value = documentedDefault(product, name);
    if (value === undefined) continue;
    for (const file of product.sources) {
      const text = product.read(file);
      const refusal = new RegExp(`^[ \\t]*if \\([^\\n]*\\b${name}\\b[^\\n]*\\)\\s*throw [^;]*;\\n`, 'm');
      if (!refusal.test(text)) continue;
      const literal = /^\d+$/.test(value) ? `'${value}'` : `'${value.replaceAll("'", "\\'")}'`;
      const read = new RegExp(`((?:process\\.)?env\\.${name})\\b(?!\\s*(\\?\\?|\\|\\|))`, 'g');
      yield {
        why: `${file} refuses to start without ${name}, which is documented with the default ${value}`,
        edits: { [file]: text.replace(refusal, '').replace(read, `$1 ?? ${literal}`) },
      };
    }
  }
}

/** Out of a table such as: | `PORT`, `HOST` | where it listens (3000, 127.0.0.1) | */
function documentedDefault(product, name) {
  for (const file of product.files.filter((path) => path.endsWith('.md'))) {
    for (const row of product.read(file).split('\n')) {
      const [, names = '', meaning = ''] = row.split('|');
      const all = [...names.matchAll(/`(\w+)`/g)].map(([, each]) => each);
      const values = /\(([^()]+)\)/.exec(meaning)?.[1].split(', ') ?? [];
      if (all.includes(name) && values.length === all.length) return values[all.indexOf(name)].trim();
    }
  }
  return undefined;
}
