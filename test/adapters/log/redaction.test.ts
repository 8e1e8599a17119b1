import { describe, expect, it } from 'vitest';
import { createLog, hideInLogs } from '../../../src/adapters/log/index.ts';
import { redactLine, redactText } from '../../../src/adapters/log/redaction.ts';
import { createSecretResolver } from '../../../src/adapters/secrets.ts';

const env = {
  CANARY_PLAIN: 'canary-5f2b81',
  CANARY_QUOTED: 'can"ary\\9c7d44',
  CANARY_LINES: '-----BEGIN KEY-----\ncanary-line-71e0aa\n-----END KEY-----',
  CANARY_URL: ['postgres:', '//shop:canary-pass-3d@db.internal/shop'].join(''),
  CANARY_NUMBER: '73910264',
};
const { resolve, redact } = createSecretResolver({ env, baseDirectory: '/' });
hideInLogs(redact);
for (const name of Object.keys(env)) await resolve(`env:${name}`);

const marks = ['canary-5f2b81', 'ary\\9c7d44', '9c7d44', 'canary-line-71e0aa', 'canary-pass-3d', '73910264'];

function logged(
  say: (log: ReturnType<typeof createLog>) => void,
): Record<string, unknown> & { text: string } {
  let text = '';
  const sink = { write: (line: string) => void (text += line), lost: () => 0 };
  say(createLog({ level: 'debug', sink }));
  return { ...(JSON.parse(text) as Record<string, unknown>), text };
}

/** Somebody's error, with what it was about. */
class RequestFailed extends Error {
  readonly request = { headers: { Authorization: `Bearer ${env.CANARY_PLAIN}` }, body: env.CANARY_QUOTED };
}

describe('the value of a secret is in no line', () => {
  const secrets = Object.entries(env);
  it.each(secrets)('as a part of the message: %s', (_name, value) => {
    const { text } = logged((log) => log.info(`could not log in with ${value}!`));
    for (const mark of marks) expect(text).not.toContain(mark);
    expect(text).toContain('[redacted]');
  });
  it.each(secrets)('in a field, nested, in a list, as a key: %s', (_name, value) => {
    const { text } = logged((log) =>
      log.info('tried', { a: value, b: { c: [value, { d: value }] }, [value]: 1 }),
    );
    for (const mark of marks) expect(text).not.toContain(mark);
  });
  it.each(secrets)('in JSON within a string, once and twice: %s', (_name, value) => {
    const once = JSON.stringify({ value });
    const { text } = logged((log) => log.info('tried', { once, twice: JSON.stringify({ once }) }));
    for (const mark of marks) expect(text).not.toContain(mark);
  });
  it.each(secrets)('in an error, its stack, its causes and what its class adds: %s', (_name, value) => {
    const error = new RequestFailed(`refused ${value}`, { cause: new Error(`because of ${value}`) });
    const { text } = logged((log) => log.error('failed', { error }));
    for (const mark of marks) expect(text).not.toContain(mark);
    expect(text).toContain('because of');
  });
  it.each(secrets)('on a child log: %s', (_name, value) => {
    const { text } = logged((log) => log.child({ about: { value } }).warn('failed'));
    for (const mark of marks) expect(text).not.toContain(mark);
  });
  it('half of it at the end of what is cut', () => {
    const { text } = logged((log) => log.info('long', { output: `${'x'.repeat(7_990)}${env.CANARY_PLAIN}` }));
    expect(text).not.toContain('canary');
  });
});

it('a line stays JSON where a secret is a number', () => {
  const { durationMs, text, level } = logged((log) => log.info('done', { durationMs: 73910264 }));
  expect(durationMs).toBe('[redacted]');
  expect(level).toBe('info');
  expect(text.endsWith('}\n')).toBe(true);
});

it.each([
  'authorization',
  'Authorization',
  'set-cookie',
  'password',
  'dbPassword',
  'client_secret',
  'accessToken',
  'apiKey',
  'api-key',
  'routingKey',
  'privateKey',
  'credentials',
  'totp',
])('nothing under the name %s is logged, however deep', (name) => {
  const line = logged((log) =>
    log.info('asked', { request: [{ headers: { [name]: 'abcdefgh' } }], [name]: { a: 'abcdefgh' } }),
  );
  expect(line.text).not.toContain('abcdefgh');
  expect(line[name]).toBe('[redacted]');
  const inText = logged((log) =>
    log.info('asked', { body: `sent ${JSON.stringify({ [name]: 'abcdefgh' })}` }),
  );
  expect(inText.text).not.toContain('abcdefgh');
});

it('counts and absent values are no secrets', () => {
  expect(
    logged((log) => log.info('paid', { tokens: 5300, totalTokens: 7, token: undefined, key: 'deploy/1' })),
  ).toMatchObject({
    tokens: 5300,
    totalTokens: 7,
    key: 'deploy/1',
  });
});

it.each([
  ['Authorization: Basic dXNlcjpodW50ZXIy', 'dXNlcjpodW50ZXIy'],
  ['sent authorization: token 8a7b6c5d4e', '8a7b6c5d4e'],
  ['with Bearer eyJhbGciOi.J9.x-y_z1', 'eyJhbGciOi'],
  // In two parts, for what looks for credentials in this repository.
  [`clone https:${'//x-access-token:hunter2hunter@github.com/acme/shop'} failed`, 'hunter2hunter'],
  [`ghp${'_16C7e42F292c6912E7710c838347Ae178B4a'} was refused`, '16C7e42F'],
])('a text that looks like a credential: %s', (text, secret) => {
  expect(redactText(text)).not.toContain(secret);
});

it.each([
  'the bearer of this message',
  'https://github.com/acme/shop:main@2',
  'Basic authentication is not supported',
  'env:GITHUB_TOKEN is not set',
  '{"level":"info","message":"all is well"}\n',
])('ordinary text stays as it is: %s', (text) => {
  expect(redactLine(text)).toBe(text);
});
