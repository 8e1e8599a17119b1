import type { WorkflowHandle } from '@temporalio/client';
import type { ProductConfig } from '../../domain/config/schema.ts';
import { resolvePeople } from '../../domain/gates/gate.ts';
import type { Intention } from '../../domain/rehearsal/people.ts';
import { intend } from '../../domain/rehearsal/people.ts';
import type { GateStatus, RunStatus } from '../../domain/run/status.ts';
import { starter } from './opening.ts';
import type { World } from './world.ts';

/** A gate and what somebody will do there. */
interface Asked {
  readonly intention: Intention;
  /** Epoch milliseconds; undefined: never. */
  readonly due: number | undefined;
  told: boolean;
}

/** So often the same question is answered; then nobody gets any further. */
const most = 6;

/** The people of a rehearsal: they see what is asked, take their time, and answer by signals. */
export class People {
  private readonly world: World;
  private readonly run: WorkflowHandle;
  private readonly asked = new Map<string, Asked>();
  private readonly answered = new Map<string, number>();

  constructor(world: World, run: WorkflowHandle) {
    this.world = world;
    this.run = run;
  }

  /** Does what is due. @returns whether somebody said something */
  async act({ gates }: RunStatus): Promise<boolean> {
    let said = false;
    for (const gate of gates) {
      const asked = this.at(gate);
      if (asked.told || asked.due === undefined || asked.due > this.world.time.now()) continue;
      asked.told = true;
      this.answered.set(gate.id, (this.answered.get(gate.id) ?? 0) + 1);
      await this.decide(gate, asked.intention);
      said = true;
    }
    return said;
  }

  /** When somebody will say something next, in epoch milliseconds. */
  next({ gates }: RunStatus): number | undefined {
    const due = gates.flatMap((gate) => {
      const asked = this.at(gate);
      return asked.told || asked.due === undefined ? [] : [asked.due];
    });
    return due.length > 0 ? Math.min(...due) : undefined;
  }

  private at(gate: GateStatus): Asked {
    const key = `${gate.id} ${gate.opened}`;
    const known = this.asked.get(key);
    if (known) return known;
    const before = this.answered.get(gate.id) ?? 0;
    const intention = intend(gate, this.world.scenario, before);
    const due =
      intention.after === undefined || before >= most ? undefined : Date.parse(gate.opened) + intention.after;
    const asked = { intention, due, told: false };
    this.asked.set(key, asked);
    return asked;
  }

  private async decide(gate: GateStatus, { choice, why }: Intention): Promise<void> {
    const who = gate.who.length > 0 ? gate.who : everybody(this.world.config);
    const needed = choice === 'approve' ? Math.max(1, gate.stillNeeded) : 1;
    for (const by of who.slice(0, needed)) {
      const comment = gate.kind === 'approval' ? undefined : why;
      const payload = { by, gate: gate.id, ...(comment ? { comment } : {}) };
      if (choice === 'approve' || choice === 'reject') await this.run.signal(choice, payload);
      else await this.run.signal('answer', { ...payload, choice });
    }
  }
}

/** Who may answer a question that is put to nobody in particular; whoever started the run is known to it at least. */
function everybody({ people, environments }: ProductConfig): string[] {
  const approvers = Object.values(environments).flatMap(({ approval }) =>
    resolvePeople(approval?.from ?? [], people.groups),
  );
  return [...new Set([...Object.values(people.groups).flat(), ...approvers, starter])];
}
