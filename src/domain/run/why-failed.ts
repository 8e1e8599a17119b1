/** What begins a sentence that says why a program failed, in the languages that print more after it: Go, Python, Java, Rust, Node. */
const cause =
  /^(?:panic: |fatal(?: error)?: |error(?:\[\w+\])?: |thread '[^']*' panicked at |Exception in thread |Caused by: |(?:[\w$.]+\.)?[A-Z]\w*(?:Error|Exception)\b)/i;
/** What programs print after the cause: where it happened, and how they ended. */
const after =
  /^(?:\s|goroutine \d+ |exit status \d+$|at |note: run with |make(?:\[\d+\])?: \*\*\* |npm (?:ERR!|error)|Node\.js v)/;
const longest = 300;

/**
 * The line of a program's last output that says why it failed, for one line of a status; undefined where it printed nothing. It is its last line, unless that is
 * only what languages print below the cause.
 */
export function whyFailed(tail: string | undefined): string | undefined {
  const lines = (tail ?? '').split('\n').filter((line) => line.trim() !== '');
  const last = lines.at(-1);
  if (last === undefined) return undefined;
  const found = after.test(last) ? lines.findLast((line) => cause.test(line)) : undefined;
  return (found ?? last).trim().slice(0, longest);
}
