import type { TrafficRouter } from '../../activities/ports/index.ts';
import type { RouterConfig } from '../../domain/config/router-schema.ts';
import { createHaproxyRouter } from './haproxy.ts';
import { createScriptRouter } from './script.ts';
import type { ScriptRouterOptions } from './script.ts';

/** The router that an environment's configuration names. It keeps nothing: one may be made for every call. */
export function createTrafficRouter(config: RouterConfig, options: ScriptRouterOptions): TrafficRouter {
  if (config.haproxy) return createHaproxyRouter(config.haproxy);
  if (config.script) return createScriptRouter(config.script, options);
  throw new Error('the environment names no router: it needs a haproxy or a script section');
}

export { createHaproxyRouter } from './haproxy.ts';
