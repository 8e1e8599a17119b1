/** A version for every commit that is put into green: it tells them apart wherever versions are told apart. */
export function greenVersion(baseVersion: string, commit: string): string {
  return `${baseVersion}-g${commit.slice(0, 8)}`;
}

/** The beginning of the commit that such a version names; undefined for any other version. */
export function commitInVersion(version: string): string | undefined {
  return /-g([0-9a-f]{8})$/.exec(version)?.[1];
}
