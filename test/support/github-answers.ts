import { sampleItem, sampleResponse } from './github-openapi.ts';
import type { Matched } from './github-openapi.ts';

/** What the stand-in has in its repository; tests fill it in and look at it. */
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

export type Answer = {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
};

const missing: Answer = {
  status: 404,
  body: { message: 'Not Found', documentation_url: 'https://docs.github.com/rest' },
};

/** The answer to a request that GitHub describes; undefined where the stand-in doesn't play the operation. */
export function answerTo(
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
      return one({ full_name: repository, html_url: `https://github.test/${repository}` });
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

/** One page of a list, with the `link` header as GitHub writes it. */
export function paged<T>(
  all: readonly T[],
  url: URL,
): { body: readonly T[]; headers: Record<string, string> } {
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
