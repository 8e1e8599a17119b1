import { Agent, request } from 'undici';

/** Answers of requests on fresh connections, by the version that gave them. */
export interface Measured {
  readonly total: number;
  readonly of: Readonly<Record<string, number>>;
}

export interface VersionLoad {
  /** Requests that failed or were not answered with 200, in words. Everything counts from the first request on. */
  readonly failures: readonly string[];
  /** All answers. */
  answers(): number;
  /** Counts so many answers on fresh connections, of requests that begin from now on. */
  measure(samples: number): Promise<Measured>;
  stop(): Promise<void>;
}

interface Counting {
  readonly samples: number;
  readonly of: Record<string, number>;
  total: number;
  done(): void;
}

/**
 * Clients that ask without a pause until they are stopped: half of them with connections that are kept, half of them with a fresh one
 * for every request, some of them uploading. Every version says its name in the header `x-version`.
 */
export function startVersionLoad(url: string, clients = 8): VersionLoad {
  const kept = new Agent({ connections: clients });
  const failures: string[] = [];
  let answers = 0;
  let counting: Counting | undefined;
  let on = true;

  const ask = async (index: number) => {
    const fresh = index % 2 === 0;
    for (let n = 0; on; n += 1) {
      const counts = counting;
      const dispatcher = fresh ? new Agent({ pipelining: 0 }) : kept;
      try {
        const upload = (index + n) % 5 === 0;
        const { statusCode, headers, body } = await request(url, {
          dispatcher,
          ...(upload ? { method: 'POST', body: `body ${n}` } : {}),
          // Fails a test in the end instead of letting it hang.
          headersTimeout: 20_000,
        });
        const text = await body.text();
        answers += 1;
        if (statusCode !== 200) failures.push(`${statusCode} ${text.slice(0, 100)}`);
        if (fresh && counts) count(counts, String(headers['x-version']));
      } catch (error) {
        failures.push(String(error));
      } finally {
        if (fresh) await dispatcher.close();
      }
    }
  };

  const count = (counts: Counting, version: string) => {
    if (counts.total === counts.samples) return;
    counts.total += 1;
    counts.of[version] = (counts.of[version] ?? 0) + 1;
    if (counts.total === counts.samples) counts.done();
  };

  const running = Array.from({ length: clients }, (_, index) => ask(index));
  return {
    failures,
    answers: () => answers,
    measure: (samples) =>
      new Promise((resolve) => {
        const mine: Counting = {
          samples,
          of: {},
          total: 0,
          done: () => resolve({ total: mine.total, of: mine.of }),
        };
        counting = mine;
      }),
    async stop() {
      on = false;
      await Promise.all(running);
      await kept.close();
    },
  };
}

/** How many of so many requests may differ from a share (percent): four standard deviations of a binomial. */
export function statisticalError(samples: number, share: number): number {
  return 4 * Math.sqrt(samples * (share / 100) * (1 - share / 100));
}
