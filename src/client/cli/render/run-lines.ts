import { formatDuration } from '../../../domain/text/time.ts';
import type { RunLine } from '../../logs/run-line.ts';
import type { Paint } from './paint.ts';
import { asPrinted, oneLine, pad } from './text.ts';

/** Columns of the name of a step. */
const stepWidth = 24;
const indent = ' '.repeat('hh:mm:ss.mmm  '.length);

/** Writes lines as people read them: a time, the step, what happened; what a command printed stands below a line that names it. */
export class RunLineWriter {
  private readonly paint: Paint;
  private day = '';
  private block = '';

  constructor(paint: Paint) {
    this.paint = paint;
  }

  lines(line: RunLine): readonly string[] {
    return line.source === 'output' ? this.output(line) : [...this.newDay(line), this.told(line)];
  }

  private told(line: RunLine): string {
    this.block = '';
    const { faint, attention, bad } = this.paint;
    const alarm = { warn: attention('!'), error: bad('✖'), fatal: bad('✖') }[line.level] ?? ' ';
    const step = pad(line.step ?? '', stepWidth);
    const took = durationOf(line);
    return `${faint(timeOf(line))}  ${alarm} ${faint(step)} ${oneLine(line.message)}${took === undefined ? '' : faint(` (${took})`)}`.trimEnd();
  }

  private output(line: RunLine): readonly string[] {
    const { faint, busy } = this.paint;
    const title = `${line.step ?? ''} ${line.stream ?? ''} ${line.file ?? ''}`;
    const heading =
      title === this.block
        ? []
        : [
            ...this.newDay(line),
            `${faint(timeOf(line))}    ${busy(line.step ?? '')} ${faint(`printed (${line.stream ?? ''}):`)}`,
          ];
    this.block = title;
    return [...heading, `${indent}${faint('│')} ${asPrinted(line.message)}`.trimEnd()];
  }

  private newDay({ time }: RunLine): readonly string[] {
    const day = new Date(time).toLocaleDateString('sv');
    if (day === this.day) return [];
    this.day = day;
    return [this.paint.faint(`── ${day}`)];
  }
}

function timeOf({ time }: RunLine): string {
  const at = new Date(time);
  return `${at.toLocaleTimeString('sv')}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}

/** How long it took, where the line doesn't say so itself. */
function durationOf({ message, fields }: RunLine): string | undefined {
  const ms = fields?.['durationMs'];
  if (typeof ms !== 'number' || ms < 1) return undefined;
  const text = formatDuration(ms);
  return message.includes(text) ? undefined : text;
}
