import { runAttempt } from './support.ts';
import type { Attempt } from './support.ts';

// One attempt in a process of its own: the one that the tests kill.
await runAttempt(JSON.parse(process.argv[2] ?? '{}') as Attempt);
