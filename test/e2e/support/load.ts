import { setTimeout as pause } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { expect, vi } from 'vitest';

export interface Load {
  /** Answers so far. */
  served(): number;
  /** What went wrong, with the time; empty is what a release should leave it. */
  failures(): readonly string[];
  /** The versions that answered, each once, in the order of their first answer. */
  versions(): readonly string[];
  stop(): Promise<void>;
}

/** Users of a service: one request after the other, each `rest` ms after the last, over connections that stay open. The service answers with its version. */
export function startLoad(url: string, users = 2, rest = 25): Load {
  const agent = new Agent({ connections: users, keepAliveTimeout: 5_000 });
  const failures: string[] = [];
  const versions = new Set<string>();
  let served = 0;
  let stopped = false;
  const user = async (): Promise<void> => {
    while (!stopped) {
      try {
        const { statusCode, body } = await request(url, {
          dispatcher: agent,
          headersTimeout: 20_000,
          bodyTimeout: 20_000,
        });
        const text = await body.text();
        if (statusCode === 200) versions.add(text.trim());
        else failures.push(`${new Date().toISOString()} HTTP ${statusCode} ${text.slice(0, 80)}`);
      } catch (error) {
        failures.push(`${new Date().toISOString()} ${String(error)}`);
      }
      served += 1;
      await pause(rest);
    }
  };
  const loops = Array.from({ length: users }, user);
  return {
    served: () => served,
    failures: () => failures,
    versions: () => [...versions],
    stop: async () => {
      stopped = true;
      await Promise.all(loops);
      if (!agent.closed) await agent.close();
    },
  };
}

/** Waits until users were served by the new version, and not only by the one before: of few requests, it may get none for a while. */
export async function bothServed(load: Load, timeout = 30_000): Promise<void> {
  await vi.waitFor(() => expect(load.versions().length).toBeGreaterThan(1), { timeout, interval: 50 });
}
