import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Names are public: dashboards and `createScrapeMetrics` read them. */
export function createRouterMetrics() {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    requests: new Counter({
      name: 'sluice_router_requests_total',
      help: 'Requests answered, by version, slot and HTTP status (499: the client went away).',
      labelNames: ['version', 'slot', 'code'],
      registers,
    }),
    duration: new Histogram({
      name: 'sluice_router_request_duration_seconds',
      help: 'Time from the request to the end of its answer.',
      labelNames: ['version', 'slot'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers,
    }),
    inFlight: new Gauge({
      name: 'sluice_router_requests_in_flight',
      help: 'Requests and upgraded connections that are open now.',
      labelNames: ['version', 'slot'],
      registers,
    }),
    weight: new Gauge({
      name: 'sluice_router_weight',
      help: 'Relative share of the traffic.',
      labelNames: ['version', 'slot'],
      registers,
    }),
  };
}

export type RouterMetrics = ReturnType<typeof createRouterMetrics>;
