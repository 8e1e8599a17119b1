import layers from './.dependency-cruiser.js';

/** The rules about what is there when the code runs: imports of types, which a reachability rule would follow too, are left out. */
export default {
  forbidden: [
    {
      name: 'workflows-reach-no-io',
      comment:
        'Nothing reachable from a workflow is I/O, a Node built-in, a schema library or a parser of files.',
      severity: 'error',
      from: { path: '^src/workflows' },
      to: {
        reachable: true,
        path: '^src/(activities|adapters|workers|client)|^node_modules/(zod|yaml|smol-toml|execa|undici|pg|prom-client)/|^(fs|net|http|https|child_process|path|os)$',
      },
    },
  ],
  options: { ...layers.options, tsPreCompilationDeps: false },
};
