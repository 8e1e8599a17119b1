/** What every command takes, besides its own options. */
export interface SharedOptions {
  readonly json?: true;
  readonly address?: string;
  readonly namespace?: string;
  readonly profile?: string;
}
