import type { Files, Project, ProposedCheck } from './project.ts';
import { checksWith, firstOf } from './project.ts';

/** The targets that a Makefile has rules for. */
export function targetsOf(files: Files): ReadonlySet<string> {
  const path = firstOf(files, 'GNUmakefile', 'Makefile', 'makefile');
  const text = path === undefined ? '' : (files.get(path) ?? '');
  return new Set(
    [...text.matchAll(/^([A-Za-z0-9][\w .-]*?)\s*::?(?!=)/gm)].flatMap(([, names = '']) =>
      names.split(/\s+/),
    ),
  );
}

/** `make test`, where the first of these targets is one. */
export function madeBy(files: Files, ...targets: readonly string[]): string | undefined {
  const there = targetsOf(files);
  const target = targets.find((each) => there.has(each));
  return target === undefined ? undefined : `make ${target}`;
}

/** The checks that a Makefile has beside unit tests, whatever the language. */
export const madeChecks = (files: Files) => ({
  integration: [madeBy(files, 'test-integration', 'integration-test', 'integration')],
  smoke: [madeBy(files, 'smoke', 'test-smoke', 'smoke-test')],
  e2e: [madeBy(files, 'test-e2e', 'e2e-test', 'e2e')],
});

/** What a Makefile has beside the scripts of languages: checks that none of these has. */
export function makeBeside(files: Files, projects: readonly Project[]): Project | undefined {
  const from = firstOf(files, 'GNUmakefile', 'Makefile', 'makefile');
  const lacking = Object.entries(checksWith(madeChecks(files))).filter(
    ([check]) => !projects.some(({ checks }) => checks[check as ProposedCheck] !== undefined),
  );
  return from === undefined || lacking.length === 0
    ? undefined
    : { kind: 'Make', from, checks: Object.fromEntries(lacking), services: [] };
}

/** A Makefile by itself says how the project is tested, and no more. */
export function make(files: Files): Project | undefined {
  const from = firstOf(files, 'GNUmakefile', 'Makefile', 'makefile');
  if (from === undefined) return undefined;
  const checks = checksWith({
    unit: [madeBy(files, 'lint'), madeBy(files, 'test', 'check')],
    ...madeChecks(files),
  });
  return { kind: 'Make', from, checks, services: [] };
}
