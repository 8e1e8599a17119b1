import type { ClosedGate, Gate, Vote } from '../../domain/gates/gate.ts';

/** So many closed gates are remembered, to answer those who come late. */
const remembered = 20;

/** The gates of a run: those that are open, in the order in which they were opened, and the last ones that were closed. */
export class OpenGates {
  private gates: readonly Gate[] = [];
  private ended: readonly ClosedGate[] = [];

  get open(): readonly Gate[] {
    return this.gates;
  }

  get closed(): readonly ClosedGate[] {
    return this.ended;
  }

  find(id: string): Gate | undefined {
    return this.gates.find((gate) => gate.id === id);
  }

  opens(gate: Gate): void {
    this.gates = [...this.gates, gate];
  }

  /** The gate as it is after a vote. */
  counts(gate: Gate): void {
    this.gates = this.gates.map((known) => (known.id === gate.id ? gate : known));
  }

  /** @returns the votes that were given there */
  closes(id: string, ended: string): readonly Vote[] {
    const votes = this.find(id)?.votes ?? [];
    this.gates = this.gates.filter((gate) => gate.id !== id);
    this.ended = [...this.ended, { id, ended }].slice(-remembered);
    return votes;
  }
}
