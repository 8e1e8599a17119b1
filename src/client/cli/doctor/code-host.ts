import type { ProductConfig } from '../../../domain/config/schema.ts';
import type { Check } from './check.ts';
import type { Secrets } from './secrets.ts';

const what = 'code host';
const about = 'connection';
const mend =
  'a token that may read issues and pull requests and write contents, where the configuration says it is';

/** Whether the code host takes the token and knows the repository. */
export async function checkCodeHost(
  { repository: { codeHost } }: ProductConfig,
  secrets: Secrets,
): Promise<Check> {
  if (codeHost === 'local') return { level: 'ok', what, says: 'local', about };
  const { repository, token, apiUrl } = codeHost.github;
  try {
    const answer = await fetch(`${apiUrl}/repos/${repository}`, {
      headers: {
        authorization: `Bearer ${await secrets(token)}`,
        accept: 'application/vnd.github+json',
        'user-agent': 'sluice',
      },
      signal: AbortSignal.timeout(10_000),
    });
    return answer.ok
      ? { level: 'ok', what, says: `GitHub ${repository}`, about }
      : { level: 'fail', what, says: `GitHub answers ${answer.status} for ${repository}`, mend, about };
  } catch (error) {
    return { level: 'fail', what, says: error instanceof Error ? error.message : String(error), mend, about };
  }
}
