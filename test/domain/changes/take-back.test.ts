import { describe, expect, it } from 'vitest';
import { revertedElsewhere } from '../../../src/domain/changes/effective.ts';
import { Grown } from './commit.ts';
import { outcome } from './outcome.ts';

const elsewhere = 'ab'.repeat(20);

describe('[RW-4] what was taken back is not told', () => {
  it.each<[string, (repository: Grown) => void, string[]]>([
    ['a commit and its revert', (r) => r.revert(r.add('feat: a')), []],
    ['a revert of the revert brings it back', (r) => r.revert(r.revert(r.add('feat!: a'))), ['feat: a']],
    ['and a third one takes it back', (r) => r.revert(r.revert(r.revert(r.add('feat: a')))), []],
    [
      'a fourth one brings it back',
      (r) => r.revert(r.revert(r.revert(r.revert(r.add('feat: a'))))),
      ['feat: a'],
    ],
    [
      "an older git's title for the second revert",
      (r) => {
        const first = r.revert(r.add('feat: a'));
        r.add(`Revert "Revert "feat: a""\n\nThis reverts commit ${first.sha}.`);
      },
      ['feat: a'],
    ],
    [
      'by titles alone, with the numbers of pull requests',
      (r) => {
        r.add('feat: a (#1)');
        r.add('Revert "feat: a (#1)" (#2)\n\nReverts acme/shop#1');
        r.add('Revert "Revert "feat: a (#1)" (#2)" (#3)\n\nReverts acme/shop#2');
      },
      ['feat: a #1'],
    ],
    [
      'the right one of two that are called the same',
      (r) => {
        const first = r.add('fix: again');
        r.add('fix: again');
        r.revert(first);
      },
      ['fix: again'],
    ],
    [
      'several by one commit',
      (r) => {
        const a = r.add('feat: a');
        const b = r.add('feat: b');
        r.add('fix: keep');
        r.add(`Revert "feat: b" and more\n\nThis reverts commit ${b.sha}.\nThis reverts commit ${a.sha}.`);
      },
      ['fix: keep'],
    ],
    [
      'several in one sentence, with short hashes',
      (r) => {
        const a = r.add('feat: a');
        const b = r.add('feat: b');
        r.add(`Revert "feat: b"\n\nThis reverts commits ${a.sha} and ${b.sha}.`);
      },
      [],
    ],
    [
      'a merge with all that it brought',
      (r) => {
        const branch = r.branch('feat: vouchers', 'fix: round vouchers');
        r.add('fix: unrelated');
        r.revert(r.add('Merge pull request #12 from acme/vouchers', branch));
      },
      ['fix: unrelated'],
    ],
    [
      'a merge that was brought back',
      (r) => {
        const merge = r.add("Merge branch 'vouchers'", r.branch('feat: vouchers'));
        r.revert(r.revert(merge));
      },
      ['feat: vouchers'],
    ],
    [
      'a revert on a branch whose merge was taken back',
      (r) => {
        r.add('feat: a');
        const branch = r.branch('Revert "feat: a"');
        r.revert(r.add("Merge branch 'x'", branch));
      },
      ['feat: a'],
    ],
    [
      'a hash of before a rebase: the title decides',
      (r) => {
        r.add('feat: a');
        r.add(`Revert "feat: a"\n\nThis reverts commit ${elsewhere}.`);
      },
      [],
    ],
    [
      'a hash of before a rebase, of a revert',
      (r) => {
        r.add('feat: a');
        r.add(`Revert "feat: a"\n\nThis reverts commit ${elsewhere}.`);
        r.add(`Reapply "feat: a"\n\nThis reverts commit ${'cd'.repeat(20)}.`);
      },
      ['feat: a'],
    ],
    [
      'a squash that took back of itself',
      (r) => {
        const a = r.add('feat: a');
        r.add(
          `chore: try without a (#4)\n\n* Revert "feat: a"\n\nThis reverts commit ${a.sha}.\n\n* Revert "Revert "feat: a""\n\nThis reverts commit ${elsewhere}.`,
        );
      },
      ['chore: try without a #4', 'feat: a'],
    ],
    [
      'a squash that is one revert of a revert',
      (r) => {
        const first = r.revert(r.add('feat: a'));
        r.add('feat: b');
        r.add(
          `Revert "Revert "feat: a"" (#9)\n\n* Revert "Revert "feat: a""\n\nThis reverts commit ${first.sha}.`,
        );
      },
      ['feat: b', 'feat: a'],
    ],
    [
      'the type revert',
      (r) => {
        r.add('feat(cart): express delivery');
        r.add('revert: feat(cart): express delivery');
      },
      [],
    ],
    [
      'the type revert with the words alone',
      (r) => {
        r.add('feat: express delivery');
        r.add('revert: express delivery');
      },
      [],
    ],
    [
      'the type revert with its hashes in a footer',
      (r) => {
        const { sha } = r.add('feat: a');
        r.add(`revert: never mind\n\nRefs: ${sha.slice(0, 40)}`);
      },
      [],
    ],
    [
      'a change with words of its own that takes back another',
      (r) => {
        const { sha } = r.add('feat: a');
        r.add(`fix: go on without a\n\nThis reverts commit ${sha}.`);
      },
      ['fix: go on without a'],
    ],
  ])('%s', (_, grow, expected) => {
    expect(outcome(grow)).toMatchObject({ told: expected, doubts: [] });
  });

  it('what was released before is taken back in this release, and said so', () => {
    const grow = (r: Grown) => {
      r.add('feat: a');
      r.add(`Revert "feat: a"\n\nThis reverts commit ${elsewhere}.`);
    };
    expect(outcome(grow, [elsewhere])).toEqual({
      told: ['revert: Taken back: a', 'feat: a'],
      level: 'minor',
      doubts: [],
    });
    expect(outcome((r) => r.add('revert: offer express delivery'))).toMatchObject({
      told: ['revert: Taken back: offer express delivery'],
      level: 'patch',
    });
  });

  it('what was taken back in a release before and is there again is what it was', () => {
    expect(outcome((r) => r.add('Reapply "feat(api)!: a (#3)" (#8)'))).toMatchObject({
      told: ['feat: a #8'],
      level: 'major',
    });
  });

  it('is told where nobody knows what was meant', () => {
    const grow = (r: Grown) => {
      r.add('feat: a');
      const b = r.add('feat: b');
      r.add(`Revert "feat: b"\n\nThis reverts commit ${b.sha}.\nThis reverts commit ${elsewhere}.`);
    };
    expect(outcome(grow)).toMatchObject({
      told: ['revert: Taken back: b', 'feat: a'],
      doubts: [expect.stringContaining('abababab')],
    });
  });

  it('asks git about hashes that are not in the range, and about no others', () => {
    const r = new Grown();
    const a = r.add('feat: a');
    r.revert(a);
    r.add(`Revert "x"\n\nThis reverts commit ${a.sha.slice(0, 39)}.`);
    r.add(`Revert "feat: b"\n\nThis reverts commit ${elsewhere}.`);
    expect(revertedElsewhere(r.commits)).toEqual([elsewhere]);
  });
});
