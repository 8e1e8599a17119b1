import type { Driver, DriverResult, EffectContext, Target } from '../../activities/ports/index.ts';
import type { EnvironmentConfig } from '../../domain/config/schema.ts';
import { formatDuration } from '../../domain/text/time.ts';
import type { Executions } from './simulated-commands.ts';
import { resultOf, takes } from './simulated-commands.ts';
import type { World } from './world.ts';

/** Where the candidate of an environment is looked at, so that the simulated prober knows whom it looks at. */
export const candidateUrl = (environment: string, version: string): string =>
  `http://v${version.toLowerCase()}.${environment}.invalid/`;

/** Puts versions into simulated environments, in the time and with the limits that the configuration gives. */
export function simulatedDriver(
  world: World,
  executions: Executions,
  environment: EnvironmentConfig,
): Driver {
  const carry = async (
    context: EffectContext,
    usual: number,
    limit: number,
    done: () => string,
  ): Promise<DriverResult> => {
    const carried = await executions.carryOut(context, usual, limit);
    return carried.end === 'done'
      ? { ok: true, summary: done() }
      : { ok: false, summary: resultOf(carried, limit).summary };
  };
  const of = (target: Target) => world.environment(target.environment);
  const all = (target: Target, version: string): void => {
    world.share(target.environment, { [version]: 100 }, target.version);
  };
  const movesByItself =
    environment.process === undefined &&
    environment.router === undefined &&
    environment.script?.activate === undefined;

  return {
    current: ({ target }) => {
      const version = world.serving(target.environment);
      const running = version === undefined ? undefined : of(target).deployed.get(version);
      return Promise.resolve(version && running ? { version, ...running } : undefined);
    },
    deploy: async ({ target }, context) => {
      if (target.environment === world.live && world.brokenGreen(target.version) === 'crashes') {
        const ended = await carry(context, takes.crash, deployLimit(environment), () => '');
        return ended.ok ? crashed(environment) : ended;
      }
      return carry(context, takes.start, deployLimit(environment), () => {
        const { deployed, weights } = of(target);
        // One place beside the version that serves: whatever stood there before is gone.
        for (const version of deployed.keys())
          if (version !== target.version && !weights[version]) deployed.delete(version);
        const slot =
          deployed.get(target.version)?.slot ?? otherSlot([...deployed.values()].map((each) => each.slot));
        deployed.set(target.version, { commit: target.commit, slot });
        if (movesByItself) all(target, target.version);
        return Object.keys(weights).length === 0 || movesByItself
          ? `v${target.version} runs`
          : `v${target.version} runs beside v${world.serving(target.environment) ?? ''}`;
      });
    },
    shift: ({ target, weight }, context) =>
      carry(context, takes.traffic, trafficLimit(environment), () => {
        const before = Object.keys(of(target).weights).find((version) => version !== target.version);
        world.share(
          target.environment,
          { [target.version]: weight, ...(before && weight < 100 ? { [before]: 100 - weight } : {}) },
          target.version,
        );
        return `v${target.version} has ${weight} % of the traffic`;
      }),
    weight: ({ target }) => Promise.resolve(of(target).weights[target.version] ?? 0),
    activate: ({ target }, context) =>
      carry(context, takes.traffic, trafficLimit(environment), () => {
        all(target, target.version);
        return `v${target.version} has all of the traffic`;
      }),
    rollback: ({ target, to }, context) =>
      carry(context, takes.traffic, environment.script?.rollback.timeout ?? trafficLimit(environment), () => {
        of(target).deployed.delete(target.version);
        if (to) {
          of(target).deployed.set(to.version, { commit: to.commit, slot: otherSlot([]) });
          all(target, to.version);
        } else world.share(target.environment, {});
        return to ? `traffic is back on v${to.version}` : 'the version is out of service';
      }),
    retire: ({ target }, context) =>
      carry(context, takes.traffic, trafficLimit(environment), () => {
        const { deployed, weights } = of(target);
        const idle = [...deployed.keys()].filter((version) => !weights[version]);
        for (const version of idle) deployed.delete(version);
        return idle.length > 0 ? `v${idle.join(', v')} is stopped` : 'nothing else runs there';
      }),
    addresses: ({ target }) =>
      Promise.resolve({
        public: environment.url,
        candidate: candidateUrl(target.environment, target.version),
        metrics:
          environment.process || environment.router
            ? `http://router.${target.environment}.invalid/`
            : undefined,
      }),
    usage: () => Promise.resolve({ memory: 180e6, cpuSeconds: (world.time.now() / 1_000) * 0.2 }),
  };
}

/** As the driver of the configuration says it. */
const crashed = ({ process }: EnvironmentConfig): DriverResult => ({
  ok: false,
  summary: process
    ? 'it ended with code 1 before it answered'
    : `exited with 1 after ${formatDuration(takes.crash)}`,
  tail: 'Error: this version crashes, as the scenario has it\n',
});

const otherSlot = (taken: readonly string[]): string => (taken.includes('blue') ? 'green' : 'blue');

/** How long a deployment may take, as the real driver would have it. */
function deployLimit({ process, script }: EnvironmentConfig): number {
  if (script) return script.deploy.timeout;
  return (process?.startWithin ?? 60_000) + (process?.install?.timeout ?? 0);
}

function trafficLimit({ script, router, process }: EnvironmentConfig): number {
  return (
    router?.script?.set.timeout ??
    router?.haproxy?.timeout ??
    script?.activate?.timeout ??
    (process ? 60_000 + process.drain : 600_000)
  );
}
