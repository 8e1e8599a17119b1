import type { LineSink } from './lossy.ts';
import { createLossySink } from './lossy.ts';
import { makeLogDirectory, RotatingFile } from './rotating-file.ts';
import type { LogSettings } from './settings.ts';
import { writeAll } from './write-all.ts';

/** Standard error, written at once. A reader that has gone costs lines and nothing else. */
export function stderrSink(shape: (line: string) => string = (line) => line): LineSink {
  return createLossySink((line) => void writeAll(2, shape(line)));
}

/** A file that is rotated and kept as the settings say. That it can't be written is said on stderr. */
export function fileSink(file: string, settings: LogSettings): LineSink {
  makeLogDirectory(file);
  const target = new RotatingFile(file, settings);
  return createLossySink(
    (line) => {
      target.append(line);
    },
    {
      say: (reason) =>
        sayOnStderr(
          `the log ${file} can't be written (${reason}): its lines are lost until it can be, and all else goes on`,
        ),
    },
  );
}

function sayOnStderr(text: string): void {
  try {
    writeAll(2, `${text}\n`);
  } catch {
    // Nobody is there to hear it.
  }
}
