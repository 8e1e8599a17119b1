import { NotificationProblem } from './notification-problem.ts';

export interface PostOptions {
  readonly signal: AbortSignal;
  /** Milliseconds, for the whole exchange. */
  readonly timeout: number;
  readonly redact: (text: string) => string;
}

/** What may go better next time although the status begins with a 4. */
const passing = new Set([408, 425, 429]);
/** Characters of an answer that are read, and of those the ones that an error shows. */
const read = 4_000;
const shown = 200;

export interface PostRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  /** The first characters of what came back, on one line, without secrets. */
  readonly said: string;
}

/**
 * Posts, and is done only with a 2xx. `what` names the receiver in errors, because the address itself may be a secret.
 * Throws NotificationProblem, or the signal's reason.
 */
export async function post(
  what: string,
  address: string,
  request: PostRequest,
  options: PostOptions,
): Promise<void> {
  const answer = await exchange(what, address, request, options);
  if (answer.status < 200 || answer.status >= 300) throw refusal(what, answer);
}

/** Posts, and gives what came back, whatever it is. Throws as `post` does where nothing came. */
export async function exchange(
  what: string,
  address: string,
  { headers, body }: PostRequest,
  { signal, timeout, redact }: PostOptions,
): Promise<Answer> {
  const { url, authorization } = readAddress(what, address);
  signal.throwIfAborted();
  const limit = AbortSignal.timeout(timeout);
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { ...headers, ...authorization, 'user-agent': 'sluice' },
      body,
      signal: AbortSignal.any([signal, limit]),
    });
    return { status: response.status, said: redact(await beginning(response)) };
  } catch (error) {
    signal.throwIfAborted();
    const why = limit.aborted ? `no answer within ${timeout / 1_000} s` : reasonOf(error);
    throw new NotificationProblem(`${what} was not reached: ${why}`, false);
  }
}

/** Why an answer that is no success ends the attempt: for good, or until a later one. */
export function refusal(what: string, { status, said }: Answer): NotificationProblem {
  if (status >= 300 && status < 400)
    return new NotificationProblem(
      `${what} redirects (${status}): configure the address that it leads to`,
      true,
    );
  const permanent = status >= 400 && status < 500 && !passing.has(status);
  return new NotificationProblem(
    `${what} answered ${status}${said ? `: ${said.slice(0, shown)}` : ''}`,
    permanent,
  );
}

/** A user and password in the address become a header, which fetch would refuse otherwise. */
function readAddress(what: string, address: string): { url: URL; authorization: Record<string, string> } {
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
    throw new NotificationProblem(`${what}: the address is not an http or https URL`, true);
  }
  const url = new URL(address);
  if (url.username === '' && url.password === '') return { url, authorization: {} };
  const plain = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  return { url, authorization: { authorization: `Basic ${Buffer.from(plain, 'utf8').toString('base64')}` } };
}

/** The first characters of an answer on one line; the rest, however long, is not read. */
async function beginning(response: Response): Promise<string> {
  if (response.body === null) return '';
  const reader = response.body.getReader();
  let text = '';
  const decoder = new TextDecoder();
  while (text.length < read) {
    const part = (await reader.read()) as { done: boolean; value?: Uint8Array };
    if (part.done) break;
    text += decoder.decode(part.value, { stream: true });
  }
  await reader.cancel();
  return text.replace(/\s+/g, ' ').trim().slice(0, read);
}

/** Never fetch's own message, which may quote the address. */
function reasonOf(error: unknown): string {
  const cause =
    error instanceof Error ? (error.cause as { code?: unknown; message?: unknown } | undefined) : undefined;
  if (typeof cause?.code === 'string') return cause.code;
  return typeof cause?.message === 'string' ? cause.message : 'the connection failed';
}
