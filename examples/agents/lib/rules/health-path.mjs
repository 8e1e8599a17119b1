/** A health path that the service does not know, beside a very similar one that it does. */
import { distance } from '../distance.mjs';

export function* healthPath({ product, stage, evidence, healthPath: wanted }) {
  if (stage !== 'unhealthy' && !/HTTP 404/.test(evidence)) return;
  const found = product.sources.flatMap((file) =>
    [...product.read(file).matchAll(/(['"`])((?:[A-Z]+ )?)(\/[\w/.-]*)\1/g)].map(
      ([literal, quote, method, path]) => ({
        file,
        literal,
        quote,
        method,
        path,
        far: distance(path, wanted),
      }),
    ),
  );
  const near = found.filter(({ far }) => far > 0 && far <= wanted.length / 2).sort((a, b) => a.far - b.far);
  for (const { file, literal, quote, method, path } of near) {
    yield {
      why: `${file} answers ${path}, and ${wanted} is what is asked for`,
      edits: { [file]: product.read(file).replace(literal, () => `${quote}${method}${wanted}${quote}`) },
    };
  }
}
