import { createHmac } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Notification } from '../../../src/activities/ports/records.ts';
import { NotificationProblem } from '../../../src/adapters/notify/notification-problem.ts';
import { createNotifier } from '../../../src/adapters/notify/notifier.ts';
import { startMailServer, startReceiver } from './receivers.ts';

let receiver: Awaited<ReturnType<typeof startReceiver>>;
let mailServer: Awaited<ReturnType<typeof startMailServer>>;
const values: Record<string, string> = {};

beforeEach(async () => {
  [receiver, mailServer] = await Promise.all([startReceiver(), startMailServer()]);
  Object.assign(values, {
    'env:HOOK': receiver.url,
    'env:SECRET': 'a-secret-of-tests',
    'env:SMTP': mailServer.url,
  });
});
afterEach(async () => {
  await Promise.all([receiver.stop(), mailServer.stop()]);
});

const secrets = {
  resolve: async (reference: string) => values[reference] ?? '',
  redact: (text: string) => text.replaceAll('a-secret-of-tests', '[redacted]'),
};
const notifier = (timeout = 5_000) => createNotifier({ secrets, timeout });
const never = new AbortController().signal;
const slack = { slack: 'env:HOOK' };
const webhook = { webhook: { url: 'env:HOOK', secret: 'env:SECRET' } };
const email = {
  email: { smtp: 'env:SMTP', from: 'Sluice <sluice@shop.test>', to: ['ceo@shop.test', 'ops@shop.test'] },
};

const notification: Notification = {
  key: 'release/shop/v1.4.0/run-1/notify/1',
  event: 'released',
  run: 'release/shop/v1.4.0',
  product: 'shop',
  version: '1.4.0',
  title: 'Shop v1.4.0 is in production',
  body: '## Release complete\n\n- **version** `1.4.0`\n- [notes](https://shop.test/notes)\n\nMonitoring: *normal*',
  links: [{ title: 'Production', url: 'https://shop.test/' }],
};
const problem = async (work: Promise<unknown>): Promise<NotificationProblem> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(NotificationProblem);
  return error as NotificationProblem;
};

describe('the generic webhook', () => {
  it('[RW-13] gets the whole document, with the key and a signature that can be checked', async () => {
    await notifier().send(webhook, notification, never);
    const [{ headers, body }] = receiver.received as [(typeof receiver.received)[number]];
    expect(JSON.parse(body)).toEqual({
      schema: 'sluice.notification/1',
      ...notification,
      sentAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    });
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'idempotency-key': notification.key,
      'sluice-event': 'released',
      'sluice-signature': `sha256=${createHmac('sha256', 'a-secret-of-tests').update(body).digest('hex')}`,
    });
  });

  it('a repetition carries the same key', async () => {
    await notifier().send(webhook, notification, never);
    await notifier().send(webhook, notification, never);
    expect(new Set(receiver.received.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });

  it('without a secret there is no signature; without a version it is null', async () => {
    await notifier().send({ webhook: { url: receiver.url } }, { ...notification, version: undefined }, never);
    expect(receiver.received[0]?.headers['sluice-signature']).toBeUndefined();
    expect(JSON.parse(receiver.received[0]!.body)).toMatchObject({ version: null });
  });

  it('no text reaches the headers unencoded', async () => {
    await notifier().send(webhook, { ...notification, key: 'a\r\nx-evil: 1 ä \ud800' }, never);
    const { headers } = receiver.received[0]!;
    expect(headers['x-evil']).toBeUndefined();
    expect(headers['idempotency-key']).toBe('a%0D%0Ax-evil:%201%20%C3%A4%20%EF%BF%BD');
  });

  it('a user and password in the address become a header', async () => {
    await notifier().send(
      { webhook: { url: receiver.url.replace('//', '//bob:p%40ss@') } },
      notification,
      never,
    );
    expect(receiver.received[0]?.headers.authorization).toBe(`Basic ${btoa('bob:p@ss')}`);
  });
});

describe('Slack', () => {
  const sent = async (over: Partial<Notification>) => {
    await notifier().send(slack, { ...notification, ...over }, never);
    return JSON.parse(receiver.received.at(-1)!.body) as { text: string; blocks: Block[] };
  };
  type Block = { type: string; text?: { text: string }; elements?: { text: string }[] };
  const texts = (blocks: readonly Block[]) =>
    blocks.map((b) => b.text?.text ?? b.elements?.map((e) => e.text).join() ?? '');

  it('[RW-13] gets blocks in its own markup, a fallback text and the links', async () => {
    const { text, blocks } = await sent({});
    expect(text).toBe(notification.title);
    expect(texts(blocks)).toEqual([
      '*Shop v1.4.0 is in production*',
      '*Release complete*\n\n• *version* `1.4.0`\n• <https://shop.test/notes|notes>\n\nMonitoring: _normal_',
      '<https://shop.test/|Production>',
      expect.stringContaining('release/shop/v1.4.0') as string,
    ]);
  });

  it('nobody is mentioned by a title or a body', async () => {
    const hostile = '<!channel> & <@U1> [x](javascript:alert)';
    const { text, blocks } = await sent({
      title: `${hostile}\n*evil*`,
      body: hostile,
      links: [{ title: '<!here>|', url: 'https://a.test/|<!here>' }],
    });
    const all = [text, ...texts(blocks)].join('\n');
    expect(all).not.toMatch(/<[!@]/);
    expect(all).not.toContain('<javascript');
    expect(all).toContain('&lt;!channel&gt; &amp; &lt;@\u200bU1&gt;');
  });

  it.each([
    ['lines', 'a line & more\n'.repeat(2_000)],
    ['one line', '&<>'.repeat(20_000)],
    ['code', `\`\`\`ts\n${'const a = 1 < 2;\n'.repeat(1_000)}\`\`\``],
    ['brackets', '[**_`'.repeat(20_000)],
    ['nothing', ''],
  ])('stays within Slack’s limits: %s', async (_, body) => {
    const { blocks } = await sent({ body, title: 'T'.repeat(5_000) });
    expect(blocks.length).toBeLessThanOrEqual(50);
    for (const text of texts(blocks)) {
      expect(text.length).toBeLessThanOrEqual(3_000);
      expect(text.length).toBeGreaterThan(0);
      expect(text.split('```').length % 2).toBe(1);
    }
  });
});

describe('e-mail', () => {
  const headers = (source: string) => source.split('\r\n\r\n')[0]!.replace(/\r\n[ \t]+/g, ' ');
  const header = (source: string, name: string) =>
    new RegExp(`^${name}: (.*)$`, 'im').exec(headers(source))?.[1];

  it('[RW-13] reaches everybody, as text and HTML', async () => {
    await notifier().send(email, notification, never);
    const [mail] = mailServer.mails;
    expect(mail?.to).toEqual(['ceo@shop.test', 'ops@shop.test']);
    expect(header(mail!.source, 'Subject')).toBe(notification.title);
    expect(mail?.source).toContain('Production: https://shop.test/');
    expect(mail?.source.replaceAll('=\r\n', '')).toMatch(
      /<a href=(3D)?"https:\/\/shop\.test\/">Production<\/a>/,
    );
  });

  it('a repetition has the same Message-ID, and a run is one thread', async () => {
    const other = { ...notification, key: 'another', title: 'Another' };
    for (const each of [notification, notification, other]) await notifier().send(email, each, never);
    const sources = mailServer.mails.map(({ source }) => source);
    const [first, second, third] = sources.map((source) => header(source, 'Message-ID'));
    expect(first).toMatch(/^<key\.[0-9a-f]{32}@shop\.test>$/);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
    expect(new Set(sources.map((source) => header(source, 'References'))).size).toBe(1);
    expect(header(sources[0]!, 'References')).toMatch(/^<run\./);
  });

  it('a title can add no header', async () => {
    const evil = 'Hello\r\nBcc: evil@x.test\r\n\r\nbody\u0000';
    await notifier().send(email, { ...notification, title: evil, run: evil }, never);
    const [mail] = mailServer.mails;
    expect(mail?.to).toHaveLength(2);
    expect(headers(mail!.source)).not.toMatch(/^Bcc:/im);
    expect(header(mail!.source, 'Subject')).toContain('Hello_Bcc=3A_evil=40x=2Etest_body');
  });

  it('markup in the text stays text', async () => {
    await notifier().send(email, { ...notification, body: '<script>x</script> [a](javascript:x)' }, never);
    const html = mailServer.mails[0]!.source.split('text/html')[1]!;
    expect(html).not.toMatch(/<script|href=(3D)?"javascript/);
  });

  it.each([
    [550, true],
    [451, false],
  ])('a %d for everybody is permanent: %s', async (code, permanent) => {
    mailServer.refuse = () => code;
    expect(await problem(notifier().send(email, notification, never))).toMatchObject({ permanent });
  });

  it('says who was refused', async () => {
    mailServer.refuse = (to) => (to === 'ops@shop.test' ? 550 : undefined);
    const refused = await problem(notifier().send(email, notification, never));
    expect(refused).toMatchObject({
      permanent: true,
      message: expect.stringContaining('ops@shop.test') as string,
    });
    expect(mailServer.mails).toHaveLength(1);
  });

  it('nobody there is transient, and a strange address is permanent', async () => {
    values['env:SMTP'] = 'smtp://127.0.0.1:1';
    expect(await problem(notifier().send(email, notification, never))).toMatchObject({ permanent: false });
    values['env:SMTP'] = 'mail.shop.test';
    expect(await problem(notifier().send(email, notification, never))).toMatchObject({ permanent: true });
  });

  it('a server that says nothing is given up in time, and a cancelled send at once', async () => {
    const mute = createServer(() => {});
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    values['env:SMTP'] = `smtp://127.0.0.1:${(mute.address() as AddressInfo).port}`;
    try {
      expect(await problem(notifier(200).send(email, notification, never))).toMatchObject({
        permanent: false,
      });
      const reason = new Error('cancelled');
      const cancel = new AbortController();
      const sending = notifier(60_000).send(email, notification, cancel.signal);
      cancel.abort(reason);
      await expect(sending).rejects.toBe(reason);
    } finally {
      await new Promise((resolve) => mute.close(resolve));
    }
  });
});

describe('when the receiver says no', () => {
  it.each([
    [400, true],
    [404, true],
    [410, true],
    [302, true],
    [408, false],
    [429, false],
    [500, false],
    [503, false],
  ])('%d is permanent: %s', async (status, permanent) => {
    receiver.answer = (response) =>
      response.writeHead(status, { location: 'https://a.test' }).end('no_service a-secret-of-tests');
    const refused = await problem(notifier().send(slack, notification, never));
    expect(refused.permanent).toBe(permanent);
    expect(refused.message).toContain(String(status));
    expect(refused.message).not.toContain('secret');
  });

  it('no answer in time is transient', async () => {
    receiver.answer = () => {};
    expect(await problem(notifier(100).send(webhook, notification, never))).toMatchObject({
      permanent: false,
      message: 'the webhook was not reached: no answer within 0.1 s',
    });
  });

  it('an endless refusal is not read to its end', async () => {
    receiver.answer = (response) => {
      response.writeHead(500);
      const more = () => void (response.writable && response.write('x'.repeat(65_536), more));
      more();
    };
    expect((await problem(notifier().send(webhook, notification, never))).message.length).toBeLessThan(300);
  });

  it('a broken connection is transient, and the address stays secret', async () => {
    receiver.answer = (response) => void response.destroy();
    const refused = await problem(notifier().send(slack, notification, never));
    expect(refused.permanent).toBe(false);
    expect(refused.message).not.toContain('secret-path');
  });

  it.each(['not a url', 'ftp://a.test/secret-path', ''])(
    'an address such as %j is permanent',
    async (address) => {
      values['env:HOOK'] = address;
      const refused = await problem(notifier().send(slack, notification, never));
      expect(refused.permanent).toBe(true);
      expect(refused.message).not.toContain('secret-path');
    },
  );

  it('a cancelled send ends with the reason it was given', async () => {
    receiver.answer = () => {};
    const cancel = new AbortController();
    const sending = notifier().send(webhook, notification, cancel.signal);
    const reason = new Error('the run was aborted');
    await expect.poll(() => receiver.received.length).toBe(1);
    cancel.abort(reason);
    await expect(sending).rejects.toBe(reason);
  });
});
