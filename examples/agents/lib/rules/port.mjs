/** A service that listens somewhere else than on $PORT, or that waits for what can't happen before it listens. */
import { withLine } from './edit.mjs';

export function* port({ product, stage, evidence }) {
  if (stage !== 'silent' && !/\$PORT|EADDRINUSE|did not listen|no answer/.test(evidence)) return;
  for (const file of product.sources) {
    const text = product.read(file);
    yield* writtenDown(file, text);
    yield* otherVariable(product, file, text);
    yield* waitsTooEarly(file, text);
  }
}

/** `server.listen(8080, settings.host)`: where the line knows settings, its port is meant; else the variable itself. */
function* writtenDown(file, text) {
  for (const [index, line] of text.split('\n').entries()) {
    const [call, number] = /\.listen\(\s*(?:\{\s*port:\s*)?(\d{2,5})\b/.exec(line) ?? [];
    if (!call) continue;
    const settings = [...line.matchAll(/\b([\w$]+)\.\w+/g)].map(([, name]) => `${name}.port`);
    for (const value of new Set([...settings, `Number(process.env.PORT ?? ${number})`])) {
      const better = line.replace(call, () => call.replace(number, value));
      yield {
        why: `${file}:${index + 1} listens on ${number} whatever PORT says`,
        edits: { [file]: withLine(text, index + 1, better) },
      };
    }
  }
}

function* otherVariable(product, file, text) {
  if (product.sources.some((source) => /\benv\.PORT\b/.test(product.read(source)))) return;
  for (const [read, name] of text.matchAll(/\benv\.(\w*PORT\w*)\b/g)) {
    yield {
      why: `${file} reads the port from ${name} and not from PORT`,
      edits: { [file]: text.replaceAll(read, 'env.PORT') },
    };
  }
}

/** `await once(server, 'listening')` above `server.listen(…)` waits for ever. */
function* waitsTooEarly(file, text) {
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    const [, name] = /await once\((\w+), 'listening'\)/.exec(line) ?? [];
    const listens = name ? lines.findIndex((each, at) => at > index && each.includes(`${name}.listen(`)) : -1;
    if (listens < 0) continue;
    const moved = lines.toSpliced(index, 1).toSpliced(listens, 0, line);
    yield {
      why: `${file}:${index + 1} waits until ${name} listens, before it is told to`,
      edits: { [file]: moved.join('\n') },
    };
  }
}
