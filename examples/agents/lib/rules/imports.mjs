/** Imports that are missing, that point nowhere, or that ask for what a module doesn't export. */
import { builtinModules } from 'node:module';
import { dirname, posix } from 'node:path';
import { distance } from '../distance.mjs';
import { replaced } from './edit.mjs';

export function* imports({ product, evidence }) {
  yield* missingImports(product, evidence);
  yield* importsOfNothing(product, evidence);
  yield* unknownNames(product, evidence);
}

/** `ReferenceError: readCart is not defined`, and the stack says where. */
function* missingImports(product, evidence) {
  for (const [, name] of evidence.matchAll(/ReferenceError: ([\w$]+) is not defined/g)) {
    for (const { file } of product.placesIn(evidence)) {
      if (!new RegExp(`\\b${escape(name)}\\b`).test(product.read(file))) continue;
      for (const module of modulesWith(product, file, name)) {
        const text = withImport(product.read(file), name, module);
        yield { why: `${file} uses ${name} without importing it from ${module}`, edits: { [file]: text } };
      }
    }
  }
}

/** `Cannot find module '/srv/app/src/product.js' imported from /srv/app/src/app.js` */
function* importsOfNothing(product, evidence) {
  for (const [, wanted, by] of evidence.matchAll(/Cannot find module '([^']+)' imported from (\S+)/g)) {
    const [importer] = product.placesIn(by);
    if (!importer) continue;
    const { file } = importer;
    for (const { statement, names, from } of importsIn(product.read(file))) {
      if (!from.startsWith('.') || posix.basename(from) !== posix.basename(wanted)) continue;
      if (product.has(posix.join(dirname(file), from))) continue;
      for (const other of nearest(product.sources, posix.join(dirname(file), from))) {
        if (!names.every((name) => exportsOf(product, other).includes(name))) continue;
        const specifier = relativeTo(file, other);
        yield {
          why: `${file} imports ${from}, which is not there; ${specifier} has what it asks for`,
          edits: replaced(
            product,
            file,
            statement,
            statement.replace(from, () => specifier),
          ),
        };
      }
    }
  }
}

/** `The requested module './orders.js' does not provide an export named 'readOrders'` */
function* unknownNames(product, evidence) {
  const pattern = /requested module '([^']+)' does not provide an export named '([\w$]+)'/g;
  for (const [, from, name] of evidence.matchAll(pattern)) {
    for (const { file } of product.placesIn(evidence)) {
      const asked = importsIn(product.read(file)).find(
        (one) => one.from === from && one.names.includes(name),
      );
      if (!asked) continue;
      for (const other of nearest(exportsOf(product, posix.join(dirname(file), from)), name)) {
        const text = product.read(file).replace(new RegExp(`\\b${escape(name)}\\b`, 'g'), () => other);
        yield { why: `${from} exports ${other}, not ${name}`, edits: { [file]: text } };
      }
    }
  }
}

/** Where a name can come from: the product itself before Node. */
function modulesWith(product, file, name) {
  const own = product.sources.filter((other) => other !== file && exportsOf(product, other).includes(name));
  const builtin = builtinModules.filter((module) =>
    /^(fs|path|url|util|os|http|events|crypto|assert|timers\/promises|fs\/promises)$/.test(module),
  );
  return [
    ...own.map((other) => relativeTo(file, other)),
    ...builtin
      .filter((module) => Object.hasOwn(process.getBuiltinModule(module), name))
      .map((module) => `node:${module}`),
  ];
}

function withImport(text, name, module) {
  const there = importsIn(text).find(({ from, names }) => from === module && names.length > 0);
  if (there) {
    const names = [...there.names, name].sort((a, b) => a.localeCompare(b));
    return text.replace(there.statement, () => `import { ${names.join(', ')} } from '${module}';`);
  }
  const after = importsIn(text).at(-1)?.statement;
  const line = `import { ${name} } from '${module}';\n`;
  return after ? text.replace(`${after}\n`, () => `${after}\n${line}`) : `${line}${text}`;
}

function importsIn(text) {
  return [...text.matchAll(/^import\s+(?:\{([^}]*)\}\s+from\s+)?['"]([^'"]+)['"];?/gm)].map(
    ([statement, names = '', from]) => ({
      statement,
      from,
      names: names
        .split(',')
        .map((name) => name.trim().split(/\s+as\s+/)[0])
        .filter(Boolean),
    }),
  );
}

function exportsOf(product, file) {
  if (!product.has(file)) return [];
  const pattern = /^export\s+(?:async\s+)?(?:function\*?|const|let|class)\s+([\w$]+)/gm;
  return [...product.read(file).matchAll(pattern)].map(([, name]) => name);
}

const nearest = (names, wanted) =>
  names
    .map((name) => ({ name, far: distance(name, wanted) }))
    .filter(({ far }) => far <= wanted.length / 2)
    .sort((a, b) => a.far - b.far)
    .map(({ name }) => name);

function relativeTo(file, other) {
  const path = posix.relative(dirname(file), other);
  return path.startsWith('.') ? path : `./${path}`;
}

const escape = (name) => name.replaceAll('$', '\\$');
