import { visible, visibleJson } from '../../domain/text/visible.ts';
import { createPaint, type Paint } from './render/paint.ts';

export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly exitCode: number;
  readonly problems?: readonly string[];
  readonly nearest?: readonly string[];
}

/** Where a command's words go. With `--json`, stdout gets exactly one JSON document, and nothing else. */
export interface Io {
  readonly json: boolean;
  readonly paint: Paint;
  /** Columns of the terminal; without one nothing is cut or wrapped, for whoever reads it later. */
  readonly width: number;
  /** Somebody sits there who can be asked. */
  readonly interactive: boolean;
  /** The output is a terminal that can be redrawn. */
  readonly live: boolean;
  /** The command's result: the document with `--json`, else the text. */
  result(document: unknown, text: string): void;
  /** Something on the way, for people: to stdout, with `--json` to stderr. */
  say(text: string): void;
  /** To stderr. */
  note(text: string): void;
  /** Tells an error and gives its exit code. */
  fail(failure: Failure): number;
}

export function createIo(json: boolean, stdout = process.stdout, stderr = process.stderr): Io {
  const paint = createPaint(stdout);
  const errorPaint = createPaint(stderr);
  const note = (text: string): void => void stderr.write(`${text}\n`);
  // A reader that has seen enough (`sluice list | head -1`) is no error.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    json,
    paint,
    width: stdout.isTTY ? Math.max(40, stdout.columns || 100) : Infinity,
    interactive: process.stdin.isTTY && stderr.isTTY && !json,
    live: stdout.isTTY && !json && process.env['TERM'] !== 'dumb',
    result: (document, text) =>
      void stdout.write(json ? `${visibleJson(document)}\n` : text === '' ? '' : `${text}\n`),
    say: (text) => (json ? note(text) : void stdout.write(`${text}\n`)),
    note,
    fail({ exitCode, ...error }) {
      if (json) stdout.write(`${visibleJson({ error })}\n`);
      else note(`${errorPaint.bad('error')} ${visible(error.message)}`);
      return exitCode;
    },
  };
}
