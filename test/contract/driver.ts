import { beforeEach, describe, expect, it } from 'vitest';
import type { DriverRequest, Driver } from '../../src/activities/ports/index.ts';
import { contextOf } from '../adapters/drivers/support.ts';
import type { Version } from '../adapters/drivers/support.ts';

export interface DriverUnderTest {
  readonly driver: Driver;
  readonly one: Version;
  readonly two: Version;
  /** A version that can't be deployed; it prints `out of order` before it fails. */
  readonly broken: Version;
  request(version: Version): DriverRequest;
  /** What users get; undefined where nothing serves. */
  served(): Promise<string | undefined>;
}

/** What every driver does, whatever is behind it. `create` gives a fresh environment and cleans up after itself. */
export function driverContract(name: string, create: () => Promise<DriverUnderTest>): void {
  describe(`${name}: what every driver does`, () => {
    let subject: DriverUnderTest;
    beforeEach(async () => {
      subject = await create();
    });
    const current = async (version: Version) =>
      subject.driver.current(subject.request(version), contextOf('current'));
    const release = async (version: Version, key: string) => {
      const request = subject.request(version);
      expect(await subject.driver.deploy(request, contextOf(`${key}/deploy`))).toMatchObject({ ok: true });
      expect(await subject.driver.activate(request, contextOf(`${key}/activate`))).toMatchObject({
        ok: true,
      });
    };

    it('knows of nothing before the first deployment', async () => {
      expect(await current(subject.one)).toBeUndefined();
      expect(await subject.served()).toBeUndefined();
    });

    it('[RW-6] deploys a version and lets users reach it', async () => {
      await release(subject.one, 'a');
      expect(await subject.served()).toBe('1.0.0');
      expect(await current(subject.one)).toMatchObject(subject.one);
      const addresses = await subject.driver.addresses(subject.request(subject.one));
      expect((await fetch(addresses.public)).status).toBe(200);
      expect((await fetch(addresses.candidate)).status).toBe(200);
    });

    it('[PL-1] does nothing twice where an effect is repeated', async () => {
      await release(subject.one, 'a');
      await release(subject.one, 'a');
      expect(await subject.served()).toBe('1.0.0');
      await release(subject.two, 'b');
      await release(subject.two, 'b');
      expect(await subject.served()).toBe('2.0.0');
      expect(await current(subject.two)).toMatchObject(subject.two);
      for (const key of ['c', 'd'])
        expect(await subject.driver.retire(subject.request(subject.two), contextOf(key))).toMatchObject({
          ok: true,
        });
      expect(await subject.served()).toBe('2.0.0');
    });

    it('[RW-15] rolls back to the version before, again and again', async () => {
      await release(subject.one, 'a');
      await release(subject.two, 'b');
      for (const key of ['c', 'c', 'd']) {
        expect(
          await subject.driver.rollback({ ...subject.request(subject.two), to: subject.one }, contextOf(key)),
        ).toMatchObject({ ok: true });
        expect(await subject.served()).toBe('1.0.0');
      }
      expect(await current(subject.two)).toMatchObject(subject.one);
      await release(subject.two, 'e');
      expect(await subject.served()).toBe('2.0.0');
    });

    it('rolls back to nothing where there was nothing before', async () => {
      await release(subject.one, 'a');
      for (const key of ['b', 'c']) {
        expect(
          await subject.driver.rollback({ ...subject.request(subject.one), to: undefined }, contextOf(key)),
        ).toMatchObject({ ok: true });
      }
      expect(await subject.served()).toBeUndefined();
      expect(await current(subject.one)).toBeUndefined();
    });

    it('says what went wrong in a failed deployment, and leaves what serves alone', async () => {
      await release(subject.one, 'a');
      const result = await subject.driver.deploy(subject.request(subject.broken), contextOf('b'));
      expect(result).toMatchObject({ ok: false, tail: expect.stringContaining('out of order') as string });
      expect(await subject.served()).toBe('1.0.0');
      expect(await current(subject.broken)).toMatchObject(subject.one);
      expect(
        await subject.driver.rollback(
          { ...subject.request(subject.broken), to: subject.one },
          contextOf('c'),
        ),
      ).toMatchObject({ ok: true });
      expect(await subject.served()).toBe('1.0.0');
    });
  });
}
