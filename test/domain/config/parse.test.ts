import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseProductConfig } from '../../../src/domain/config/parse.ts';
import { formatProblem } from '../../../src/domain/config/problem.ts';

const minimal = `product: shop
repository: { path: . }
environments:
  staging:
    process: { start: node server.js, port: 4100 }
  production:
    process: { start: node server.js, port: 4200 }
    approval: { from: [alice] }
`;

const problemsOf = (text: string): string[] => {
  const parsed = parseProductConfig(text, 'sluice.yaml');
  return parsed.ok ? [] : parsed.problems.map(formatProblem);
};

describe('parseProductConfig', () => {
  it('reads a minimal file of less than ten lines, with its defaults and a digest', () => {
    const parsed = parseProductConfig(minimal, 'sluice.yaml');
    expect(parsed).toMatchObject({
      ok: true,
      config: {
        product: 'shop',
        repository: { main: 'main', codeHost: 'local' },
        environments: {
          production: { url: 'http://127.0.0.1:4200', monitor: { for: 1_800_000, maxErrorRate: 0.05 } },
        },
      },
    });
    expect(parsed.ok && parsed.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('[RW-4] reads how versions are told, and gives the same digest where nothing is said of it', () => {
    const read = (more: string) => {
      const parsed = parseProductConfig(`${minimal}${more}`, 'sluice.yaml');
      return parsed.ok ? parsed.config.release : parsed.problems.map(formatProblem);
    };
    expect(read('')).toBeUndefined();
    expect(
      read(
        'release: { tagPrefix: "@acme/shop@", types: { samples: none, api: { raises: minor, section: API } } }',
      ),
    ).toEqual({
      tagPrefix: '@acme/shop@',
      types: { samples: { raises: 'none' }, api: { raises: 'minor', section: 'API' } },
    });
    expect(read('release: { tagPrefix: "" }')).toEqual({ tagPrefix: '' });
    for (const prefix of ['-x', 'a b', 'a..b', '/a', 'a~', 'a:', '.a', 'a//b', 'x@{'])
      expect(read(`release: { tagPrefix: ${JSON.stringify(prefix)} }`)).toEqual([
        expect.stringContaining('not a name that git allows for a tag'),
      ]);
    expect(read('release: { types: { a b: none } }')).toEqual([
      expect.stringContaining('a type is one word'),
    ]);
    expect(read('release: { types: { a: major } }')).toEqual([
      expect.stringContaining('none, patch or minor'),
    ]);
    expect(read('release: { types: { a: { raises: patch, section: "# A" } } }')).toEqual([
      expect.stringContaining('release.types.a'),
    ]);
  });

  it('gives the same digest for the same meaning', () => {
    const spaced = minimal.replace('{ path: . }', '\n  path: "."').concat('# a comment\n');
    const digest = (text: string) => {
      const parsed = parseProductConfig(text, 'x');
      return parsed.ok ? parsed.digest : problemsOf(text);
    };
    expect(digest(spaced)).toEqual(digest(minimal));
    expect(digest(minimal.replace('4200', '4201'))).not.toEqual(digest(minimal));
  });

  it('[PL-2] names what a check was called before', () => {
    const text = `product: shop
repository: { path: . }
checks: { smoke: ./smoke.sh }
environments: {}
`;
    expect(problemsOf(text)).toEqual([
      'sluice.yaml:3:11 checks.smoke: is called checks.criticalPaths since 0.4; smoke tests, which ask a deployed version, are environments.<name>.smoke',
    ]);
    const renamed = parseProductConfig(text.replace('smoke:', 'criticalPaths:'), 'sluice.yaml');
    expect(renamed).toMatchObject({ ok: true, config: { checks: { smoke: { run: './smoke.sh' } } } });
  });

  it('[PL-2] reports every problem at once with its line, column, field and what would be right', () => {
    const text = `produkt: 1.2
repository:
  codeHost: { github: { repository: x, tokn: abc, token: abc } }
checks:
  unit: { run: 5, timeout: soon, report: { format: junit5 } }
  criticalPaths:
environments:
  Prod: 5
  staging:
    script: { deploy: ./d, rollback: }
    healt: /x
    monitor: { maxErrorRate: 500 }
    approval: {from: []}
  production:
    url: nope
notifications:
  - slack: https://hooks
    on: [relased]
`;
    expect(problemsOf(text)).toEqual([
      'sluice.yaml:1:1 product: is missing',
      'sluice.yaml:1:1 produkt: unknown key; did you mean product?',
      'sluice.yaml:2:1 repository: needs a path or a remote',
      'sluice.yaml:3:37 repository.codeHost.github.repository: write it as owner/name',
      'sluice.yaml:3:40 repository.codeHost.github.tokn: unknown key; did you mean token?',
      'sluice.yaml:3:58 repository.codeHost.github.token: a secret is referred to, never written down: env:NAME or file:PATH',
      'sluice.yaml:5:16 checks.unit.run: must be a text, it is the number 5: put it in quotes',
      'sluice.yaml:5:28 checks.unit.timeout: not a duration: write it like 10m (ms, s, m, h, d)',
      'sluice.yaml:5:52 checks.unit.report.format: must be one of junit, tap or plain, it is "junit5"; did you mean junit?',
      'sluice.yaml:6:17 checks.criticalPaths: must be a mapping of keys, it is empty (leave the key out, or give it a value)',
      'sluice.yaml:8:3 environments.Prod: not a name to use here: lower-case letters, digits and hyphens, starting with a letter',
      'sluice.yaml:9:3 environments.staging.url: the script driver needs the url to check health at',
      'sluice.yaml:10:38 environments.staging.script.rollback: must be a mapping of keys, it is empty (leave the key out, or give it a value)',
      'sluice.yaml:11:5 environments.staging.healt: unknown key; did you mean health?',
      'sluice.yaml:12:30 environments.staging.monitor.maxErrorRate: not a percentage from 0% to 100%: write it like 5%',
      'sluice.yaml:13:5 environments.staging.approval: only production has an approval: no other environment asks for one',
      'sluice.yaml:13:16 environments.staging.approval.from: name at least one group or person who may approve',
      'sluice.yaml:14:3 environments.production: say how it is deployed: exactly one of process or script',
      'sluice.yaml:14:3 environments.production.approval: production needs approval.from: only people authorise production',
      'sluice.yaml:15:10 environments.production.url: not a URL',
      'sluice.yaml:17:12 notifications[0].slack: a secret is referred to, never written down: env:NAME or file:PATH',
      'sluice.yaml:18:10 notifications[0].on[0]: must be one of approval-needed, reminder, escalation, question, released, rolled-back, rollback-failed, failed, stopped, blocked or issue, it is "relased"; did you mean released?',
    ]);
  });

  const cases: readonly [string, string, readonly string[]][] = [
    ['an empty file', '', ['sluice.yaml:1:1 is empty: sluice init writes a first one']],
    ['only comments', '# nothing\n', ['sluice.yaml:1:1 is empty: sluice init writes a first one']],
    [
      'a single value',
      'shop',
      ['sluice.yaml:1:1 must be a mapping of keys such as "product: shop", it is one single value'],
    ],
    ['a list', '- shop', ['sluice.yaml:1:1 must be a mapping of keys such as "product: shop", it is a list']],
    [
      'a duplicate key',
      `${minimal}product: b\n`,
      ['sluice.yaml:9:1 this key is already there above: keep one of them'],
    ],
    ['a tab', 'product:\n\tx: 1\n', ['sluice.yaml:2:1 a tab is not allowed as indentation: use spaces']],
    [
      'an unquoted colon',
      'product: a: b\n',
      [`sluice.yaml:1:10 not valid YAML: a mapping can't start here; a text with ": " in it needs quotes`],
    ],
    ['an unclosed text', 'product: "shop\n', ['sluice.yaml:2:1 not valid YAML: missing closing "quote']],
    [
      'two documents',
      `${minimal}---\na: 1\n`,
      ['sluice.yaml:9:1 a second document starts here (---): one file describes one product'],
    ],
    [
      'an unknown alias',
      'product: *nobody\n',
      ['sluice.yaml:1:1 not valid YAML: Unresolved alias (the anchor must be set before the alias): nobody'],
    ],
    [
      'deep nesting',
      '['.repeat(50_000),
      [expect.stringMatching(/^sluice\.yaml:1:\d+ is nested too deeply$/) as string],
    ],
    [
      'a huge file',
      `# ${'x'.repeat(300_000)}`,
      ['sluice.yaml:1:1 has 300002 characters; 262144 are allowed'],
    ],
    ['UTF-16', 'p\0r\0o\0d\0', ['sluice.yaml:1:1 is not UTF-8 text: save it in the encoding UTF-8']],
    [
      'Latin-1 read as UTF-8',
      `title: Gesch\uFFFDft\n`,
      ['sluice.yaml:1:1 is not UTF-8 text: save it in the encoding UTF-8'],
    ],
    [
      'a path out of the repository',
      minimal.replace('repository', 'checks: { unit: { run: x, directory: ../.. } }\nrepository'),
      [
        'sluice.yaml:2:38 checks.unit.directory: must be a path inside the repository: relative and without ..',
      ],
    ],
    [
      'an approval that no flow would ask for',
      minimal.replace('port: 4100 }', 'port: 4100 }\n    approval: { from: [alice] }'),
      [
        'sluice.yaml:6:5 environments.staging.approval: only production has an approval: no other environment asks for one',
      ],
    ],
    [
      'two services on one port',
      minimal.replace('4200', '4100'),
      ['sluice.yaml:7:45 environments.production.process.port: port 4100 is already taken by staging'],
    ],
    [
      'migrations of production without a backup',
      minimal.replace(
        '    approval: { from: [alice] }\n',
        '    approval: { from: [alice] }\n    database: { migrate: up }\n',
      ),
      [
        'sluice.yaml:9:5 environments.production.database.backup: migrations of production need a backup: say backup or postgres, or why there is none: { none: … }',
      ],
    ],
    [
      'no approval for production',
      minimal.replace('    approval: { from: [alice] }\n', ''),
      [
        'sluice.yaml:6:3 environments.production.approval: production needs approval.from: only people authorise production',
      ],
    ],
    [
      'a wrong type beside a missing approval',
      minimal.replace('    approval: { from: [alice] }\n', '').replace('4100', '"4100"'),
      [
        'sluice.yaml:5:45 environments.staging.process.port: must be a number, it is the text "4100"',
        'sluice.yaml:6:3 environments.production.approval: production needs approval.from: only people authorise production',
      ],
    ],
    [
      'a key of every object',
      `${minimal}constructor: 1\n`,
      [
        'sluice.yaml:9:1 constructor: unknown key; known here are product, title, repository, release, checks, agents, environments, rollout, metrics, blueGreen, policies, people, notifications',
      ],
    ],
    [
      'a prototype',
      `${minimal}__proto__: { x: 1 }\n`,
      [
        'sluice.yaml:9:1 __proto__: unknown key; known here are product, title, repository, release, checks, agents, environments, rollout, metrics, blueGreen, policies, people, notifications',
      ],
    ],
  ];
  it.each(cases)('says what is wrong with %s', (_, text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });

  it('refuses an alias bomb quickly', () => {
    const bomb = [
      'a: &a [1,1,1,1,1,1,1,1,1,1]',
      ...'bcdefghi'.split('').map((name, i) => {
        const before = 'abcdefgh'[i] ?? 'a';
        return `${name}: &${name} [${Array.from({ length: 10 }, () => `*${before}`).join(',')}]`;
      }),
    ].join('\n');
    expect(problemsOf(bomb)).toEqual([
      'sluice.yaml:1:1 its aliases unfold to too much (more than 100): write the values out',
    ]);
  });

  it('accepts a byte order mark, CRLF, JSON and merge keys', () => {
    for (const text of [
      `\uFEFF${minimal}`,
      minimal.replaceAll('\n', '\r\n'),
      JSON.stringify({
        product: 'shop',
        repository: { path: '.' },
        environments: {
          staging: { process: { start: 'a', port: 1 } },
          production: { process: { start: 'a', port: 2 }, approval: { from: ['alice'] } },
        },
      }),
    ]) {
      expect(problemsOf(text)).toEqual([]);
    }
    const merged = `product: shop
repository: { path: . }
environments:
  staging: &base
    health: { path: /up }
    process: { start: node a, port: 1 }
  production:
    <<: *base
    process: { start: node a, port: 2 }
    approval: { from: [alice] }
`;
    expect(parseProductConfig(merged, 'x')).toMatchObject({
      ok: true,
      config: { environments: { production: { health: { path: '/up' } } } },
    });
  });

  it('is total: every text gives a configuration or problems inside the file', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({
        unit: fc.constantFrom('a', ':', ' ', '\n', '-', '[', '{', '}', '"', '&', '*', '#', '\t', '<'),
      }),
      fc.object().map((value) => stringify(value)),
    );
    fc.assert(
      fc.property(text, (source) => {
        const parsed = parseProductConfig(source, 'f');
        if (parsed.ok) return true;
        const count = source.split('\n').length;
        return (
          parsed.problems.length > 0 &&
          parsed.problems.every(({ line, column }) => line >= 1 && line <= count && column >= 1)
        );
      }),
      { numRuns: 500 },
    );
  });
});
