import { bullets } from '../text/markdown.ts';

/** From what an environment runs to what it shall run again. */
export interface WayBack {
  readonly current: { readonly version: string; readonly commit: string };
  readonly to: { readonly version: string; readonly commit: string };
  /** Migrations that the version to go back to does not have. */
  readonly migrations: readonly string[];
  /** Of those, the ones that nobody declared safe to undo (`database.undoSafe`). */
  readonly unsafe: readonly string[];
}

/** Migrations are undone only where a command for it is configured and every one of them is declared safe (DW-9). */
export function undoesMigrations({ migrations, unsafe }: WayBack, undo: boolean): boolean {
  return undo && migrations.length > 0 && unsafe.length === 0;
}

/** What people decide on: what will happen to the code and to the data. Markdown. */
export function renderWayBack(way: WayBack, undo: boolean): string {
  const { current, to, migrations, unsafe } = way;
  const data =
    migrations.length === 0
      ? 'No migrations lie between them: the database is left as it is.'
      : undoesMigrations(way, undo)
        ? `Every migration between them is declared safe to undo, and is undone:\n\n${bullets(migrations)}`
        : [
            `**The database is left as it is.** v${to.version} will run with migrations that it does not know:`,
            bullets(migrations),
            undo
              ? `Not declared safe to undo: ${unsafe.join(', ')}.`
              : 'No command to undo migrations is configured (database.undo).',
          ].join('\n\n');
  return [
    `Traffic goes from v${current.version} (\`${current.commit.slice(0, 10)}\`) back to **v${to.version}** (\`${to.commit.slice(0, 10)}\`), and that is verified.`,
    data,
    'The other way is a hotfix: diagnose, fix, and bring the fix to production.',
  ].join('\n\n');
}
