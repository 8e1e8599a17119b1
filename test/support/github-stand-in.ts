import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  matchOperation,
  requestProblems,
  responseProblems,
  sampleItem,
  sampleResponse,
} from './github-openapi.ts';
import type { Matched } from './github-openapi.ts';

/**
 * GitHub's REST API for one repository, with real state behind it. Every request and every answer is checked against
 * GitHub's own description; what it does not describe is kept in `violations`, and `stop()` fails on them.
 */
export interface GitHubState {
  readonly pulls: {
    number: number;
    title: string;
    base: string;
    state: 'open' | 'closed';
    draft: boolean;
    labels: string[];
  }[];
  readonly issues: {
    number: number;
    title: string;
    body: string | null;
    state: 'open' | 'closed';
    labels: string[];
  }[];
  readonly releases: { id: number; tag: string; name: string; body: string; prerelease: boolean }[];
  readonly tags: Map<string, string>;
  readonly labels: Set<string>;
  /** By commit; several runs of one name in one suite: only the last is listed as `latest`. */
  readonly checkRuns: {
    commit: string;
    name: string;
    suite?: number;
    status: string;
    conclusion: string | null;
  }[];
  /** By commit, oldest first; GitHub lists them newest first. */
  readonly statuses: { commit: string; context: string; state: string }[];
}

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

type Answer = { readonly status: number; readonly body: unknown; readonly headers?: Record<string, string> };

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

const missing: Answer = {
  status: 404,
  body: { message: 'Not Found', documentation_url: 'https://docs.github.com/rest' },
};

function answerTo(
  matched: Matched,
  url: URL,
  body: Record<string, unknown>,
  state: GitHubState,
  repository: string,
): Answer | undefined {
  const { path, name } = matched;
  const query = url.searchParams;
  if (`${path['owner']}/${path['repo']}`.toLowerCase() !== repository.toLowerCase()) return missing;
  const item = (over: object, status = 200, member?: string) =>
    merge(sampleItem(matched, status, member), over);
  const one = (over: object, status = 200): Answer => ({
    status,
    body: merge(sampleResponse(matched, status), over),
  });
  const page = (kind: string, id: number | string) => `https://github.test/${repository}/${kind}/${id}`;
  const labelled = (names: readonly string[]) => names.map((label) => ({ ...sampleLabel, name: label }));
  const issue = (i: GitHubState['issues'][number]) => ({
    ...i,
    html_url: page('issues', i.number),
    labels: labelled(i.labels),
  });

  switch (name.replace('/repos/{owner}/{repo}', '')) {
    case 'GET ':
      return one({ full_name: repository });
    case 'GET /pulls': {
      const wanted = state.pulls.filter((p) => inState(p, query) && (query.get('base') ?? p.base) === p.base);
      const body = wanted.map((p) =>
        item({
          number: p.number,
          title: p.title,
          state: p.state,
          draft: p.draft,
          html_url: page('pull', p.number),
          labels: labelled(p.labels),
        }),
      );
      return { status: 200, body };
    }
    case 'GET /issues': {
      const labels = (query.get('labels') ?? '').split(',').filter(Boolean);
      const asIssues = state.pulls.map((p) => ({
        ...issue({ ...p, body: null }),
        html_url: page('pull', p.number),
        pull_request: {
          url: page('pulls', p.number),
          html_url: page('pull', p.number),
          diff_url: page('pull', `${p.number}.diff`),
          patch_url: page('pull', `${p.number}.patch`),
        },
      }));
      const wanted = [...state.issues.map(issue), ...asIssues]
        .filter((i) => inState(i, query) && labels.every((label) => i.labels.some((l) => l.name === label)))
        .sort((a, b) => (query.get('direction') === 'asc' ? a.number - b.number : b.number - a.number));
      return { status: 200, body: wanted.map((i) => item(i)) };
    }
    case 'POST /issues': {
      const number =
        Math.max(0, ...state.issues.map((i) => i.number), ...state.pulls.map((p) => p.number)) + 1;
      const labels = (body['labels'] ?? []) as string[];
      const made = {
        number,
        title: String(body['title']),
        body: (body['body'] ?? null) as string | null,
        state: 'open' as const,
        labels,
      };
      state.issues.push(made);
      for (const label of labels) state.labels.add(label);
      return one(issue(made), 201);
    }
    case 'GET /labels/{name}':
      return state.labels.has(path['name'] ?? '') ? one({ name: path['name'] }) : missing;
    case 'GET /commits/{ref}/check-runs': {
      const of = state.checkRuns.filter((run) => run.commit === path['ref']);
      const latest = of.filter(
        (run, i) => !of.slice(i + 1).some((other) => other.name === run.name && other.suite === run.suite),
      );
      const wanted = query.get('filter') === 'all' ? of : latest;
      const slice = paged(wanted, url);
      const runs = slice.body.map(({ name: run, status, conclusion }) =>
        item({ name: run, status, conclusion }, 200, 'check_runs'),
      );
      return { ...one({ total_count: wanted.length, check_runs: runs }), headers: slice.headers };
    }
    case 'GET /commits/{ref}/statuses': {
      const of = state.statuses.filter(({ commit }) => commit === path['ref']).reverse();
      return { status: 200, body: of.map(({ context, state: said }) => item({ context, state: said })) };
    }
    case 'GET /git/ref/{ref}': {
      const commit = state.tags.get((path['ref'] ?? '').replace(/^tags\//, ''));
      return commit ? one({ ref: `refs/${path['ref']}`, object: { ...sampleObject, sha: commit } }) : missing;
    }
    case 'GET /releases/tags/{tag}': {
      const found = state.releases.find(({ tag }) => tag === path['tag']);
      return found ? one(release(found, page)) : missing;
    }
    case 'POST /releases': {
      const tag = String(body['tag_name']);
      if (state.releases.some((other) => other.tag === tag)) {
        const errors = [{ resource: 'Release', code: 'already_exists', field: 'tag_name' }];
        return {
          status: 422,
          body: { message: 'Validation Failed', documentation_url: 'https://docs.github.com/rest', errors },
        };
      }
      // Like the real one: a missing tag is made on the default branch.
      if (!state.tags.has(tag)) state.tags.set(tag, '0'.repeat(40));
      const prerelease = body['prerelease'] === true;
      const made = {
        id: state.releases.length + 1,
        tag,
        name: (body['name'] ?? '') as string,
        body: (body['body'] ?? '') as string,
        prerelease,
      };
      state.releases.push(made);
      return one(release(made, page), 201);
    }
    default:
      return undefined;
  }
}

const sampleLabel = {
  id: 1,
  node_id: 'x',
  url: 'https://github.test/',
  name: '',
  description: '',
  color: 'ededed',
  default: false,
};
const sampleObject = { type: 'commit', sha: '0'.repeat(40), url: 'https://github.test/' };

const release = (r: GitHubState['releases'][number], page: (kind: string, id: string) => string) => ({
  id: r.id,
  tag_name: r.tag,
  name: r.name,
  body: r.body,
  prerelease: r.prerelease,
  html_url: page('releases/tag', r.tag),
});

const inState = (item: { state: string }, query: URLSearchParams) =>
  query.get('state') === 'all' || item.state === (query.get('state') ?? 'open');

const merge = (sample: unknown, over: object): Record<string, unknown> => ({
  ...(sample as object),
  ...over,
});

const authorised = (request: IncomingMessage, token: string) =>
  [`token ${token}`, `Bearer ${token}`].includes(request.headers.authorization ?? '');

/** One page of a list, with the `link` header as GitHub writes it. */
function paged<T>(all: readonly T[], url: URL): { body: readonly T[]; headers: Record<string, string> } {
  const size = Number(url.searchParams.get('per_page') ?? 30);
  const number = Number(url.searchParams.get('page') ?? 1);
  const next = new URL(url);
  next.searchParams.set('page', String(number + 1));
  const more = all.length > number * size;
  return {
    body: all.slice((number - 1) * size, number * size),
    headers: more ? { link: `<${next.href}>; rel="next"` } : {},
  };
}

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
