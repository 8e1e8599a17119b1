import { FastHistory } from '../../support/fast-history.ts';

/** What one release brings, and how far its version goes for it. */
export interface Kind {
  readonly name: string;
  readonly step: 'major' | 'minor' | 'patch';
  readonly grow: (history: Growing) => void | Promise<void>;
}

/** A history with the manifest of its product. */
export class Growing extends FastHistory {
  manifest = { name: 'shop', version: '0.0.0', dependencies: { money: '^1.0.0' } };
  private turn = 0;

  /** Something that is new each time. */
  next(): number {
    return (this.turn += 1);
  }

  add(...messages: readonly string[]): number {
    return Math.max(...messages.map((message) => this.commit(message)));
  }

  /** As git writes it. */
  async revert(mark: number, title: string): Promise<number> {
    return this.commit(`Revert "${title}"\n\nThis reverts commit ${await this.hash(mark)}.\n`);
  }

  /** Commits beside main, and merges them. */
  merge(message: string, ...commits: readonly string[]): number {
    const first = this.tip();
    let parents: readonly number[] = [first];
    for (const each of commits) parents = [this.commit(each, { branch: 'topic', parents })];
    return this.commit(message, { parents: [first, ...parents], files: {} });
  }

  /** Commits the manifest with another content. */
  change(message: string, change: object): number {
    this.manifest = { ...this.manifest, ...change };
    return this.commit(message, { files: { 'package.json': this.manifest } });
  }
}

const plain = (name: string, step: Kind['step'], ...messages: readonly string[]): Kind => ({
  name,
  step,
  grow: (h) => void h.add(...messages.map((message) => message.replace(/\bN\b/g, String(h.next())))),
});

/** Those of other languages, which need another version of a library each time. */
export const manifests = (version: number) => ({
  'go.mod': `module example.org/shop\n\nrequire example.org/money v1.0.${version} // indirect\n`,
  'Cargo.toml': `[package]\nname = "shop"\n[dependencies]\nmoney = "1.0.${version}"\n`,
  'pyproject.toml': `[project]\nname = "shop"\ndependencies = ["money>=1.0.${version}"]\n`,
});

/** Every kind of change that a history may have (issue 16, section 1). */
export const kinds: readonly Kind[] = [
  plain('features and fixes', 'minor', 'fix: sum N', 'feat(cart): totals N (#N)', 'docs: how N'),
  plain('fixes', 'patch', 'fix: sum N (#N)\n\nCloses #N', 'chore: tidy N', 'refactor: rooms N'),
  plain('prose', 'patch', 'Make the basket faster N', 'A line that is no header, N'),
  plain('a type that nobody knows', 'patch', 'samples: how to pay N'),
  plain('an exclamation mark', 'major', 'feat(api)!: no more v N'),
  plain('a breaking footer', 'major', 'fix: keys N\n\nBREAKING CHANGE: the old key N is gone'),
  plain('a footer right under the header', 'major', 'build: runtime N\nBREAKING CHANGE: N is too old'),
  plain('a footer in bold', 'major', 'feat: basket N\n\n**BREAKING CHANGE**: prices are in cents N'),
  plain(
    'two footers',
    'major',
    'feat: basket N\n\nBREAKING CHANGE: cents N\nBREAKING CHANGE: no old basket N',
  ),
  plain('a footer without a colon', 'minor', 'feat: basket N\n\nBREAKING CHANGE\nPrices are in cents N.'),
  plain('an answer to a template', 'patch', 'fix: typo N\n\n## Checklist\nBreaking change: no'),
  plain('a quotation', 'patch', 'docs: footers N\n\n    BREAKING CHANGE: what breaks', 'fix: a N'),
  plain(
    'a squash',
    'major',
    'fix: repair N (#N)\n\n* fix!: other\n\nBREAKING CHANGE: gone N\n\n* docs: readme',
  ),
  plain('a first paragraph of two lines', 'patch', 'fix: totals N\nThey were not numbers.'),
  plain(
    'trailers',
    'major',
    'feat: sign-in N\n\nBREAKING CHANGE: renew tokens N.\nJira: ABC-N\nLink: https://x.test/N',
  ),
  plain('a line that would hide it', 'minor', 'feat: all N\n\nSluice-Run: release/shop/v1.0.0 1'),
  plain('a byte order mark', 'minor', '\uFEFFfeat: marked N'),
  plain('ends of lines of Windows', 'major', 'feat: lines N\r\n\r\nBREAKING CHANGE: not those N\r\n'),
  plain(
    'version commits of other tools',
    'patch',
    'fix: rounding N',
    '9.0.0-rc.1',
    'Release v9.0.0-rc.2',
    '[maven-release-plugin] prepare for next development iteration',
  ),
  plain('the type revert', 'patch', 'revert: offer express N'),
  plain('a scope of dependencies', 'patch', 'chore(deps): bump money from 1.N.0 to 1.N.1'),
  plain(
    'dependencies of checks',
    'patch',
    'ci(deps): bump the checkout step to N',
    'test(deps): runner N',
    'fix: b N',
  ),
  plain('a security advisory', 'patch', 'Merge commit from fork'),
  plain(
    'merges of other hosts',
    'patch',
    'Merged in feature/x (pull request #N)',
    "Merge branches 'a' and 'b'",
    'fix: c N',
  ),
  {
    name: 'a manifest',
    step: 'patch',
    grow: (h) => void h.change('chore: tidy up', { dependencies: { money: `^1.0.${h.next()}` } }),
  },
  {
    name: 'a module of Go, a crate, and a library of Python',
    step: 'patch',
    grow: (h) => void h.commit('chore: tidy up', { files: manifests(h.next()) }),
  },
  {
    name: 'dependencies of development beside a fix',
    step: 'patch',
    grow: (h) => {
      h.change('chore: lint', { devDependencies: { lint: `${h.next()}` } });
      h.add('fix: d');
    },
  },
  {
    name: 'a merged pull request',
    step: 'minor',
    grow: (h) =>
      void h.merge(
        `Merge pull request #${h.next()} from ada/topic\n\nfeat: wrapping`,
        'feat(basket): wrapping.',
        'test: it',
      ),
  },
  {
    name: 'a merge whose title alone tells',
    step: 'minor',
    grow: (h) => void h.merge(`Merged PR ${h.next()}: feat: vouchers`, 'wip', 'more wip'),
  },
  {
    name: 'a merge request of GitLab',
    step: 'patch',
    grow: (h) =>
      void h.merge(`Merge branch 'fix' into 'main'\n\nSee merge request a/b!${h.next()}`, 'fix: totals'),
  },
  {
    name: 'a revert, and what stays',
    step: 'patch',
    grow: async (h) => {
      const title = `feat: express ${h.next()}`;
      await h.revert(h.add(title), title);
      h.add('fix: another thing');
    },
  },
  {
    name: 'reverted and applied again',
    step: 'major',
    grow: async (h) => {
      const title = `feat!: no old payment ${h.next()}`;
      const revert = await h.revert(h.add(title), title);
      h.add(`Reapply "${title}"\n\nThis reverts commit ${await h.hash(revert)}.`);
    },
  },
  {
    name: 'a reverted merge',
    step: 'patch',
    grow: async (h) => {
      const base = h.tip();
      const title = `Merge pull request #${h.next()} from ada/coupons`;
      const merge = h.merge(title, 'feat: coupons', 'fix: round coupons');
      h.add('fix: unrelated');
      h.add(
        `Revert "${title}"\n\nThis reverts commit ${await h.hash(merge)}, reversing\nchanges made to ${await h.hash(base)}.`,
      );
    },
  },
  {
    name: 'one revert of two',
    step: 'patch',
    grow: async (h) => {
      const [a, b] = [h.add(`feat: a ${h.next()}`), h.add(`feat: b ${h.next()}`)];
      const said = [b, a].map(async (mark) => `This reverts commit ${await h.hash(mark)}.`);
      h.add('fix: keep', `Revert "feat: b" and the other\n\n${(await Promise.all(said)).join('\n')}`);
    },
  },
  {
    name: 'a revert whose hash is of before a rebase',
    step: 'patch',
    grow: (h) => {
      const title = `feat: lost ${h.next()}`;
      h.add(title, 'fix: kept', `Revert "${title}"\n\nThis reverts commit ${'deadbeef'.repeat(5)}.`);
    },
  },
  {
    name: 'a revert of what was released',
    step: 'patch',
    grow: async (h) => void (await h.revert(h.tip(), 'feat: whatever it was')),
  },
  {
    name: 'Latin-1',
    step: 'minor',
    grow: (h) => void h.commit(`feat: Käsekästchen ${h.next()}`, { encoding: 'latin1' }),
  },
  {
    name: 'bytes that are no text',
    step: 'patch',
    grow: (h) => void h.commit(Buffer.from([0x66, 0x69, 0x78, 0x3a, 0x20, 0xff, 0xfe, 0x80, 0x0a])),
  },
  {
    name: 'a megabyte of words',
    step: 'minor',
    grow: (h) => void h.commit(`feat: long ${h.next()}\n\n${'word '.repeat(200_000)}`),
  },
];
