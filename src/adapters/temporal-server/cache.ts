import { homedir } from 'node:os';
import { join } from 'node:path';

/** The user's cache directory for what Sluice downloads or builds: `$XDG_CACHE_HOME/sluice` or `~/.cache/sluice`. */
export function cacheDirectory(env: NodeJS.ProcessEnv): string {
  return join(env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache'), 'sluice');
}
