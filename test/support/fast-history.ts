import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createInterface } from 'node:readline';

export interface Written {
  /** Branch that the commit goes to; `main` where it is left out. */
  readonly branch?: string;
  /** Marks of its parents; the tip of the branch where they are left out. */
  readonly parents?: readonly number[];
  readonly files?: Readonly<Record<string, string | object>>;
  /** Of the message; UTF-8 where it is left out. */
  readonly encoding?: 'latin1';
  /** Seconds since 1970. */
  readonly at?: number;
}

/** A repository that `git fast-import` writes: thousands of commits a second, of whatever form. */
export class FastHistory {
  private readonly child;
  private readonly answers;
  private readonly tips = new Map<string, number>();
  private marks = 0;
  private at = 1_500_000_000;
  private text: Buffer[] = [];
  readonly directory: string;

  constructor(directory: string, { bare = true }: { bare?: boolean } = {}) {
    this.directory = directory;
    mkdirSync(directory, { recursive: true });
    const kind = bare ? ['--bare'] : [];
    execFileSync('git', ['init', '--quiet', ...kind, '--initial-branch=main', directory]);
    this.child = spawn('git', ['fast-import', '--quiet', '--date-format=raw'], {
      cwd: directory,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.answers = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  /** Commits, and gives the mark by which the commit is named here. */
  commit(message: string | Buffer, { branch = 'main', parents, files, encoding, at }: Written = {}): number {
    const mark = (this.marks += 1);
    const [first = this.tips.get(branch), ...merged] = parents ?? [];
    this.at = at ?? this.at + 60;
    const who = `Ada <ada@example.org> ${this.at} +0000`;
    this.write(`commit refs/heads/${branch}\nmark :${mark}\nauthor ${who}\ncommitter ${who}\n`);
    if (encoding) this.write('encoding ISO-8859-1\n');
    this.data(typeof message === 'string' ? Buffer.from(message, encoding ?? 'utf8') : message);
    if (first !== undefined) this.write(`from :${first}\n`);
    for (const each of merged) this.write(`merge :${each}\n`);
    for (const [path, content] of Object.entries(files ?? { [`src/${mark % 500}.txt`]: `${mark}\n` })) {
      this.write(`M 100644 inline ${path}\n`);
      this.data(Buffer.from(typeof content === 'string' ? content : `${JSON.stringify(content)}\n`));
    }
    this.write('\n');
    this.tips.set(branch, mark);
    return mark;
  }

  tip(branch = 'main'): number {
    const mark = this.tips.get(branch);
    if (mark === undefined) throw new Error(`There is no branch ${branch}.`);
    return mark;
  }

  tag(name: string, mark = this.tip(), message?: string): void {
    if (message === undefined) return this.write(`reset refs/tags/${name}\nfrom :${mark}\n\n`);
    this.write(`tag ${name}\nfrom :${mark}\ntagger Ada <ada@example.org> ${this.at} +0000\n`);
    this.data(Buffer.from(message));
  }

  /** The hash that a commit has got. */
  async hash(mark: number): Promise<string> {
    this.write(`get-mark :${mark}\n`);
    this.flush();
    const { value } = await this.answers.next();
    return String(value);
  }

  /** Writes everything; afterwards git may be asked. */
  async done(): Promise<void> {
    this.flush();
    this.child.stdin.end();
    const [code] = (await once(this.child, 'close')) as [number];
    if (code !== 0) throw new Error(`git fast-import ended with ${code}`);
  }

  private data(content: Buffer): void {
    this.write(`data ${content.length}\n`);
    this.text.push(content, Buffer.from('\n'));
  }

  private write(text: string): void {
    this.text.push(Buffer.from(text));
    if (this.text.length > 5_000) this.flush();
  }

  private flush(): void {
    this.child.stdin.write(Buffer.concat(this.text));
    this.text = [];
  }
}
