/**
 * Rules of src/domain, as a plugin of oxlint: it decides by what it is given, at once, and the same each time.
 */
interface Named {
  readonly name?: string;
  readonly object?: { readonly name?: string };
  readonly property?: { readonly name?: string };
}
interface Found {
  readonly callee?: Named;
  readonly arguments?: readonly unknown[];
  readonly async?: boolean;
}
interface Context {
  report(finding: { readonly node: Found; readonly message: string }): void;
}

/** A rule that reports each of these nodes of which `forbidden` is true. */
const rule = (message: string, kinds: readonly string[], forbidden: (node: Found) => boolean) => ({
  create: (context: Context) =>
    Object.fromEntries(
      kinds.map((kind) => [
        kind,
        (node: Found) => {
          if (forbidden(node)) context.report({ node, message });
        },
      ]),
    ),
});

const calls = ({ callee }: Found, object: string, property: string): boolean =>
  callee?.object?.name === object && callee.property?.name === property;

const plugin = {
  meta: { name: 'pure-domain' },
  rules: {
    'no-clock': rule(
      'The domain has no clock: take the time as an argument.',
      ['NewExpression', 'CallExpression'],
      (node) => (node.callee?.name === 'Date' && node.arguments?.length === 0) || calls(node, 'Date', 'now'),
    ),
    'no-chance': rule('The domain is deterministic.', ['CallExpression'], (node) =>
      calls(node, 'Math', 'random'),
    ),
    'no-async': rule(
      'The domain is synchronous.',
      ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'],
      ({ async }) => async === true,
    ),
  },
};

export default plugin;
