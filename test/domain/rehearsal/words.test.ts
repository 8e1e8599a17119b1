import { describe, expect, it } from 'vitest';
import { describeFault } from '../../../src/domain/rehearsal/describe-fault.ts';
import { parseFault } from '../../../src/domain/rehearsal/parse-scenario.ts';
import { safeChoice } from '../../../src/domain/rehearsal/people.ts';

describe('[BY-5] a fault in words', () => {
  it.each([
    ['green=crashes', 'the first version in green crashes'],
    ['green=crashes,times=2', 'the first 2 versions in green crash'],
    ['green=crashes,times=always', 'every version in green crashes'],
    ['green=unhealthy', 'the first version in green is not healthy'],
    ['green=unhealthy,times=3', 'the first 3 versions in green are not healthy'],
    ['review=fixes', 'the first review asks for fixes'],
    ['review=fixes,times=3', 'the first 3 reviews ask for fixes'],
    ['review=fixes,times=always', 'every review asks for fixes'],
    ['review=major-flaws', 'the review finds major flaws'],
    ['at=tests.unit,fails=2', 'it fails 2 times at tests.unit'],
  ])('%s', (written, words) => {
    const parsed = parseFault(written);
    expect(parsed.ok && describeFault(parsed.fault)).toBe(words);
  });
});

describe('[BY-5] the safe answer', () => {
  it.each<readonly [choices: readonly string[], before: number, safe: string]>([
    [['retry', 'return-to-development', 'abort'], 0, 'return-to-development'],
    [['pass', 'fail'], 0, 'pass'],
    [['advice', 'stuck'], 0, 'advice'],
    [['retry', 'done'], 1, 'retry'],
    [['retry', 'done'], 2, 'done'],
    [['retry', 'accept', 'rollback'], 0, 'rollback'],
  ])('of %s, answered %i times before: %s', (choices, before, safe) => {
    expect(safeChoice({ choices: choices.map((id) => ({ id, title: id })) }, before)).toBe(safe);
  });
});
