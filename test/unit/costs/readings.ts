import type { CostLine, CostReading, CostsContext, DayTraffic } from '@sgraph-backbone/layer/costs';
import type { ObjectStore } from '@sgraph-backbone/layer/store';

/** A charge; everything that a test does not say is usual. */
export function charge(amount: string, line: Partial<CostLine> = {}): CostLine {
  return {
    service: 'Amazon Simple Storage Service',
    region: 'eu-west-1',
    usage_type: null,
    record_type: 'charge',
    currency: 'USD',
    amount,
    amortized: amount,
    usage_quantity: null,
    usage_unit: null,
    ...line,
  };
}

export function reading(date: string, of: Partial<CostReading> | string): CostReading {
  const given = typeof of === 'string' ? { by_region: [charge(of)] } : of;
  return {
    date,
    source: 'cost-explorer',
    scope: 'all',
    estimated: false,
    collected_at: Date.parse(`${date}T00:00:00Z`) + 60 * 86_400_000,
    by_region: [],
    by_usage_type: [],
    apart: [],
    own: null,
    ...given,
  };
}

export function traffic(of: Partial<DayTraffic> = {}): DayTraffic {
  return {
    status: 'final',
    feed: 'standard',
    requests: 1000,
    visitors: 20,
    visitors_bound: 'exact',
    transfers: 10,
    transfers_from: 'application',
    mark: 'one',
    ...of,
  };
}

/** What is known of no traffic. */
export const NO_TRAFFIC = traffic({
  status: 'unknown',
  requests: null,
  visitors: null,
  transfers: null,
  transfers_from: null,
});

/** Roll-ups of a store, with the traffic of each day as said. */
export function summing(
  data: ObjectStore,
  of: (date: string) => DayTraffic = () => traffic(),
  now = Date.parse('2027-06-01T00:00:00Z'),
): CostsContext {
  return { data, now: () => now, traffic: async (date) => of(date) };
}
