import type { Activities } from '../../../src/activities/index.ts';
import { done } from './outcomes.ts';
import type { SimulatedWorld } from './world.ts';

type Own = 'openIssue' | 'record' | 'updateState' | 'writeDocument' | 'deliver';

/** What is written down, and who is told. */
export function simulatedRecords(world: SimulatedWorld): Pick<Activities, Own> {
  return {
    openIssue: (ref, request) =>
      world.perform('openIssue', ref, request, () => {
        world.issues.push(`${request.severity}: ${request.title}`);
        world.log.push('issue');
        return done('issue #1', { url: 'https://example.org/issues/1' });
      }),
    record: (lines, deployment) => {
      world.ledger.push(...lines);
      if (deployment) world.deployments.push(deployment);
      return Promise.resolve();
    },
    updateState: (ref, state) =>
      world.perform('updateState', ref, state, () => {
        world.states.push(state);
        return done('state.yml updated');
      }),
    writeDocument: (ref, request) =>
      world.perform('writeDocument', ref, request, () => {
        world.documents.set(request.name, request.text);
        world.log.push(`document ${request.name}`);
        return done('written', {
          file: `/data/documents/${request.name}.md`,
          url: `file:///data/documents/${request.name}.md`,
        });
      }),
    deliver: async (ref, channel, notification) => {
      const outcome = await world.perform('deliver', ref, { channel, notification }, () => {
        world.notifications.push(notification);
        world.log.push(`notify ${notification.event}`);
        return done('delivered');
      });
      if (!outcome.ok) throw new Error(outcome.summary);
      return outcome.summary;
    },
  };
}
