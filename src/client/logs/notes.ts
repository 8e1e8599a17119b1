import type { RunReader } from './run-reader.ts';

/** What is not here, in plain words. */
export function notesOn(run: string, { elsewhere, heardOf }: RunReader): readonly string[] {
  const logged = heardOf.has('log');
  return [
    ...(logged
      ? []
      : [
          heardOf.size === 0
            ? `Nothing on this host, and no worker that was asked, has lines of ${run}.`
            : `No worker's log on this host has lines of ${run}: a worker of a fleet writes its log to stderr, on its own host. This is the permanent record.`,
        ]),
    ...elsewhere.map(
      ({ step, file }) =>
        `The output of ${step} is not on this host: it lies in ${file} on its worker's, unless it was removed after 30 days.`,
    ),
  ];
}
