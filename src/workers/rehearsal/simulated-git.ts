import type { Commit } from '../../activities/ports/index.ts';

/** What production runs when a rehearsal begins, the version before it, and what main has since. */
export const history = {
  before: { version: '1.3.0', commit: 'b'.repeat(40) },
  running: { version: '1.4.0', commit: 'c'.repeat(40) },
  main: { version: '1.5.0', commit: 'd'.repeat(40) },
} as const;

interface Grown {
  readonly commit: Commit;
  readonly parent: string | undefined;
}

/** The commits of a simulated repository, one on top of the other, with its branches and tags. */
export class SimulatedGit {
  private readonly grown = new Map<string, Grown>();
  private readonly branches = new Map<string, string>();
  readonly tags: { readonly name: string; readonly commit: string }[] = [];

  /** Two releases, and two changes on main since. */
  constructor() {
    const { before, running, main } = history;
    const fix = 'e'.repeat(40);
    this.add(before.commit, `chore: release v${before.version}`);
    this.add(running.commit, `chore: release v${running.version}`, before.commit);
    this.add(fix, 'fix: something that was wrong', running.commit);
    this.add(main.commit, 'feat: something new to rehearse with', fix);
    for (const { version, commit } of [before, running]) this.tag(`v${version}`, commit);
  }

  add(sha: string, message: string, parent?: string): Commit {
    const [subject = '', ...body] = message.split('\n');
    const commit = {
      sha,
      parents: parent === undefined ? [] : [parent],
      subject,
      body: body.join('\n').trim(),
      author: 'Rehearsal',
      email: 'rehearsal@example.invalid',
      date: '2020-01-01T00:00:00Z',
    };
    this.grown.set(sha, { commit, parent });
    return commit;
  }

  tag(name: string, commit: string): void {
    this.tags.push({ name, commit });
  }

  /** @returns whether there was none of this name before */
  branch(name: string, commit: string): boolean {
    const created = !this.branches.has(name);
    this.branches.set(name, commit);
    return created;
  }

  deleteBranch(name: string): boolean {
    return this.branches.delete(name);
  }

  /** Whatever else is asked for is the main branch. */
  resolve(ref: string): string {
    const named = this.branches.get(ref) ?? this.tags.find(({ name }) => name === ref)?.commit;
    const written = /^[0-9a-f]{7,40}$/.test(ref)
      ? [...this.grown.keys()].find((sha) => sha.startsWith(ref))
      : undefined;
    return named ?? written ?? history.main.commit;
  }

  /** Newest first. */
  between(since: string | undefined, until: string): Commit[] {
    const known = new Set(since === undefined ? [] : this.line(since).map(({ sha }) => sha));
    return this.line(until).filter(({ sha }) => !known.has(sha));
  }

  /** Of the nearest release at or below. */
  versionAt(ref: string): string {
    for (const { sha } of this.line(ref)) {
      const tag = this.tags.findLast(({ commit }) => commit === sha);
      if (tag) return tag.name.slice(1);
    }
    return history.running.version;
  }

  private line(ref: string): Commit[] {
    const line: Commit[] = [];
    for (let at = this.grown.get(this.resolve(ref)); at; at = this.grown.get(at.parent ?? ''))
      line.push(at.commit);
    return line;
  }
}
