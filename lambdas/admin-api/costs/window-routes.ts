import {
  type CostPeriod,
  type CostRollup,
  costCalendar,
  daysBetween,
  type FlatCosts,
  presentCosts,
} from '@sgraph-backbone/layer/costs';
import { type CsvTable, type Route, route, schema as z } from '@sgraph-backbone/layer/runtime';
import type { AdminContext } from '../admin-source.ts';
import { limitParameter } from '../parameters.ts';
import { finalityOfCosts } from './cost-finality.ts';
import { periodIn } from './cost-parameters.ts';
import { costFinality, costPeriod, flatCosts } from './cost-schemas.ts';
import { latestCostKey, readKeptRollup, shownCosts } from './cost-source.ts';

const query = z.object({ limit: limitParameter(10).meta({ description: 'how many cost drivers' }) });
const answer = z.object({
  query: z.object({ period: costPeriod, key: z.string(), limit: z.int() }),
  finality: costFinality,
  data: flatCosts,
});
type Answer = z.infer<typeof answer>;

/** What one day, week or month has cost. */
export function costWindowRoutes({ source, now }: AdminContext): Route[] {
  const read = async (period: CostPeriod, given: string, limit: number) => {
    const key = costCalendar.canonical(period, given);
    const rollup = await readKeptRollup(await shownCosts(await source()), { period, time_key: key });
    const data = rollup === undefined ? nothingKnown(period, key) : presentCosts(rollup, limit);
    const asked = { period, key, limit };
    const finality = finalityOfCosts(rollup, gapsIn(period, key));
    return { answer: { query: asked, finality, data } as Answer, version: versionOf(rollup) };
  };
  return [
    route({
      method: 'GET',
      path: '/api/costs/latest/{period}',
      scope: 'costs:read',
      summary: 'The newest day, week or month of which costs are known',
      query,
      answer,
      csv: csvOf,
      handle: async ({ path, query: { limit } }) => {
        const period = periodIn(path.period);
        const data = await shownCosts(await source());
        const before = costCalendar.keyAt(period, now() - RECENT);
        return read(
          period,
          (await latestCostKey(data, period, before)) ?? costCalendar.keyAt(period, now()),
          limit,
        );
      },
    }),
    route({
      method: 'GET',
      path: '/api/costs/{period}/{key}',
      scope: 'costs:read',
      summary:
        'What one day, week or month has cost, also by service and region, per request, transfer and visitor',
      description:
        'Days, weeks and months are UTC, as AWS bills them. Ratios are null over zero, and over what was not measured.',
      query,
      answer,
      csv: csvOf,
      handle: ({ path, query: { limit } }) => read(periodIn(path.period), path.key, limit),
    }),
  ];
}

/** The newest roll-up is hardly ever older, ms. */
const RECENT = 40 * 86_400_000;

function versionOf(rollup: CostRollup | undefined): string | undefined {
  return rollup && `${rollup.content_hash} ${rollup.revision} ${rollup.cost.collected_at}`;
}

function gapsIn(period: CostPeriod, key: string): string[] {
  const { start, end } = costCalendar.span(period, key);
  return daysBetween(costCalendar.dayOf(start), costCalendar.dayOf(end));
}

/** Null is not nothing: of such a window no costs were ever read. */
function nothingKnown(
  period: CostPeriod,
  time_key: string,
): Omit<FlatCosts, 'computed_at'> & { computed_at: null } {
  const { start, end } = costCalendar.span(period, time_key);
  const gaps = gapsIn(period, time_key);
  return {
    period,
    window_type: period,
    time_key,
    window_start: start,
    window_end: end,
    status: 'partial',
    estimated: true,
    revision: 0,
    restated: null,
    computed_at: null,
    currency: 'USD',
    total_cost_usd: null,
    amortized_cost_usd: null,
    credits_usd: null,
    refunds_usd: null,
    tax_usd: null,
    net_cost_usd: null,
    own_cost_usd: null,
    cost_by_service: {},
    cost_by_region: {},
    top_cost_drivers: [],
    total_requests: null,
    total_transfers: null,
    unique_visitors: null,
    visitor_days: null,
    cost_per_request: null,
    cost_per_transfer: null,
    cost_per_active_user: null,
    cost_per_visitor_day: null,
    cost: { status: 'unknown', estimated: true, collected_at: null, sources: [], scopes: [], gaps, days: 0 },
    traffic: {
      status: 'unknown',
      feeds: [],
      total_requests: null,
      total_transfers: null,
      transfers_from: [],
      unique_visitors: null,
      visitor_days: null,
      visitors_bound: 'exact',
      gaps,
    },
    ratio_days: { requests: 0, transfers: 0, visitors: 0 },
    exact: null,
    other_currencies: [],
  };
}

const SUMS = ['total_cost', 'amortized_cost', 'credits', 'refunds', 'tax', 'net_cost', 'own_cost'] as const;
const RATIOS = [
  'cost_per_request',
  'cost_per_transfer',
  'cost_per_active_user',
  'cost_per_visitor_day',
] as const;
const COUNTS = ['total_requests', 'total_transfers', 'unique_visitors', 'visitor_days'] as const;

/** One row for each number: exact texts, so that a sheet can be held against the bill. */
function csvOf({ query: asked, data }: Answer): CsvTable {
  const currencies = [
    ...(data.exact === null ? [] : [{ currency: 'USD', exact: data.exact }]),
    ...data.other_currencies,
  ];
  const rows = currencies.flatMap(({ currency, exact }) => [
    ...[...SUMS, ...RATIOS].map((name) => [name, '', currency, exact[name]]),
    ...Object.entries(exact.cost_by_service).map(([name, amount]) => ['service', name, currency, amount]),
    ...Object.entries(exact.cost_by_region).map(([name, amount]) => ['region', name, currency, amount]),
  ]);
  return {
    name: `backbone-costs-${asked.period}-${asked.key}`,
    columns: ['measure', 'name', 'currency', 'amount'],
    rows: [...rows, ...COUNTS.map((name) => [name, '', '', data[name]])],
  };
}
