#!/usr/bin/env node
/**
 * driver: an agent that mends what keeps a version from running (role `driver`, phase `fix`).
 *
 * It works as people do: it tries the product out to see the failure with its own eyes, takes the places that the evidence names,
 * makes one small repair, tries again, and keeps the repair only when the product gets further and no test fails that passed
 * before. Where nothing helps, the files are as they were and the answer is `stuck`. It never commits.
 *
 * A rule (lib/rules/) gets the evidence and proposes repairs; to write an agent of your own, add one, or replace all of this with
 * a call of a language model: the input and the answer stay the same (docs/example-agents.md).
 */
import { serve } from './lib/contract.mjs';
import { openProduct } from './lib/product.mjs';
import { parses } from './lib/run.mjs';
import { isProgress, keeps, tryAgain, tryOut } from './lib/trial.mjs';
import { advice as advised } from './lib/rules/advice.mjs';
import { causes } from './lib/causes.mjs';
import { computation } from './lib/rules/computation.mjs';
import { healthPath } from './lib/rules/health-path.mjs';
import { imports } from './lib/rules/imports.mjs';
import { port } from './lib/rules/port.mjs';
import { reviewFindings } from './lib/rules/review-findings.mjs';
import { syntax } from './lib/rules/syntax.mjs';
import { variable } from './lib/rules/variable.mjs';

const rules = { advised, imports, syntax, variable, port, healthPath, computation };

await serve({ fix });

async function fix({ problem, base, advice = [] }, { workDirectory }) {
  if (!problem) throw new Error('There is no "problem" in the inputs.');
  const product = await openProduct(workDirectory, base);
  const asked = { command: problem.command, healthPath: problem.healthPath ?? pathIn(problem.summary) };
  const before = await tryOut(product, asked);
  if (problem.findings?.length > 0 && before.stage === 'works')
    return mendFindings(product, problem, before, asked);
  const facts = {
    product,
    stage: before.stage,
    evidence: [before.said, before.output, problem.summary, problem.logTail].filter(Boolean).join('\n'),
    healthPath: asked.healthPath,
    advice,
  };
  const tried = [];
  for (const [name, rule] of Object.entries(rules)) {
    // Where nothing can be seen to get better, only somebody's explicit advice is a reason to change anything.
    if (before.stage === 'works' && name !== 'advised') continue;
    for await (const repair of rule(facts)) {
      const after = await tryRepair(product, repair, asked, before);
      if (after && (isProgress(before, after) || (before.stage === 'works' && keeps(before, after)))) {
        return mended(repair, before, after);
      }
      undo(product, repair);
      tried.push(`${name}: ${repair.why}`);
    }
  }
  return stuck(before, tried, causes(product, facts.evidence));
}

/** Writes the repair and looks how far the product gets with it; undefined where that is no further. */
async function tryRepair(product, repair, asked, before) {
  repair.originals = Object.fromEntries(Object.keys(repair.edits).map((file) => [file, product.read(file)]));
  for (const [file, text] of Object.entries(repair.edits)) product.write(file, text);
  for (const file of Object.keys(repair.edits)) {
    if (/\.[cm]?js$/.test(file) && !(await parses(`${product.root}/${file}`))) return undefined;
  }
  return tryAgain(product, asked, before);
}

function undo(product, { originals }) {
  for (const [file, text] of Object.entries(originals)) product.write(file, text);
}

function mended({ why, edits }, before, after) {
  const files = Object.keys(edits);
  const seen =
    before.stage === 'works'
      ? 'The problem does not show here, so only the deployment can tell whether it is gone.'
      : `Before, ${before.said}; now ${after.said}.`;
  const left =
    after.stage === 'works'
      ? []
      : [{ severity: 'medium', title: `left: ${after.said}`, detail: lastLines(after.log) }];
  return {
    status: 'done',
    summary: `Changed ${files.join(', ')}: ${why}. ${seen}`,
    findings: [{ severity: 'low', title: why, detail: seen, file: files[0] }, ...left],
    artifacts: files,
  };
}

function stuck(before, tried, causes) {
  const here =
    before.stage === 'works'
      ? 'It starts, answers and passes its tests in the work directory, so the cause is not in the code alone: look at the configuration and what it runs with.'
      : `Here, too, ${before.said}.`;
  const what =
    tried.length > 0 ? `repairs that did not help: ${tried.length}` : 'none of what I know fits the evidence';
  return {
    status: 'stuck',
    summary: [here, `I changed nothing: ${what}.`, ...causes].join(' '),
    findings: [
      { severity: 'medium', title: before.said, detail: lastLines(before.log) },
      ...tried.slice(0, 20).map((why) => ({ severity: 'low', title: `tried in vain: ${why}` })),
    ],
  };
}

/** What reviewers object to. Each repair stays only if everything works on with it. */
async function mendFindings(product, { findings }, before, asked) {
  const done = [];
  const files = new Set();
  for await (const repair of reviewFindings({ product, findings })) {
    const after = await tryRepair(product, repair, asked, before);
    if (after && keeps(before, after)) {
      done.push(repair.finding);
      for (const file of Object.keys(repair.edits)) files.add(file);
    } else undo(product, repair);
  }
  const left = findings.filter((finding) => !done.includes(finding));
  const serious = left.filter(({ severity }) => severity === 'critical' || severity === 'high');
  const titles = (list) => list.map(({ title }) => title).join('; ');
  return {
    status: files.size > 0 ? 'done' : 'stuck',
    summary: [
      files.size > 0 ? `Changed ${[...files].join(', ')} for: ${titles(done)}.` : 'I changed nothing.',
      serious.length > 0 ? `This I can't mend: ${titles(serious)}.` : '',
    ].join(' '),
    findings: left,
    artifacts: [...files],
  };
}

/** `not healthy within 60s: http://127.0.0.1:4100/healthy says HTTP 404` names the path that is asked for. */
function pathIn(summary = '') {
  return /https?:\/\/[^/\s]+(\/[\w./-]+)/.exec(summary)?.[1] ?? '/health';
}

function lastLines(text) {
  return text.trimEnd().split('\n').slice(-40).join('\n').slice(-4_000);
}
