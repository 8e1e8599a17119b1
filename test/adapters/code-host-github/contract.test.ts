import { createGitHubCodeHost } from '../../../src/adapters/code-host-github/github-code-host.ts';
import { codeHostContract } from '../../contract/code-host.ts';
import { startGitHubStandIn } from '../../support/github-stand-in.ts';

const severityLabels = { critical: 'severity: critical', high: 'severity: high' };

codeHostContract('GitHub', async () => {
  const github = await startGitHubStandIn();
  const { state } = github;
  for (const tag of ['v1.2.3', 'v1.3.0-rc.1']) state.tags.set(tag, 'a'.repeat(40));
  const { repository, token, url: apiUrl } = github;
  return {
    host: createGitHubCodeHost({ repository, token, apiUrl, severityLabels, second: 20 }),
    seedBug: async ({ title, severity }) => {
      const labels = [severityLabels[severity as 'high'] ?? `severity: ${severity}`];
      state.issues.push({ number: state.issues.length + 1, title, body: null, state: 'open', labels });
    },
    published: async (tag) => {
      const { prerelease, name } = state.releases.find((release) => release.tag === tag)!;
      return { prerelease, name };
    },
    close: () => github.stop(),
  };
});
