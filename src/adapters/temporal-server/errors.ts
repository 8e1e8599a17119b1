/** One way that was tried to get at a Temporal server, and why it did not work. */
export interface Attempt {
  readonly way: string;
  readonly why: string;
}

/** There is no Temporal server and no way to make one here. */
export class NoTemporalServer extends Error {
  override readonly name = 'NoTemporalServer';
  readonly attempts: readonly Attempt[];

  constructor(attempts: readonly Attempt[]) {
    super(
      [
        'No Temporal server was found, and none could be installed. Tried, in this order:',
        ...attempts.map(({ way, why }) => `  - ${way}: ${why}`),
        'Do one of these: set TEMPORAL_ADDRESS to a server that runs; put the temporal CLI on the PATH or name it in',
        'TEMPORAL_CLI_PATH (https://docs.temporal.io/cli); or install Go, with which Sluice builds it.',
      ].join('\n'),
    );
    this.attempts = attempts;
  }
}

/** Temporal's time-skipping test server can't be had here. */
export class NoTestServer extends Error {
  override readonly name = 'NoTestServer';
  readonly attempts: readonly Attempt[];

  constructor(attempts: readonly Attempt[]) {
    super(
      [
        "Temporal's time-skipping test server, which a rehearsal runs on, can't be had here. Tried, in this order:",
        ...attempts.map(({ way, why }) => `  - ${way}: ${why}`),
        'Do one of these: let this machine reach temporal.download; install Java and Maven, with which Sluice fetches it;',
        'or name the program in SLUICE_TEST_SERVER.',
      ].join('\n'),
    );
    this.attempts = attempts;
  }
}

/** The time-skipping test server ended, or did not answer in time. */
export class TestServerFailed extends Error {
  override readonly name = 'TestServerFailed';

  constructor(program: string, what: string, tail: string) {
    super(`Temporal's time-skipping test server (${program}) ${what}. It said last:\n${tail || '(nothing)'}`);
  }
}

/** What is wrong with an address: nobody there, somebody else there, or the server refuses us. */
export type Unreachable = 'dead' | 'foreign' | 'refused';

/** A server was named, and it can't be used. */
export class TemporalUnreachable extends Error {
  override readonly name = 'TemporalUnreachable';
  readonly address: string;
  readonly kind: Unreachable;

  constructor(address: string, kind: Unreachable, detail: string) {
    const sentence = {
      dead: `No Temporal server answers at ${address} (${detail}). Start it, or correct TEMPORAL_ADDRESS; without TEMPORAL_ADDRESS, sluice up starts one of its own.`,
      foreign: `Something answers at ${address}, but it is not a Temporal server (${detail}). TEMPORAL_ADDRESS must be the address of Temporal's gRPC frontend (usually port 7233, not the UI's), with TLS switched on where the server wants it.`,
      refused: `The Temporal server at ${address} refused the connection (${detail}). Check TEMPORAL_API_KEY, the TLS certificate and TEMPORAL_NAMESPACE.`,
    }[kind];
    super(sentence);
    this.address = address;
    this.kind = kind;
  }
}

/** A port that the development server was to listen on belongs to another program. */
export class PortInUse extends Error {
  override readonly name = 'PortInUse';
  readonly port: number;

  constructor(port: number, what: 'server' | 'UI', occupant: 'temporal' | 'other') {
    super(
      occupant === 'temporal'
        ? `Port ${port}, wanted for the Temporal ${what}, already has a Temporal server: set TEMPORAL_ADDRESS=127.0.0.1:${port} to use that one, stop it, or choose another port.`
        : `Port ${port}, wanted for the Temporal ${what}, is in use by another program: stop that program or choose another port.`,
    );
    this.port = port;
  }
}

/** The development server ended, or did not answer in time. */
export class DevServerFailed extends Error {
  override readonly name = 'DevServerFailed';
  readonly logFile: string;

  constructor(what: string, logFile: string, tail: string) {
    super(
      `The Temporal development server ${what}. Its log (${logFile}) ends with:\n${tail || '(nothing was logged)'}`,
    );
    this.logFile = logFile;
  }
}
