import { flowTitles } from '../flows/registry.ts';
import { isChoiceKind } from './messages.ts';
import type { GateStatus, RunStatus } from './status.ts';
import { toldSteps, tryOf } from './step-list.ts';
import { stepSigns } from './step-signs.ts';
import { shortDigest } from '../text/digest.ts';
import { bullets, inline } from '../text/markdown.ts';
import { formatDuration } from '../text/time.ts';
import { visible } from '../text/visible.ts';

/** Characters of the whole: the UI asks for the page with all of it in the address, where no more than a megabyte passes. */
const limit = 100_000;
/** Refused messages that are shown. */
const refusedShown = 3;

/**
 * A run's current details as Markdown, for the Temporal UI. What is being decided comes first, and before it what
 * was refused: who sent a signal sees nothing else of it.
 */
export function renderDetails(status: RunStatus): string {
  const whole = [
    headline(status),
    status.outcome ? '' : refused(status),
    ...status.gates.map((gate) => renderGate(gate)),
    queue(status),
    list('Blockers', status.blockers),
    steps(status),
    list(
      'Concerns',
      status.concerns.filter((concern) => !shownByGate(status, concern)),
    ),
    status.outcome ? refused(status) : '',
    links(status),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
  const shown =
    whole.length > limit ? `${whole.slice(0, limit)}\n\n…cut here: the query \`status\` has it all` : whole;
  // Half a character, as cutting leaves it, can't stand in an address.
  return visible(shown);
}

function headline(status: RunStatus): string {
  const { flow, previousVersion } = status;
  const from = flow === 'rollback' && status.version && previousVersion ? ` from v${previousVersion} to` : '';
  const version = status.version ? `${from} v${status.version}` : '';
  const name = `**${flowTitles[status.flow]} of ${status.product}${version}**`;
  if (status.outcome) return `${name}: **${status.outcome}**. ${inline(status.reason, 1_000)}`;
  if (status.paused) {
    return `${name}: **paused** by ${inline(status.paused.by)}${status.paused.comment ? ` (${inline(status.paused.comment)})` : ''}. Send \`resume\` with \`{"by":"…"}\`.`;
  }
  return `${name}: ${inline(status.reason, 1_000)}`;
}

function renderGate(gate: GateStatus): string {
  const title = { approval: 'Approval needed', question: 'A question', task: 'A task for a person' }[
    gate.kind
  ];
  const names =
    gate.who.length > 0 ? inline(gate.who.join(', '), 2_000) : 'everybody whom the configuration names';
  const votes = gate.votes.map((vote) => `${inline(vote.by)}: ${inline(vote.choice)}`).join(', ');
  const facts = [
    `- **Who decides:** ${names}${gate.kind === 'approval' ? ` – ${gate.stillNeeded} more needed` : ''}`,
    gate.digest ? `- **Digest:** \`${shortDigest(gate.digest)}\`` : '',
    gate.expires
      ? `- **Until:** ${gate.expires.slice(0, 16).replace('T', ' ')} UTC, then ${gate.onExpiry ?? 'it expires'}`
      : '',
    votes ? `- **So far:** ${votes}` : '',
  ].filter(Boolean);
  const send = gate.choices.map((choice) => `- ${inline(choice.title)}: ${exactSignal(gate, choice.id)}`);
  return [
    `### ${title}: ${inline(gate.statement, 1_000)}`,
    facts.join('\n'),
    `**Send one of these signals:**\n\n${send.join('\n')}`,
    gate.details,
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** The signal to send, ready to copy into the UI's form. */
export function exactSignal(gate: GateStatus, choice: string): string {
  const by = gate.who[0] ?? 'your name';
  const payload: Record<string, string> = { by, gate: gate.id };
  const own = isChoiceKind(choice);
  if (gate.digest && choice === 'approve') payload['digest'] = shortDigest(gate.digest);
  if (!own) payload['choice'] = choice;
  if (choice === 'reject') payload['comment'] = 'why';
  return `signal \`${own ? choice : 'answer'}\` with \`${JSON.stringify(payload)}\``;
}

function queue({ queue: place }: RunStatus): string {
  return place
    ? `**Waiting for ${place.environment}:** number ${place.position} in the queue, behind \`${place.behind}\`.`
    : '';
}

function steps(status: RunStatus): string {
  if (status.steps.length === 0) return '';
  const rows = toldSteps(status).map((step) => {
    const took =
      step.started && step.ended ? formatDuration(Date.parse(step.ended) - Date.parse(step.started)) : '';
    const again = tryOf(step) > 1 ? ` (try ${tryOf(step)})` : '';
    return `| ${stepSigns[step.state]} | ${inline(step.title)}${again} | ${inline(step.summary ?? '', 160)} | ${took} |`;
  });
  return ['| | Step | Result | Took |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function list(title: string, entries: readonly string[]): string {
  return entries.length > 0 ? `**${title}**\n\n${bullets(entries)}` : '';
}

/** An approval's evidence names the concerns too. */
function shownByGate({ gates }: RunStatus, concern: string): boolean {
  return gates.some((gate) => gate.details.split('\n').includes(`- ${inline(concern)}`));
}

function refused(status: RunStatus): string {
  if (status.refusedCount === 0) return '';
  const last = status.refused.slice(-refusedShown).reverse();
  const lines = last.map((message) => {
    const by = message.by ? ` by ${inline(message.by)}` : '';
    return `- ${message.at.slice(11, 19)} UTC, \`${message.kind}\`${by}: ${inline(message.reason)}`;
  });
  const title = `**Refused messages: ${status.refusedCount}**`;
  return `${title}${status.refusedCount > last.length ? ' (the last ones)' : ''}\n\n${lines.join('\n')}`;
}

function links(status: RunStatus): string {
  return status.links
    .map((link) => `[${inline(link.title)}](<${link.url.replace(/[<>\s]/g, encodeURIComponent)}>)`)
    .join(' · ');
}
