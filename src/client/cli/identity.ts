import { execFileSync } from 'node:child_process';
import { userInfo } from 'node:os';

/** Who decides: `--by`, else SLUICE_USER, else git's user.name, else the system's user. */
export function whoAmI(said: string | undefined): string {
  return said?.trim() || process.env['SLUICE_USER']?.trim() || gitUser() || systemUser();
}

function gitUser(): string | undefined {
  try {
    return (
      execFileSync('git', ['config', 'user.name'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim() || undefined
    );
  } catch {
    return undefined;
  }
}

function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    return 'somebody';
  }
}
