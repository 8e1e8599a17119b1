import type { AgentRole } from '../agents/roles.ts';
import { agentRoles } from '../agents/roles.ts';
import {
  amount,
  anyText,
  flag,
  having,
  integer,
  line,
  list,
  oneOf,
  optional,
  record,
} from '../text/check.ts';

/** Up to some thousand years in milliseconds: what dates and timers can be made of. */
const duration = amount(0, 1e14);
const words = list(anyText(10_000), 10_000);
const present = optional(having({}));

const command = having({ run: anyText(1_000_000) });
const check = command;
const agent = having({ command: optional(command), person: optional(words) });

const database = having({
  backup: optional(command),
  withoutBackup: optional(anyText(10_000)),
  verifyBackup: optional(command),
  restore: optional(command),
  migrate: optional(command),
  undo: optional(command),
  postgres: optional(anyText(10_000)),
  migrations: optional(anyText(10_000)),
  undoSafe: optional(words),
  migrateWhen: oneOf(['after-deploy', 'before-deploy']),
  restoreOnRollback: oneOf(['ask', 'if-migrated', 'never']),
});

const approval = having({
  from: words,
  quorum: integer(1, 1_000),
  allowStarter: flag,
  expires: duration,
  remindAfter: duration,
  escalateAfter: duration,
  escalateTo: words,
});

const environment = having({
  process: present,
  script: optional(having({ activate: optional(command) })),
  slots: present,
  router: present,
  url: anyText(10_000),
  health: having({
    path: anyText(10_000),
    interval: duration,
    healthyAfter: integer(1, 1_000),
    unhealthyAfter: integer(1, 1_000),
    within: duration,
  }),
  smoke: optional(list(check, 1_000)),
  database: optional(database),
  approval: optional(approval),
  monitor: having({ for: duration, every: duration }),
  issues: having({ high: oneOf(['rollback', 'ask']), highWithin: duration, mediumWithin: duration }),
});

const rollout = having({
  steps: list(
    having({
      name: optional(anyText(1_000)),
      weight: amount(0, 100),
      for: duration,
      minRequests: amount(0, 1e15),
      confirm: flag,
    }),
    1_000,
  ),
});

const metrics = having({ rules: list(having({ name: line(1_000) }), 1_000) });

const blueGreen = having({
  environment: line(200),
  requirements: optional(anyText(10_000)),
  rollbackPlan: optional(anyText(100_000)),
  infrastructure: words,
  maxAttempts: integer(1, 1_000),
  maxTime: duration,
  maxCost: amount(0, 1e15),
  review: having({ policy: oneOf(['consensus', 'majority', 'veto']), maxRounds: integer(1, 1_000) }),
  manualValidation: optional(words),
  canary: flag,
});

const agents = having(
  Object.fromEntries(
    Object.entries<AgentRole>(agentRoles).map(([role, { each }]) => [
      role,
      optional(each === undefined ? agent : record(agent)),
    ]),
  ),
);

const config = having({
  repository: having({ main: anyText(10_000) }),
  release: optional(having({ checklist: optional(words) })),
  checks: record(check),
  agents,
  environments: record(environment),
  rollout: optional(rollout),
  metrics: optional(metrics),
  blueGreen: optional(blueGreen),
  policies: optional(having({ rehearseRollback: optional(flag) })),
  people: having({ groups: record(words) }),
  notifications: list(having({ on: optional(words) }), 1_000),
});

/**
 * Why a run can't go by a configuration that it was given; nothing where it can. The schema has judged it where it was read: this looks, where
 * no schema library runs, at what runs read of it, for an answer may be anybody's. It may only ever become wider: runs of long ago are replayed by it.
 */
export const frozenConfigProblems = (value: unknown, at: string): readonly string[] => config(value, at);
