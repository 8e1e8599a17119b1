import { createProcessDriver } from '../../../src/adapters/drivers/index.ts';
import type { DriverRequest } from '../../../src/activities/ports/index.ts';
import { contextOf, driverOptions } from './support.ts';

/** A worker in the middle of an effect: calls one method of the driver, and is killed by its test. */
const { directory, method, request, key } = JSON.parse(process.argv[2]!) as {
  directory: string;
  method: 'deploy' | 'activate' | 'rollback' | 'retire';
  request: DriverRequest & { to: { version: string; commit: string } };
  key: string;
};
const driver = createProcessDriver(driverOptions(directory));
process.send?.('begins');
const result = await driver[method](request, contextOf(key));
process.send?.(result);
process.disconnect();
