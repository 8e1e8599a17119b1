/** The architecture as named rules (ARCHITECTURE.md draws it). */
export default {
  forbidden: [
    {
      name: 'domain-is-pure',
      comment: 'The domain imports nothing of the other layers, no Node built-in and no Temporal.',
      severity: 'error',
      from: { path: '^src/domain' },
      to: { path: '^src/(activities|adapters|workers|workflows|client)|@temporalio|^node_modules/execa' },
    },
    {
      name: 'domain-no-builtins',
      comment: 'Pure rules need no Node built-in.',
      severity: 'error',
      from: { path: '^src/domain' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'activities-know-ports-only',
      comment: 'Activities use the port interfaces; adapters are given to them by the composition root.',
      severity: 'error',
      from: { path: '^src/activities' },
      to: { path: '^src/(adapters|workers|workflows|client)' },
    },
    {
      name: 'adapters-implement-ports',
      comment: 'Adapters may import the domain and the ports they implement, nothing above.',
      severity: 'error',
      from: { path: '^src/adapters' },
      to: { path: '^src/(workers|workflows|client)' },
    },
    {
      name: 'workflows-sequence',
      comment: 'Workflows import the domain and, as types only, the activities.',
      severity: 'error',
      from: { path: '^src/workflows' },
      to: { path: '^src/(activities|adapters|workers|client)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'client-knows-domain-and-messages',
      comment:
        'The client talks to runs through their messages; it starts workers only through the composition root.',
      severity: 'error',
      from: {
        path: '^src/client',
        pathNot:
          '^src/client/cli/commands/(up|down|worker|doctor|history|logs|rehearse|backtest|preview)\\.ts$|^src/client/cli/demo/',
      },
      to: {
        path: '^src/(activities|adapters|workers)|^src/workflows/(?!messages\\.ts|payload-converter\\.ts)',
      },
    },
    {
      name: 'control-knows-the-client-of-temporal-only',
      comment:
        'What previews, starts and steers runs is used by the client, the command line and workers alike: it knows the domain and the messages.',
      severity: 'error',
      from: { path: '^src/control' },
      to: {
        path: '^src/(activities|adapters|workers|client)|^src/workflows/(?!messages\\.ts)|^node_modules/(?!@temporalio/(client|common)/)',
      },
    },
    {
      name: 'nobody-below-uses-control',
      comment: 'Rules, workflows, effects and ports do not start runs by themselves.',
      severity: 'error',
      from: { path: '^src/(domain|workflows|activities|adapters)' },
      to: { path: '^src/control' },
    },
    {
      name: 'one-logger',
      comment:
        "Everything logs through the port `Log`; pino is behind it in one room. What people read on a terminal is the CLI's `Io`.",
      severity: 'error',
      from: { path: '^src', pathNot: '^src/adapters/log/create-log\\.ts$|^src/workers/log/pretty\\.ts$' },
      to: { path: '^node_modules/pino(-pretty)?/' },
    },
    {
      name: 'workers-below-client',
      comment: 'The composition root does not know the CLI.',
      severity: 'error',
      from: { path: '^src/workers' },
      to: { path: '^src/client' },
    },
    {
      name: 'domain-has-rooms',
      comment: 'A rule of the domain lives in the room of its concern, never at the top.',
      severity: 'error',
      from: {},
      to: { path: '^src/domain/[^/]+\\.ts$' },
    },
    {
      name: 'flows-keep-to-their-rooms',
      comment:
        'What a release or a blue/green deployment alone has is no part of another flow; what several need has a room of its own (run, environments, rollout, rollback, versions, …).',
      severity: 'error',
      from: { path: '^src/(domain|activities|workflows)/(release|rollout|rollback|blue-green)(/|\\.ts$)' },
      to: {
        path: '^src/(domain|activities|workflows)/(release|blue-green)/',
        pathNot: '^src/(domain|activities|workflows)/$2/',
      },
    },
    {
      name: 'shared-rooms-know-no-flow',
      comment: 'The rooms that all flows share serve a flow without knowing it.',
      severity: 'error',
      from: {
        path: '^src/(domain|activities|workflows)/(agents|environments|gates|metrics|run|versions|changes|text)/',
      },
      to: { path: '^src/(domain|activities|workflows)/(release|blue-green)/' },
    },
    {
      name: 'no-cycles',
      comment: 'A cycle hides which file is the foundation, also where it is one of types only.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A file nothing imports is dead.',
      severity: 'error',
      from: { orphan: true, path: '^src', pathNot: '\\.d\\.ts$' },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
