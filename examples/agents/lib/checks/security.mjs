/** What lets strangers in: secrets in the code, text that is run as code, shells and SQL that are fed from outside. */
import { at } from '../change.mjs';

const named =
  /\b\w*(?:secret|token|passw(?:or)?d|api_?key|private_?key)\w*['"]?\s*[:=]\s*(['"`])([^'"`\s]{8,})\1/i;
const shaped =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----|\bgh[pousr]_\w{30,}|\bAKIA[0-9A-Z]{16}\b|\bsk_live_\w{10,}/;
const outside = /\b(request|req|query|body|params|input|url|argv)\b/;

/** Of child_process: databases and regular expressions have an exec of their own. */
const shell = /(?<![.\w])exec(?:Sync)?\(|\b(?:child_process|cp)\.exec(?:Sync)?\(/;
const sql = /\b(SELECT\b.*\bFROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b/i;
/** A piece where a value belongs; names of tables can't be parameters. */
const value = /(?:[=<>]|\bLIKE|\bIN\s*\(|\bVALUES\s*\(|\bLIMIT|\bBY)\s*'?(?:\$\{|['"`]\s*\+)/i;

/** In the order of the questions; the first that fits a line is said. */
const questions = [
  {
    severity: 'critical',
    title: 'a secret is written down in the code',
    fits: (text) =>
      shaped.test(text) || (named.test(text) && !/^(env:|file:|\$\{|process\.)/.test(named.exec(text)[2])),
    // The finding goes into logs and reports: the secret must not.
    detail: (line) =>
      `${at(line)}. It is in the history now: replace the secret itself, then read it from the environment.`,
  },
  {
    severity: 'critical',
    title: 'text is run as code',
    fits: (text) => /\beval\(|\bnew Function\(/.test(text),
  },
  {
    severity: 'critical',
    title: 'a shell is given words from outside',
    fits: (text) => shell.test(text) && /\$\{|['"`]\s*\+/.test(text) && outside.test(text),
  },
  {
    severity: 'high',
    title: 'a shell command is put together from pieces',
    fits: (text) => shell.test(text) && /\(\s*(`[^`]*\$\{|['"][^'"]*['"]\s*\+)/.test(text),
  },
  {
    severity: 'high',
    title: 'SQL is put together from pieces',
    fits: (text) =>
      sql.test(text) && (value.test(text) || (/\$\{|['"`]\s*\+/.test(text) && outside.test(text))),
  },
  {
    severity: 'high',
    title: 'certificates are no longer checked',
    fits: (text) => /rejectUnauthorized:\s*false|NODE_TLS_REJECT_UNAUTHORIZED/.test(text),
  },
];

export function security({ added }) {
  const findings = added
    .filter(({ inTest, file }) => !inTest && !file.endsWith('.md'))
    .flatMap((line) => {
      const question = questions.find(({ fits }) => fits(line.text));
      if (!question) return [];
      const { severity, title, detail = () => `${at(line)}: ${line.text.trim()}` } = question;
      return [{ severity, title, detail: detail(line), file: line.file }];
    });
  return { findings };
}
