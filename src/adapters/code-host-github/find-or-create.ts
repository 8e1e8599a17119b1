export interface FindOrCreate<T> {
  find(): Promise<T | undefined>;
  create(): Promise<T>;
  /** After this failure the effect may have happened, or somebody else was faster: look again. */
  lookAgain(error: unknown): boolean;
  /** Before looking again. */
  pause(error: unknown, attempt: number): Promise<void>;
}

const attempts = 3;

/**
 * Creates a thing at most once. A creation whose answer was lost is never repeated blindly: it is looked for first.
 * `created` is true also where this call's own creation turned up only on looking again.
 */
export async function findOrCreate<T>(
  steps: FindOrCreate<T>,
): Promise<{ readonly value: T; readonly created: boolean }> {
  let lost: unknown;
  for (let attempt = 1; ; attempt += 1) {
    const found = await steps.find();
    if (found !== undefined) return { value: found, created: lost !== undefined };
    if (attempt > attempts) throw lost;
    try {
      return { value: await steps.create(), created: true };
    } catch (error) {
      if (!steps.lookAgain(error)) throw error;
      lost = error;
      await steps.pause(error, attempt);
    }
  }
}
