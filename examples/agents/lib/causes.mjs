/** Causes that no change of the code removes: only people can. Said in the answer, so that they need not read the log. */

const package_ = /Cannot find (?:package|module) '([^'./][^']*)'/g;
const variable = /(?:\bSet|\bneeds) ([A-Z][A-Z0-9]*_[A-Z0-9_]+)/g;

export function causes(product, evidence) {
  const { dependencies = {} } = product.manifest();
  const packages = all(evidence, package_).map((name) =>
    Object.hasOwn(dependencies, name)
      ? `The package ${name} is listed and not installed: let the deployment install it.`
      : `The package ${name} is neither installed nor in package.json: somebody has to decide to take it in.`,
  );
  const variables = all(evidence, variable).map(
    (name) => `${name} is not set where the service runs: set it in the configuration of the environment.`,
  );
  return [...packages, ...variables];
}

const all = (text, pattern) => [...new Set([...text.matchAll(pattern)].map(([, name]) => name))];
