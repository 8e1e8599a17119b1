/** What a program needs to find its way on the machine; none of it is a secret. */
const machine = new Set(['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'TMPDIR', 'TZ']);

/**
 * The environment of a program that Sluice starts: the machine's basics, and those of the worker's variables that this program is meant
 * to have. A worker's environment holds the secrets of all its products, and whatever runs further down gets what it is given here.
 * @param also which further ones, by their names
 */
export function programEnvironment(
  parent: NodeJS.ProcessEnv,
  also: (name: string) => boolean = () => false,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parent).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && (machine.has(entry[0]) || entry[0].startsWith('LC_') || also(entry[0])),
    ),
  );
}

/** How the network is reached: proxies and certificates. */
export const networkVariables = (name: string): boolean =>
  /^(https?|all|no)_proxy$/i.test(name) ||
  ['SSL_CERT_FILE', 'SSL_CERT_DIR', 'CURL_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'].includes(name);
