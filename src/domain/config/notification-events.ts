/** What people can be told. A list of its own, for where no schema library runs. */
export const notificationEvents = [
  'approval-needed',
  'reminder',
  'escalation',
  'question',
  'released',
  'rolled-back',
  'rollback-failed',
  'failed',
  'stopped',
  'blocked',
  'issue',
] as const;
