import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  namedRequest,
  saidInWords,
  type StartOptions,
} from '../../../src/client/cli/commands/start-request.ts';
import { InvalidInput } from '../../../src/client/errors.ts';
import { exampleOf } from '../../../src/domain/flows/fields.ts';
import { flagsOf } from '../../../src/domain/flows/flags.ts';
import { flowNames, flowOf } from '../../../src/domain/flows/registry.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-start-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const camel = (name: string) => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
const refusalOf = (request: Promise<unknown>): Promise<readonly string[]> =>
  request.then(
    () => [],
    (error: unknown) => (error instanceof InvalidInput ? error.problems : Promise.reject(error as Error)),
  );

describe.each(flowNames.map(flowOf))('sluice start $word', ({ type, word, fields }) => {
  const example = { ...exampleOf(fields), product: 'shop', by: 'carol' };

  it('takes its input by options', async () => {
    const options = Object.fromEntries(
      flagsOf(fields).flatMap(({ field, name }) =>
        field in example ? [[camel(name), example[field as keyof typeof example]]] : [],
      ),
    );
    expect(await namedRequest(word, options)).toEqual({ flow: type, input: example });
    expect(await namedRequest(type, options)).toEqual({ flow: type, input: example });
  });

  it('takes it whole, as JSON and from a file', async () => {
    const json = JSON.stringify(example);
    const file = join(directory, `${word}.json`);
    await writeFile(file, json);
    expect(await namedRequest(word, { input: json })).toEqual({ flow: type, input: example });
    expect(await namedRequest(word, { input: file })).toEqual({ flow: type, input: example });
  });

  it('lets options go before what the input has, and who says nothing is who sits there', async () => {
    const input = JSON.stringify({ ...example, by: undefined });
    const named = await namedRequest(word, { input, product: 'cart' });
    expect(named.input).toMatchObject({ product: 'cart', by: expect.stringMatching(/./) as string });
    expect(await namedRequest(word, { input, by: 'bob' })).toMatchObject({ input: { by: 'bob' } });
  });

  it('refuses each option that only other flows have, with the name of one that has it', async () => {
    const own = flagsOf(fields).map(({ name }) => name);
    for (const other of flowNames.map(flowOf)) {
      for (const { name } of flagsOf(other.fields)) {
        if (own.includes(name)) continue;
        const [problem = '', ...more] = await refusalOf(
          namedRequest(word, { product: 'shop', [camel(name)]: 'x' }),
        );
        expect(more).toEqual([]);
        expect(problem).toMatch(new RegExp(`^--${name} is of .*\\b${other.word}\\b.*; ${word} takes --`));
      }
    }
  });

  it('refuses what does not fit, all at once', async () => {
    const input = '{"product":7,"by":[],"__proto__":{"x":1},"force":true}';
    const problems = await refusalOf(namedRequest(word, { input }));
    expect(problems).toEqual(
      expect.arrayContaining([
        expect.stringContaining('"__proto__" is not a field') as string,
        expect.stringContaining('"force" is not a field') as string,
        expect.stringContaining('"product"') as string,
        expect.stringContaining('"by"') as string,
      ]),
    );
  });

  it('says that the product is missing', async () => {
    const missing = ['say which product: --product NAME'];
    expect(await refusalOf(namedRequest(word, {}))).toEqual(missing);
    expect(await refusalOf(namedRequest(word, { input: '{"by":"carol"}' }))).toEqual(missing);
  });
});

describe('sluice start in words', () => {
  it.each<[string[], StartOptions, boolean]>([
    [['Ship shop to production'], {}, true],
    [['Ship', 'shop'], { by: 'carol', yes: true }, true],
    [['release'], { product: 'shop' }, false],
    [[' release '], {}, false],
    [[], {}, false],
  ])('%j', (what, options, words) => {
    expect(saidInWords(what, options)).toBe(words);
  });

  it.each<StartOptions>([{ product: 'shop' }, { ref: 'main' }, { input: '{}' }])(
    'does not go with %j',
    (options) => {
      expect(() => saidInWords(['Ship shop'], options)).toThrow('in words or by flags, not both');
    },
  );
});
