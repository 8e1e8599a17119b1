import { startShop } from './src/service.js';
import { readSettings } from './src/settings.js';

try {
  const settings = readSettings();
  const { url, stop } = await startShop(settings);
  console.log(`Corner Shop ${settings.version} listens on ${url} (payments: ${settings.payments})`);
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.on(signal, async () => {
      console.log(`${signal}: finishing open requests`);
      await stop();
      console.log('stopped');
    });
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
