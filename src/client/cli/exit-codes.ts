/** What they mean: docs/cli.md. */
export const exitCodes = {
  done: 0,
  notSucceeded: 1,
  invalid: 2,
  noConnection: 3,
  refused: 4,
  interrupted: 130,
} as const;
