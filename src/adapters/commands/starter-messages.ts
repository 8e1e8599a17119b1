import type { SupervisedCommand } from './supervisor.ts';

/** To the starter. */
export interface StarterRequest {
  readonly id: number;
  readonly command: SupervisedCommand;
}

export type StarterAnswer =
  | { readonly says: 'started'; readonly pid: number }
  | { readonly says: 'refused'; readonly code: string | undefined; readonly message: string }
  | { readonly says: 'ended' };

/** From the starter. */
export type StarterSays = StarterAnswer & { readonly id: number };
