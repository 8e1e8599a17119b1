import { styleText } from 'node:util';

type Style = (text: string) => string;

/** What a colour means, so that pure rendering can be tested without any. */
export interface Paint {
  readonly good: Style;
  readonly bad: Style;
  readonly busy: Style;
  readonly attention: Style;
  readonly faint: Style;
  readonly strong: Style;
}

const same: Style = (text) => text;
export const noPaint: Paint = {
  good: same,
  bad: same,
  busy: same,
  attention: same,
  faint: same,
  strong: same,
};

const style =
  (format: Parameters<typeof styleText>[0]): Style =>
  (text) =>
    text === '' ? '' : styleText(format, text, { validateStream: false });

const colours: Paint = {
  good: style('green'),
  bad: style('red'),
  busy: style('cyan'),
  attention: style('yellow'),
  faint: style('dim'),
  strong: style('bold'),
};

/** Colours on a terminal that has them, unless `NO_COLOR` is set; `FORCE_COLOR` wants them anyway. */
export function createPaint(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv = process.env): Paint {
  if (env['NO_COLOR']) return noPaint;
  if (env['FORCE_COLOR'] && env['FORCE_COLOR'] !== '0') return colours;
  return stream.isTTY && env['TERM'] !== 'dumb' ? colours : noPaint;
}
