import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerTo, paged } from './github-answers.ts';
import type { Answer, GitHubState } from './github-answers.ts';
import { matchOperation, requestProblems, responseProblems } from './github-openapi.ts';

export interface Fault {
  /** Such as `POST /repos/{owner}/{repo}/issues`; every request where left out. */
  readonly on?: string;
  /** How many requests it meets: one where left out. */
  readonly times?: number;
  /** Answered instead; nothing happens. */
  readonly answer?: {
    readonly status: number;
    readonly headers?: Record<string, string>;
    readonly body?: unknown;
  };
  /** The effect happens, and the connection breaks before any answer or amid the body, or the body never ends. */
  readonly lose?: 'answer' | 'half-the-answer' | 'hang';
}

export interface GitHubStandIn {
  readonly url: string;
  readonly repository: string;
  readonly token: string;
  readonly state: GitHubState;
  /** Names of the operations asked for, in order, with when (epoch milliseconds). */
  readonly requests: { readonly name: string; readonly at: number; readonly query: string }[];
  readonly violations: string[];
  inject(fault: Fault): void;
  /** Stops the server; throws where something passed that GitHub doesn't describe. */
  stop(): Promise<void>;
}

/**
 * GitHub's REST API for one repository, with real state behind it. Every request and every answer is checked against
 * GitHub's own description; what it does not describe is kept in `violations`, and `stop()` fails on them.
 */
export async function startGitHubStandIn(
  options: { repository?: string; token?: string } = {},
): Promise<GitHubStandIn> {
  const { repository = 'acme/shop', token = 'a-token-for-tests' } = options;
  const state: GitHubState = {
    pulls: [],
    issues: [],
    releases: [],
    tags: new Map(),
    labels: new Set(),
    checkRuns: [],
    statuses: [],
  };
  const requests: GitHubStandIn['requests'] = [];
  const violations: string[] = [];
  const faults: { fault: Fault; left: number }[] = [];

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const method = request.method ?? 'GET';
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    const text = await readAll(request);
    const matched = matchOperation(method, url.pathname);
    requests.push({ name: matched?.name ?? `${method} ${url.pathname}`, at: Date.now(), query: url.search });
    if (!matched) {
      violations.push(`${method} ${url.pathname}: GitHub has no such operation`);
      return send(response, { status: 404, body: { message: 'Not Found' } });
    }
    const body = text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>);
    violations.push(...requestProblems(matched, url.searchParams, body));
    if (!request.headers['user-agent'])
      violations.push(`${matched.name}: GitHub refuses requests without a user agent`);

    const planned = faults.find(({ fault, left }) => left > 0 && (fault.on ?? matched.name) === matched.name);
    if (planned) planned.left -= 1;
    if (planned?.fault.answer) {
      const { status, headers, body: said = { message: `injected ${status}` } } = planned.fault.answer;
      return send(response, { status, body: said, ...(headers && { headers }) });
    }
    const answer = authorised(request, token)
      ? answerTo(matched, url, body ?? {}, state, repository)
      : {
          status: 401,
          body: { message: 'Bad credentials', documentation_url: 'https://docs.github.com/rest' },
        };
    if (!answer) {
      violations.push(`${matched.name}: the stand-in does not play this operation`);
      return send(response, { status: 501, body: { message: 'not played' } });
    }
    // GitHub describes these two only here and there, and gives them everywhere.
    if (answer.status !== 401 && answer.status !== 404)
      violations.push(...responseProblems(matched, answer.status, answer.body));
    if (planned?.fault.lose) return lose(response, answer, planned.fault.lose);
    const pages = Array.isArray(answer.body) ? paged(answer.body, url) : undefined;
    send(response, pages ? { ...answer, ...pages } : answer);
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      violations.push(`the stand-in broke: ${String(error)}`);
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    repository,
    token,
    state,
    requests,
    violations,
    inject: (fault) => void faults.push({ fault, left: fault.times ?? 1 }),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (violations.length > 0)
        throw new Error(`GitHub would not understand this:\n${violations.join('\n')}`);
    },
  };
}

const authorised = (request: IncomingMessage, token: string) =>
  [`token ${token}`, `Bearer ${token}`].includes(request.headers.authorization ?? '');

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}

function lose(response: ServerResponse, { status, body }: Answer, how: NonNullable<Fault['lose']>): void {
  if (how === 'answer') return void response.destroy();
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.write(text.slice(0, text.length / 2), () => how === 'half-the-answer' && response.destroy());
}
