export { startDevServer, type DevServer, type DevServerOptions } from './dev-server.ts';
export * from './errors.ts';
export { findTemporal } from './find-temporal.ts';
export { findTestServer, type TestServerSource } from './find-test-server.ts';
export { launchTestServer } from './launch-test-server.ts';
export { runningUp } from './server-record.ts';
export { probeTemporal } from './probe.ts';
export { ensureSearchAttributes } from './search-attributes.ts';
