/**
 * Those who ask for the same while it is being fetched get the same answer: a page that many rules look at is read once a look.
 * It is fetched with the signal of the first who asked.
 */
export function createCoalescer() {
  const open = new Map<string, Promise<unknown>>();
  return <T>(key: string, fetch: () => Promise<T>): Promise<T> => {
    const running = open.get(key);
    if (running) return running as Promise<T>;
    const begun = fetch().finally(() => open.delete(key));
    open.set(key, begun);
    return begun;
  };
}
