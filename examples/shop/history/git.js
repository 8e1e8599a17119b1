import { execFile } from 'node:child_process';
import { devNull } from 'node:os';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Runs git in a directory, whatever the user's own configuration says (hooks, signing, line ends), and returns its output. */
export async function git(directory, args, env = {}) {
  const { stdout } = await execute('git', ['-C', directory, ...args], {
    env: {
      ...withoutGit(process.env),
      GIT_CONFIG_GLOBAL: devNull,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      ...env,
    },
  });
  return stdout.trim();
}

/** Commits everything in the checkout. The same content, author and date give the same commit. */
export async function commitAll(checkout, { author, date, subject, body }) {
  const [, name, email] = /^(.+) <(.+)>$/.exec(author);
  await git(checkout, ['add', '--all']);
  await git(checkout, ['commit', '--quiet', '--no-verify', '-m', body ? `${subject}\n\n${body}` : subject], {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: date,
  });
}

/** Run from a hook, git would point these at another repository. */
function withoutGit(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('GIT_')));
}
