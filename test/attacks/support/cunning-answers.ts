import fc from 'fast-check';
import type { Canaries } from './canaries.ts';
import { changed, placesIn, withMember } from './places.ts';

/** An answer in the place of a good one. */
export type Forgery = (good: unknown) => unknown;

/** Words that say what an answer is about: with another one it would be none, and not go any further. */
const kept = ['line', 'action', 'status', 'severity', 'level', 'verdict', 'kind'];

/** What is no answer at all, of whatever activity; of the others some runs make something. */
export const noAnswers = [
  'null',
  'a huge number',
  'a text of a hundred thousand characters',
  'a list',
  'an empty object',
  'what every object inherits',
];

/** What an attacker would answer, by what is cunning about it. */
export function cunningAnswers(canaries: Canaries): Readonly<Record<string, Forgery>> {
  const path = '../../../../etc/passwd';
  const address = `${canaries.url}/asked`;
  const secret = canaries.file;
  const command = `$(${canaries.command})`;
  const says = (texts: readonly string[]): Forgery => {
    let count = 0;
    return everywhere((value) => (typeof value === 'string' ? texts[count++ % texts.length] : value));
  };
  return {
    null: () => null,
    'a huge number': () => 1e99,
    'a text of a hundred thousand characters': () => 'x'.repeat(100_000),
    'a list': (good) => [good],
    'an empty object': () => ({}),
    'what every object inherits': () =>
      JSON.parse('{"__proto__":{"ok":true,"summary":"s","value":{}}}') as unknown,
    'foreign members everywhere': everywhere((value) =>
      isObject(value)
        ? ['__proto__', 'constructor', 'run', 'url', 'config'].reduce<unknown>(
            (copy, name) => withMember(copy, name, { run: canaries.command, url: canaries.url }),
            value,
          )
        : value,
    ),
    'lists in place of objects': everywhere((value, depth) =>
      depth > 0 && isObject(value) ? Object.values(value) : value,
    ),
    'objects in place of texts': everywhere((value) =>
      typeof value === 'string' ? { run: canaries.command } : value,
    ),
    'numbers that are out of bounds': everywhere((value) => (typeof value === 'number' ? -1e308 : value)),
    'long texts': everywhere((value, depth) =>
      typeof value === 'string' && depth <= 2 ? '危'.repeat(1_500) : value,
    ),
    'paths, addresses, secrets and commands': says([path, address, secret, command]),
    'commands, paths, addresses and secrets': says([command, path, address, secret]),
    'commands, and nothing else': says([command]),
  };
}

/** A good answer with something hostile in one place of it, or nothing like an answer at all. */
export function generatedAnswers(canaries: Canaries, seed: number): Forgery {
  const hostile: readonly unknown[] = [
    null,
    '',
    -1,
    1e99,
    [],
    {},
    true,
    '__proto__',
    'constructor',
    canaries.file,
    canaries.reference,
    canaries.url,
    canaries.command,
    { run: canaries.command },
    'x'.repeat(5_000),
    '危'.repeat(300),
  ];
  let count = 0;
  return (good) => {
    count += 1;
    const places = placesIn(good);
    const anything = fc.oneof(fc.constantFrom(...hostile), fc.jsonValue({ maxDepth: 2 }));
    const forged =
      places.length === 0
        ? anything
        : fc.oneof(
            { weight: 1, arbitrary: anything },
            {
              weight: 8,
              arbitrary: fc
                .tuple(fc.constantFrom(...places), anything)
                .map(([place, value]) => changed(good, place, () => value)),
            },
          );
    return fc.sample(forged, { numRuns: 1, seed: seed + count })[0];
  };
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Changes whatever stands in it, from the inside out; what says what it is about stays. */
function everywhere(change: (value: unknown, depth: number) => unknown): Forgery {
  const within = (value: unknown, depth: number): unknown => {
    if (Array.isArray(value)) return value.map((each: unknown) => within(each, depth + 1));
    if (!isObject(value)) return change(value, depth);
    const copy = Object.fromEntries(
      Object.entries(value).map(([name, each]) => [
        name,
        kept.includes(name) && typeof each === 'string' ? each : within(each, depth + 1),
      ]),
    );
    return change(copy, depth);
  };
  return (good) => within(good, 0);
}
