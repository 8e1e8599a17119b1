import { describe, expect, test } from 'vitest';
import {
  environmentFor,
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
