import { createStateFile } from '../../../src/adapters/state-file/state-file.ts';

// A process of its own that writes one product's entry again and again.
const [path = '', product = '', times = '1'] = process.argv.slice(2);
const file = createStateFile(path);
for (let i = 1; i <= Number(times); i += 1) {
  await file.update(product, {
    phase: 'production',
    version: `0.0.${i}`,
    last_release: 'r',
    last_activity: 'a',
  });
  process.stdout.write(`${i}\n`);
}
