/** Runs a script's work: its last line is the result as JSON, and a failure is one sentence and exit code 1. */
export function runScript(work) {
  try {
    console.log(JSON.stringify(work()));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}

/** Where the backup is, or shall be. */
export function backupPath(env = process.env) {
  if (!env.SLUICE_BACKUP) throw new Error('Set SLUICE_BACKUP to the path of the backup file.');
  return env.SLUICE_BACKUP;
}
