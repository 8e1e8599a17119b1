import { describe, expect, test } from 'vitest';
import {
  environmentFor,
  missingEnvironments,
  productionOf,
  purposeOf,
  stagingOf,
} from '../../../src/domain/environments/purpose.ts';
import type { ProductConfig } from '../../../src/domain/config/schema.ts';

const having = (...names: string[]): Pick<ProductConfig, 'environments'> => ({
  environments: Object.fromEntries(
    names.map((name) => [name, {}]),
  ) as unknown as ProductConfig['environments'],
});

describe('what an environment is for', () => {
  test.each([
    ['staging', 'staging'],
    ['production', 'production'],
    ['qa', undefined],
    ['Production', undefined],
    ['__proto__', undefined],
    ['constructor', undefined],
    ['', undefined],
  ])('%j is for %j', (name, purpose) => {
    expect(purposeOf(name)).toBe(purpose);
  });
});

describe('the environment of a product', () => {
  test('for a purpose is found among the others', () => {
    const config = having('qa', 'production', 'staging');
    expect(environmentFor(config, 'staging')).toBe('staging');
    expect(environmentFor(config, 'production')).toBe('production');
  });

  test('that it does not have is none, and has a name all the same, for those who are told so', () => {
    expect(environmentFor(having('qa'), 'production')).toBeUndefined();
    expect(environmentFor(having(), 'staging')).toBeUndefined();
    expect(productionOf(having('qa'))).toBe('production');
    expect(stagingOf(having('qa'))).toBe('staging');
  });
});

describe('a flow that needs both', () => {
  const missing = (...names: string[]) =>
    missingEnvironments(having(...names), ['staging', 'production'], 'it goes through both');

  test.each([
    [['staging', 'production', 'qa'], []],
    [['production'], ['staging is missing: it goes through both']],
    [['staging'], ['production is missing: it goes through both']],
    [['qa'], ['staging is missing: it goes through both', 'production is missing: it goes through both']],
  ])('of %j says %j', (names, says) => {
    expect(missing(...names)).toEqual(says);
  });
});
