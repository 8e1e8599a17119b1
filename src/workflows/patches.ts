/** What new runs do differently from those that were on their way: ids for `patched()`, each since when. One is never used for two changes. */
export const patches = {
  /** 2026-11-21: a run whose approval became void gives production back at once. */
  voidGivesBack: 'void-gives-back',
} as const;
