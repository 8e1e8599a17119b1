/**
 * Replaces each `[from, to]` in a text. What has to be replaced must be there exactly once:
 * a history that no longer fits the shop's files fails here and not in a strange commit.
 */
export function edit(path, text, pairs) {
  return pairs.reduce((result, [from, to]) => {
    if (result.split(from).length !== 2) {
      throw new Error(
        `The example's history does not fit ${path}: it looks for this text exactly once:\n${from}`,
      );
    }
    return result.replace(from, () => to);
  }, text);
}
