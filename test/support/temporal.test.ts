import { describe, expect, it } from 'vitest';
import { searchAttributes } from '../../src/domain/run/search-attributes.ts';
import { testServer, leapingServer } from './temporal.ts';

describe("the tests' own servers", () => {
  it('is one for all test files, with the search attributes', async () => {
    const server = await testServer();
    const { customAttributes } = await server.connection.operatorService.listSearchAttributes({
      namespace: 'default',
    });
    expect(Object.keys(customAttributes)).toEqual(expect.arrayContaining([...searchAttributes]));
    await server.close();
  });

  it('skips three days in a moment', async () => {
    const leaping = await leapingServer();
    const before = await leaping.now();
    await leaping.sleep(3 * 86_400_000);
    expect((await leaping.now()) - before).toBeGreaterThanOrEqual(3 * 86_400_000);
    await leaping.stop();
  });
});
