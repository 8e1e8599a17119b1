import { setTimeout as pause } from 'node:timers/promises';
import { Agent, request } from 'undici';

export interface Orders {
  /** Answers so far. */
  answered(): number;
  failures(): readonly string[];
  stop(): Promise<void>;
}

/** A user who orders: requests with a body, which nobody may send twice. */
export function startOrders(url: string): Orders {
  const agent = new Agent({ connections: 1 });
  const failures: string[] = [];
  let answered = 0;
  let on = true;
  const ordering = (async () => {
    while (on) {
      try {
        const { statusCode, body } = await request(url, {
          method: 'POST',
          body: 'one of each',
          dispatcher: agent,
          headersTimeout: 20_000,
        });
        const text = await body.text();
        if (statusCode !== 200) failures.push(`HTTP ${statusCode} ${text.trim()}`);
      } catch (error) {
        failures.push(String(error));
      }
      answered += 1;
      await pause(200);
    }
  })();
  return {
    answered: () => answered,
    failures: () => failures,
    stop: async () => {
      on = false;
      await ordering;
      if (!agent.closed) await agent.close();
    },
  };
}
