/** A history in memory: what git would answer about it, without a process for each question. */

interface Node {
  readonly sha: string;
  readonly parents: readonly string[];
  /** ISO 8601. */
  readonly date: string;
}

const included = 1;
const excluded = 2;

export class CommitGraph<C extends Node> {
  private readonly commits: readonly C[];
  private readonly places: ReadonlyMap<string, number>;
  /** Places of the parents of all commits, one after the other; those of a commit begin at `firstParents`. */
  private readonly parents: Int32Array;
  private readonly firstParents: Int32Array;
  private readonly dates: Float64Array;
  private sorted: readonly string[] | undefined;
  private asked: { readonly of: string; readonly within: (sha: string) => boolean } | undefined;

  /** @param commits each before its parents, as git lists them; parents that are not among them are where it ends */
  constructor(commits: readonly C[]) {
    this.commits = commits;
    this.places = new Map(commits.map(({ sha }, at) => [sha, at]));
    const parents: number[] = [];
    this.firstParents = new Int32Array(commits.length + 1);
    for (const [at, commit] of commits.entries()) {
      for (const sha of commit.parents) {
        const parent = this.places.get(sha);
        if (parent !== undefined) parents.push(parent);
      }
      this.firstParents[at + 1] = parents.length;
    }
    this.parents = Int32Array.from(parents);
    this.dates = Float64Array.from(commits, ({ date }) => Date.parse(date) || 0);
  }

  commit(sha: string): C | undefined {
    return this.commits[this.places.get(sha) ?? -1];
  }

  /** Full hashes of commits by their first digits; undefined where there is none or more than one. */
  named(digits: string): string | undefined {
    if (this.places.has(digits)) return digits;
    this.sorted ??= [...this.places.keys()].sort();
    let [low, high] = [0, this.sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.sorted[middle] ?? '') < digits) low = middle + 1;
      else high = middle;
    }
    const found = this.sorted[low];
    if (found?.startsWith(digits) !== true) return undefined;
    return this.sorted[low + 1]?.startsWith(digits) === true ? undefined : found;
  }

  /** Whether a commit is in the history of `of`; for many questions about one. */
  within(of: string): (sha: string) => boolean {
    if (this.asked?.of !== of) this.asked = { of, within: this.findWithin(of) };
    return this.asked.within;
  }

  private findWithin(of: string): (sha: string) => boolean {
    const start = this.places.get(of);
    const seen = new Uint8Array(this.commits.length);
    if (start === undefined) return () => false;
    seen[start] = included;
    const { parents, firstParents } = this;
    for (let at = start; at < seen.length; at += 1) {
      if (seen[at] !== included) continue;
      const end = firstParents[at + 1] ?? 0;
      for (let each = firstParents[at] ?? 0; each < end; each += 1) seen[parents[each] ?? 0] = included;
    }
    return (sha) => seen[this.places.get(sha) ?? -1] === included;
  }

  private parentsOf(at: number): Int32Array {
    return this.parents.subarray(this.firstParents[at], this.firstParents[at + 1]);
  }

  /** `git log --date-order since..until`: newest first, no commit before all of its children. */
  range(until: string, since?: string): readonly C[] {
    return this.inDateOrder(this.between(until, since)).flatMap((at) => this.commits[at] ?? []);
  }

  /** A commit's place is after those of its children, so its marks are final when it is come to. */
  private between(until: string, since: string | undefined): readonly number[] {
    const marks = new Uint8Array(this.commits.length);
    let open = 0;
    const mark = (at: number | undefined, as: number): void => {
      if (at === undefined) return;
      const [before = 0, after] = [marks[at], (marks[at] ?? 0) | as];
      if (before === after) return;
      marks[at] = after;
      if (after === included) open += 1;
      else if (before === included) open -= 1;
    };
    const starts = [this.places.get(until), since === undefined ? undefined : this.places.get(since)];
    mark(starts[0], included);
    mark(starts[1], excluded);
    const found: number[] = [];
    for (
      let at = Math.min(...starts.flatMap((start) => start ?? []));
      open > 0 && at < marks.length;
      at += 1
    ) {
      const as = marks[at] ?? 0;
      if (as === 0) continue;
      if (as === included) {
        open -= 1;
        found.push(at);
      }
      for (const parent of this.parentsOf(at)) mark(parent, as);
    }
    return found;
  }

  private inDateOrder(range: readonly number[]): readonly number[] {
    const waiting = new Map(range.map((at) => [at, 0]));
    for (const at of range)
      for (const parent of this.parentsOf(at)) {
        const children = waiting.get(parent);
        if (children !== undefined) waiting.set(parent, children + 1);
      }
    const ready = new ByDate(this.dates);
    for (const [at, children] of waiting) if (children === 0) ready.put(at);
    const order: number[] = [];
    for (let at = ready.take(); at !== undefined; at = ready.take()) {
      order.push(at);
      for (const parent of this.parentsOf(at)) {
        const children = waiting.get(parent);
        if (children === undefined) continue;
        waiting.set(parent, children - 1);
        if (children === 1) ready.put(parent);
      }
    }
    return order;
  }
}

/** The newest first; of the same date what was put first. */
class ByDate {
  private readonly dates: Float64Array;
  private readonly heap: { readonly at: number; readonly turn: number }[] = [];
  private turns = 0;

  constructor(dates: Float64Array) {
    this.dates = dates;
  }

  put(at: number): void {
    this.heap.push({ at, turn: (this.turns += 1) });
    for (let child = this.heap.length - 1; child > 0;) {
      const parent = (child - 1) >> 1;
      if (!this.isFirst(child, parent)) break;
      this.swap(child, parent);
      child = parent;
    }
  }

  take(): number | undefined {
    const [first] = this.heap;
    const last = this.heap.pop();
    if (!first || !last) return undefined;
    if (this.heap.length === 0) return first.at;
    this.heap[0] = last;
    for (let parent = 0; ;) {
      const left = 2 * parent + 1;
      if (left >= this.heap.length) break;
      const child = left + 1 < this.heap.length && this.isFirst(left + 1, left) ? left + 1 : left;
      if (!this.isFirst(child, parent)) break;
      this.swap(child, parent);
      parent = child;
    }
    return first.at;
  }

  private isFirst(a: number, b: number): boolean {
    const [one, other] = [this.heap[a], this.heap[b]];
    if (!one || !other) return false;
    const newer = (this.dates[one.at] ?? 0) - (this.dates[other.at] ?? 0);
    return newer === 0 ? one.turn < other.turn : newer > 0;
  }

  private swap(a: number, b: number): void {
    const [one, other] = [this.heap[a], this.heap[b]];
    if (one && other) [this.heap[a], this.heap[b]] = [other, one];
  }
}
