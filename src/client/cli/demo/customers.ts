import { sendTraffic } from './example.ts';
import type { Stage } from './stage.ts';

export interface Traffic {
  readonly ok: number;
  readonly failed: number;
}

/** The shop's customers: they come once it serves, and leave with the demo at the latest. @param rate requests a second */
export function customersOf(
  stage: Stage,
  rate?: number,
): { readonly come: () => void; readonly leave: () => Promise<Traffic> } {
  let load: ReturnType<typeof sendTraffic> | undefined;
  stage.onEnd(async () => load?.stop().catch(() => undefined));
  return {
    come: () => void (load ??= sendTraffic(stage.production, rate)),
    leave: async () => (await load?.stop()) ?? { ok: 0, failed: 0 },
  };
}
