import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readReleaseFacts } from '../../../src/activities/release/facts.ts';
import { createGitRepository } from '../../../src/adapters/git/repository.ts';
import { changelogBlocks } from '../../../src/domain/changes/changelog-blocks.ts';
import type { ProductConfig } from '../../../src/domain/config/schema.ts';
import type { ReleaseInput } from '../../../src/domain/release/input.ts';

/** A repository that a test grows with git itself, and what Sluice makes of it. */
export class History {
  readonly directory: string;
  private at = 1_780_000_000;

  /** Begins with a commit that is tagged, unless the tag is empty. */
  constructor(directory: string, tag = 'v1.0.0') {
    this.directory = directory;
    mkdirSync(directory, { recursive: true });
    this.git('init', '--quiet', '--initial-branch=main');
    this.commit('chore: begin');
    if (tag !== '') this.git('tag', tag);
  }

  git(...args: readonly string[]): string {
    this.at += 60;
    const date = `${this.at} +0000`;
    return execFileSync('git', ['-c', 'commit.gpgSign=false', '-c', 'core.editor=true', ...args], {
      cwd: this.directory,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        GIT_AUTHOR_NAME: 'Ada',
        GIT_AUTHOR_EMAIL: 'ada@example.org',
        GIT_COMMITTER_NAME: 'Ada',
        GIT_COMMITTER_EMAIL: 'ada@example.org',
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_DATE: date,
      },
    }).trim();
  }

  /** Commits files, or a file of its own. */
  commit(
    message: string,
    files: Readonly<Record<string, object | string>> = { [`${this.at}`]: message },
  ): string {
    for (const [path, content] of Object.entries(files)) {
      const file = join(this.directory, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`);
    }
    this.git('add', '--all');
    this.git('commit', '--quiet', '--message', message);
    return this.git('rev-parse', 'HEAD');
  }

  /** Commits on a branch beside main, and merges it. */
  merge(message: string, ...commits: readonly string[]): string {
    this.git('checkout', '--quiet', '-B', 'topic');
    for (const each of commits) this.commit(each);
    this.git('checkout', '--quiet', 'main');
    this.git('merge', '--quiet', '--no-ff', 'topic', '--message', message);
    return this.git('rev-parse', 'HEAD');
  }

  revert(...args: readonly string[]): string {
    this.git('revert', '--no-edit', ...args);
    return this.git('rev-parse', 'HEAD');
  }

  /** The version that the next release gets, what it lists, and what is warned of. */
  async next(
    wish: Pick<ReleaseInput, 'bump' | 'preid' | 'version'> = {},
    config: Pick<ProductConfig, 'product' | 'release'> = { product: 'shop' },
  ) {
    const source = createGitRepository({ directory: `${this.directory}.sluice` });
    const ref = { product: 'shop', remote: this.directory, main: 'main' };
    const { version, commits, dependencies } = await readReleaseFacts(source, ref, wish, config);
    return {
      version: version.ok ? version.version : version.problems.map(({ code }) => code).join(),
      tag: version.ok ? version.tag : undefined,
      told: version.ok ? version.warnings : version.problems.map(({ message }) => message),
      listed: changelogBlocks(commits, dependencies).flatMap(({ title, lines }) =>
        lines.map((line) => `${title}: ${line.replace(/^- /, '').replace(/ \([0-9a-f]{7}\)/, '')}`),
      ),
    };
  }
}
