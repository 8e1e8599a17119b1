import { networkVariables, programEnvironment } from '../programs/environment.ts';

/** Names of further variables that git may see, for a credential helper that reads one; separated by commas. */
const passedBy = 'SLUICE_GIT_PASS';

/** How git reaches a remote in the person's name: the agent of ssh, Kerberos, a keyring, git's own settings. */
const access = new Set([
  'SSH_AUTH_SOCK',
  'SSH_AGENT_PID',
  'SSH_ASKPASS',
  'GIT_ASKPASS',
  'GIT_SSH',
  'GIT_SSH_COMMAND',
  'GIT_SSH_VARIANT',
  'GIT_PROXY_COMMAND',
  'GIT_PROXY_SSL_CAINFO',
  'GIT_ALLOW_PROTOCOL',
  'GIT_EXEC_PATH',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
  'XDG_CONFIG_HOME',
  'XDG_RUNTIME_DIR',
  'DBUS_SESSION_BUS_ADDRESS',
  'KRB5CCNAME',
  'KRB5_CONFIG',
]);

/**
 * What git is given of the worker's environment (docs/security.md). What is left out is as important: hooks of a remote that is a path run
 * as the worker's user, with git's environment.
 */
export function gitEnvironment(parent: NodeJS.ProcessEnv): Record<string, string> {
  const named = new Set((parent[passedBy] ?? '').split(',').map((name) => name.trim()));
  return {
    ...programEnvironment(
      parent,
      (name) =>
        access.has(name) || networkVariables(name) || /^GIT_(SSL|HTTP|TRACE)_?/.test(name) || named.has(name),
    ),
    ...countedSettings(parent),
    LC_ALL: 'C',
    LANGUAGE: '',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_MERGE_AUTOEDIT: 'no',
    // ssh asks this program, and not the terminal; it gives no answer.
    SSH_ASKPASS_REQUIRE: 'force',
    SSH_ASKPASS: parent['SSH_ASKPASS'] ?? 'false',
  };
}

/**
 * Settings that came as `GIT_CONFIG_COUNT`, `GIT_CONFIG_KEY_0`, `GIT_CONFIG_VALUE_0` … go on in the one variable that git itself keeps from
 * the hooks of a remote: a value may be a header with a token.
 */
function countedSettings(parent: NodeJS.ProcessEnv): Record<string, string> {
  const count = Number(parent['GIT_CONFIG_COUNT'] ?? 0);
  if (!Number.isInteger(count) || count < 1 || count > 1_000) return {};
  const settings = Array.from({ length: count }, (_, index) => {
    const key = parent[`GIT_CONFIG_KEY_${index}`];
    const value = parent[`GIT_CONFIG_VALUE_${index}`];
    return key === undefined || value === undefined ? [] : [`${quoted(key)}=${quoted(value)}`];
  }).flat();
  return settings.length === 0 ? {} : { GIT_CONFIG_PARAMETERS: settings.join(' ') };
}

const quoted = (text: string): string => `'${text.replace(/['!]/g, (sign) => `'\\${sign}'`)}'`;
