import type { Kind, Service } from './project.ts';
import { firstOf } from './project.ts';

/** An image: `Dockerfile` or `Containerfile`. It says how the product is built and started, whatever it is written in. */
export const container: Kind = (files) => {
  const from = firstOf(files, 'Dockerfile', 'Containerfile');
  if (from === undefined) return undefined;
  const text = files.get(from) ?? '';
  const port = exposed(text);
  const starts = /^\s*(CMD|ENTRYPOINT)\b/im.test(text);
  return {
    kind: 'Container',
    from,
    checks: { integration: [`docker build ${from === 'Dockerfile' ? '' : `-f ${from} `}.`] },
    services: starts && port !== undefined ? [image(from, port, text)] : [],
    unknown: starts && port !== undefined ? [] : [missing(from, starts)],
  };
};

const missing = (from: string, starts: boolean): string =>
  starts
    ? `${from} says no port by EXPOSE: say which one the image listens on`
    : `${from} says nothing that the image starts`;

/** The last port of the last stage that is exposed, and is a number. */
function exposed(text: string): number | undefined {
  const last = text.split(/^\s*FROM\b/im).at(-1) ?? '';
  const port = /^\s*EXPOSE\s+(\d+)/im.exec(last)?.[1];
  return port === undefined ? undefined : Number(port);
}

/** A container of an earlier start that was killed is in the way of the next one by its name. */
function image(from: string, port: number, text: string): Service {
  const tag = '$SLUICE_PRODUCT:$SLUICE_COMMIT';
  const health = /\bHEALTHCHECK\b(?:[^\n\\]|\\\n?)*?https?:\/\/[^/\s"']+(\/[\w./-]+)/i.exec(text)?.[1];
  const name = '$SLUICE_PRODUCT-$SLUICE_ENVIRONMENT-$SLUICE_SLOT';
  return {
    from,
    container: true,
    takesPort: true,
    ...(health === undefined ? {} : { health }),
    install: `docker build -t ${tag} ${from === 'Dockerfile' ? '' : `-f ${from} `}.`,
    start: `docker rm -f ${name}; exec docker run --rm --init --name ${name} -p 127.0.0.1:$PORT:${port} -e PORT=${port} ${tag}`,
  };
}
