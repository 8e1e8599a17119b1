import type { RunStatus } from '../../../domain/run/status.ts';
import type { Seen } from '../../../control/see.ts';
import type { Sluice } from '../../sluice.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import type { SharedOptions } from '../options.ts';
import { renderChanges } from '../render/changes.ts';
import { renderTree } from '../render/tree.ts';
import { fit } from '../render/text.ts';
import { withSluice } from '../session.ts';
import { exitCodeOf } from './wait.ts';

/** `sluice watch <run>`: the run, live, until it has ended. Ctrl-C leaves the run alone. */
export async function watch(io: Io, [run = '']: string[], options: SharedOptions): Promise<number> {
  return withSluice(options, (sluice) => watchRun(io, sluice, run));
}

/**
 * With `--json`, only the last state is printed.
 * @param hint lines to show below the run, such as what to type now; asked for at every drawing.
 */
export async function watchRun(
  io: Io,
  sluice: Sluice,
  run: string,
  hint: () => readonly string[] = () => [],
): Promise<number> {
  const interrupted = new AbortController();
  const screen = io.live ? await liveScreen(io, hint) : plainScreen(io);
  let last: RunStatus | undefined;
  // Said at once: a look that is on its way may take seconds, and whoever presses Ctrl-C again should know it already.
  const onSignal = (): void => {
    interrupted.abort();
    screen.close();
    const name = last?.run ?? run;
    io.note(
      last?.outcome === undefined
        ? `The run goes on. Look again with: sluice watch ${name}`
        : `${name} has ended: ${last.outcome}.`,
    );
  };
  process.once('SIGINT', onSignal);
  try {
    for await (const seen of sluice.follow(run, { signal: interrupted.signal })) {
      if (interrupted.signal.aborted) break;
      screen.show(seen);
      if ('status' in seen) last = seen.status;
    }
    screen.close();
    if (interrupted.signal.aborted) {
      if (io.json) io.result(last ?? null, '');
      return exitCodes.interrupted;
    }
    if (last?.outcome === undefined) {
      // It ended while no worker could tell how: its result can.
      const result = await sluice.wait(run);
      io.result(result, `${result.outcome}: ${result.reason}`);
      return exitCodeOf(result);
    }
    if (io.json) io.result(last, '');
    return exitCodeOf({ outcome: last.outcome });
  } finally {
    screen.close();
    process.removeListener('SIGINT', onSignal);
  }
}

interface Screen {
  show(seen: Seen): void;
  close(): void;
}

/** Redrawn in place, also once a second in between, for the times that run. */
async function liveScreen(io: Io, hint: () => readonly string[]): Promise<Screen> {
  const { createLogUpdate } = await import('log-update');
  const update = createLogUpdate(process.stdout, { showCursor: false });
  let last: RunStatus | undefined;
  let trouble: string | undefined;
  let open = true;
  const draw = (): void => {
    if (!last && trouble === undefined) return;
    const width = Math.max(40, process.stdout.columns || io.width);
    const height =
      Math.max(12, (process.stdout.rows || 40) - 1) - (trouble === undefined ? 0 : 1) - hint().length;
    const lines = last
      ? renderTree(last, {
          now: Date.now(),
          width,
          paint: io.paint,
          detailLines: Math.max(2, Math.min(12, Math.floor(height / 5))),
          height,
        })
      : [];
    update(
      [
        ...lines,
        ...(trouble === undefined ? [] : [io.paint.attention(fit(`! ${trouble}`, width))]),
        ...hint().map((line) => fit(line, width)),
      ].join('\n'),
    );
  };
  const timer = setInterval(draw, 1_000);
  process.stdout.on('resize', draw);
  return {
    show(seen) {
      if ('status' in seen) {
        last = seen.status;
        trouble = undefined;
      } else trouble = seen.trouble;
      draw();
    },
    close() {
      if (!open) return;
      open = false;
      clearInterval(timer);
      process.stdout.removeListener('resize', draw);
      // What stays on the screen is the whole of it, however low the terminal is.
      if (last?.outcome !== undefined) {
        update.clear();
        io.say(
          renderTree(last, {
            now: Date.now(),
            width: Math.max(40, process.stdout.columns || io.width),
            paint: io.paint,
            detailLines: 0,
          }).join('\n'),
        );
      }
      update.done();
    },
  };
}

/** One line a change, for logs and pipes. */
function plainScreen(io: Io): Screen {
  let last: RunStatus | undefined;
  return {
    show(seen) {
      if ('trouble' in seen) return io.note(`! ${seen.trouble}`);
      if (!last) io.say(`● ${seen.status.run}`);
      for (const line of renderChanges(last, seen.status)) io.say(line);
      last = seen.status;
    },
    close: () => undefined,
  };
}
