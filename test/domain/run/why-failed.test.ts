import { describe, expect, it } from 'vitest';
import { whyFailed } from '../../../src/domain/run/why-failed.ts';

describe('why a program failed, by what it printed last', () => {
  it.each<[string, string | undefined, string | undefined]>([
    ['nothing', undefined, undefined],
    ['only empty lines', '\n  \n', undefined],
    ['one line', 'port 8080 is in use\n', 'port 8080 is in use'],
    ['several: the last', 'connecting\ncould not connect', 'could not connect'],
    [
      'a panic of Go',
      'listening\npanic: no price for "shirt"\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:12 +0x1d\nexit status 2\n',
      'panic: no price for "shirt"',
    ],
    [
      'a traceback of Python, whose last line it is',
      'Traceback (most recent call last):\n  File "app.py", line 3, in <module>\nValueError: no price',
      'ValueError: no price',
    ],
    [
      'an exception of Java',
      'Exception in thread "main" java.lang.IllegalStateException: no price\n\tat Shop.main(Shop.java:5)\n',
      'Exception in thread "main" java.lang.IllegalStateException: no price',
    ],
    [
      'a cause of an exception of Java',
      'java.lang.RuntimeException: start\n\tat A.b(A.java:1)\nCaused by: java.io.IOException: disk full\n\tat C.d(C.java:2)\n\t... 3 more',
      'Caused by: java.io.IOException: disk full',
    ],
    [
      'a panic of Rust',
      "thread 'main' panicked at src/main.rs:2:5: no price\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n",
      "thread 'main' panicked at src/main.rs:2:5: no price",
    ],
    [
      'an error of Node',
      "/app/server.js:3\n  throw new Error('no price');\n  ^\n\nError: no price\n    at Object.<anonymous> (/app/server.js:3:9)\n\nNode.js v24.0.0\n",
      'Error: no price',
    ],
    ['a stack without a cause', 'it broke\n    at somewhere (x.js:1:1)', 'at somewhere (x.js:1:1)'],
    ['a make that failed', 'error: no rule\nmake: *** [all] Error 2', 'error: no rule'],
    ['a last line that only mentions an error', 'panic: before\n3 errors were found', '3 errors were found'],
  ])('%s', (_, tail, why) => {
    expect(whyFailed(tail)).toBe(why);
  });

  it('is one line of at most 300 characters', () => {
    expect(whyFailed('x'.repeat(1_000))).toHaveLength(300);
  });
});
