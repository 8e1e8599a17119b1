/** Work that is not on the remote's main branch is not part of a release; people forget that. */
export function unreleasedWarnings(work: {
  readonly dirtyFiles: readonly string[];
  readonly unpushedCommits: number;
}): string[] {
  const warnings: string[] = [];
  // The configuration is read from where it is, committed or not.
  const dirty = work.dirtyFiles.filter((file) => !/(^|\/)sluice\.ya?ml$/.test(file));
  if (dirty.length > 0) {
    const subject =
      dirty.length === 1 ? '1 file in your checkout is' : `${dirty.length} files in your checkout are`;
    const more = dirty.length > 5 ? ', …' : '';
    warnings.push(
      `${subject} not committed and will not be in the release: ${dirty.slice(0, 5).join(', ')}${more}`,
    );
  }
  if (work.unpushedCommits > 0)
    warnings.push(
      `${work.unpushedCommits === 1 ? '1 commit in your checkout is' : `${work.unpushedCommits} commits in your checkout are`} not pushed and will not be in the release`,
    );
  return warnings;
}
