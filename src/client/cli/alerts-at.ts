/** Where `--alerts` listens; the token that senders must bring is never on the command line, where others could see it. */
export function alertsAt(listen: string): { readonly listen: string; readonly token?: string } {
  const token = process.env['SLUICE_ALERTS_TOKEN'];
  return { listen, ...(token ? { token } : {}) };
}
