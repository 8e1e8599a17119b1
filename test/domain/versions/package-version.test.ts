import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  readPackageVersion,
  setPackageLockVersion,
  setPackageVersion,
} from '../../../src/domain/versions/package-version.ts';

const changed = (text: string) => {
  const edit = setPackageVersion(text, '2.0.0');
  return edit.kind === 'changed' ? edit.text : edit.kind;
};

describe('[RW-4] the version in package.json', () => {
  it.each([
    [
      '{\n\t"name": "x",\n\t"version" : "1.0.0",\n\t"scripts": {"version": "1.0.0"}\n}\n',
      '{\n\t"name": "x",\n\t"version" : "2.0.0",\n\t"scripts": {"version": "1.0.0"}\n}\n',
    ],
    [
      '\uFEFF{"a":[{"version":"1"},"version"],"version":"1"}\r\n',
      '\uFEFF{"a":[{"version":"1"},"version"],"version":"2.0.0"}\r\n',
    ],
    ['{"x":"\\"version\\":\\"9\\"","version":"1"}', '{"x":"\\"version\\":\\"9\\"","version":"2.0.0"}'],
    ['{"vers\\u0069on":"1"}', '{"vers\\u0069on":"2.0.0"}'],
    ['{"version":"2.0.0"}', 'unchanged'],
    ['{"name":"x"}', 'absent'],
    ['{}', 'absent'],
    ['{"version":3}', 'broken'],
    ['{"version":', 'broken'],
    ['[]', 'broken'],
    ['', 'broken'],
    ['"version"', 'broken'],
  ])('%j', (text, expected) => {
    expect(changed(text)).toBe(expected);
  });

  it('does without the file', () => {
    expect(setPackageVersion(undefined, '1.0.0')).toMatchObject({ kind: 'absent' });
    expect(readPackageVersion(undefined)).toBeUndefined();
    expect(readPackageVersion('{"version":"1.2.3"}')).toBe('1.2.3');
    expect(readPackageVersion('{"version":1}')).toBeUndefined();
  });

  it('writes both places of the lock file', () => {
    const lock = {
      name: 'x',
      version: '1.0.0',
      lockfileVersion: 3,
      packages: { '': { name: 'x', version: '1.0.0' }, 'node_modules/y': { version: '1.0.0' } },
    };
    const edit = setPackageLockVersion(JSON.stringify(lock, null, 2), '2.0.0');
    expect(edit.kind === 'changed' && (JSON.parse(edit.text) as typeof lock)).toEqual({
      ...lock,
      version: '2.0.0',
      packages: { ...lock.packages, '': { name: 'x', version: '2.0.0' } },
    });
  });

  it('changes the version and not one other byte, whatever the file holds', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.constantFrom(undefined, 1, 2, '\t'),
        (before, after, indent) => {
          delete before['version'];
          delete after['version'];
          delete before['__proto__'];
          const write = (version: string) => JSON.stringify({ ...before, version, ...after }, null, indent);
          expect(changed(write('1.0.0-old'))).toBe(write('2.0.0'));
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('[RW-4] what is wrong with a file of a version is said with what to do', () => {
  it.each<[string | undefined, ReturnType<typeof setPackageVersion>]>([
    [undefined, { kind: 'absent', reason: 'There is no package.json.' }],
    ['{}', { kind: 'absent', reason: 'package.json declares no version.' }],
    ['{"version":"2.0.0"}', { kind: 'unchanged' }],
    ['{', { kind: 'broken', problem: 'package.json is not valid JSON: mend it on the main branch.' }],
    ['[]', { kind: 'broken', problem: 'package.json is not a JSON object: mend it on the main branch.' }],
    ['null', { kind: 'broken', problem: 'package.json is not a JSON object: mend it on the main branch.' }],
    ['7', { kind: 'broken', problem: 'package.json is not a JSON object: mend it on the main branch.' }],
    [
      '{"version":7}',
      {
        kind: 'broken',
        problem: 'The version in package.json is not a string: mend it on the main branch.',
      },
    ],
  ])('%j', (text, edit) => {
    expect(setPackageVersion(text, '2.0.0')).toEqual(edit);
  });

  it('of a lock file', () => {
    expect(setPackageLockVersion(undefined, '2.0.0')).toEqual({
      kind: 'absent',
      reason: 'There is no package-lock.json.',
    });
    const half = '{"version":"1.0.0","packages":{"":{"version":7}}}';
    expect(setPackageLockVersion(half, '2.0.0')).toMatchObject({ kind: 'broken' });
    const old = '{"version":"1.0.0"}';
    expect(setPackageLockVersion(old, '2.0.0')).toEqual({ kind: 'changed', text: '{"version":"2.0.0"}' });
    const grows = '{"version":"1","packages":{"":{"version":"1"}}}';
    expect(setPackageLockVersion(grows, '2.0.0')).toEqual({
      kind: 'changed',
      text: '{"version":"2.0.0","packages":{"":{"version":"2.0.0"}}}',
    });
    const turned = '{"packages":{"":{"version":"1"}},"version":"1"}';
    expect(setPackageLockVersion(turned, '2.0.0')).toEqual({
      kind: 'changed',
      text: '{"packages":{"":{"version":"2.0.0"}},"version":"2.0.0"}',
    });
  });

  it.each([
    ['\uFEFF{"version":"1.2.3"}', '1.2.3'],
    ['{"version":1}', undefined],
    ['[]', undefined],
    ['null', undefined],
    ['"version"', undefined],
    ['{', undefined],
    ['{"version":"1.2.3"}\uFEFF', undefined],
  ])('%j declares %s', (text, version) => {
    expect(readPackageVersion(text)).toBe(version);
  });
});
