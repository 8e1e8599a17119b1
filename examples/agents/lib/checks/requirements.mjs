/** Whether each requirement (`R-3`, `SHOP-12`) of the document is spoken of in the version: by a test, or at least by code. */
import { isTest } from '../product.mjs';
import { git } from '../run.mjs';

export async function requirements({ root, head, requirements: text }) {
  if (text === undefined) {
    return {
      missing:
        'I need the requirements: a text, or the path of a file in the work directory, as "requirements".',
    };
  }
  const ids = [...new Set(text.match(/\b[A-Z]{1,8}-\d{1,5}\b/g) ?? [])];
  if (ids.length === 0)
    return { missing: "The requirements have no ids such as R-1: I can't tell whether they are met." };
  const findings = [];
  for (const id of ids) {
    const files = await filesWith(root, head, id);
    if (files.some(isTest)) continue;
    findings.push(
      files.length > 0
        ? {
            severity: 'medium',
            title: `${id} has no test`,
            detail: `${lineOf(text, id)} – only code speaks of it`,
            file: files[0],
          }
        : {
            severity: 'high',
            title: `${id} is not met`,
            detail: `${lineOf(text, id)} – no test and no code speaks of it`,
          },
    );
  }
  return { findings };
}

/** Files of the version with the id as a word of its own; documents only promise. */
async function filesWith(root, head, id) {
  const args = [
    'grep',
    '--name-only',
    '--word-regexp',
    '--fixed-strings',
    id,
    head,
    '--',
    ':!*.md',
    ':!*.txt',
  ];
  // git grep ends with 1 where there is nothing.
  const found = await git(root, ...args).catch(() => '');
  return found
    .split('\n')
    .filter(Boolean)
    .map((line) => line.slice(head.length + 1));
}

const lineOf = (text, id) =>
  text
    .split('\n')
    .find((line) => line.includes(id))
    ?.replace(/[|*#`]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim() ?? id;
