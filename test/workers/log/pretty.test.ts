import { expect, it } from 'vitest';
import { createLog } from '../../../src/adapters/log/index.ts';
import { prettyLines } from '../../../src/workers/log/pretty.ts';

async function shown(env: NodeJS.ProcessEnv): Promise<string> {
  const shape = await prettyLines(env);
  let text = '';
  const log = createLog({
    level: 'info',
    sink: { write: (line) => void (text += shape(line)), lost: () => 0 },
  });
  log.warn('deploy failed: no route', { step: 'staging.deploy', attempt: 2 });
  return text;
}

it('is one line for people: time, level, message, fields', async () => {
  const text = await shown({ NO_COLOR: '1' });
  expect(text).toMatch(
    /^\[\d\d:\d\d:\d\d\.\d{3}\] WARN: deploy failed: no route \{.*"step":"staging.deploy".*\}\n$/,
  );
  expect(text).not.toContain('pid');
});

it('has colours unless nobody wants any', async () => {
  expect(await shown({ TERM: 'xterm' })).toContain('\u001b[');
  expect(await shown({ TERM: 'xterm', NO_COLOR: '1' })).not.toContain('\u001b');
  expect(await shown({ TERM: 'dumb' })).not.toContain('\u001b');
});
