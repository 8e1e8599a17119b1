/** Turns finished lines into what people read on a terminal. The library is loaded only where one looks on. */
export async function prettyLines(env: NodeJS.ProcessEnv): Promise<(line: string) => string> {
  const { prettyFactory } = await import('pino-pretty');
  const format = prettyFactory({
    colorize: hasColours(env),
    colorizeObjects: false,
    messageKey: 'message',
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'pid,host',
    singleLine: true,
    errorLikeObjectKeys: [],
  });
  return (line) => format(line) ?? '';
}

function hasColours(env: NodeJS.ProcessEnv): boolean {
  return !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}
