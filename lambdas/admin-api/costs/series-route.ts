import {
  type CostPeriod,
  type CostRollup,
  costCalendar,
  daysBetween,
  moneyNumber,
  monthOf,
  parseMoney,
  startOf,
} from '@sgraph-backbone/layer/costs';
import { malformed, type Route, route, schema as z } from '@sgraph-backbone/layer/runtime';
import type { AdminContext } from '../admin-source.ts';
import { finalityOfAll } from './cost-finality.ts';
import { currencyParameter, dayParameter, rangeOf, shownDay } from './cost-parameters.ts';
import { costFinality, costPeriod, exactText, instant } from './cost-schemas.ts';
import { readCostRollups, shownCosts } from './cost-source.ts';

const MOST_POINTS = 1_000;
const MOST_SPLIT = 400;

const query = z.object({
  from: dayParameter('first day, inclusive'),
  to: dayParameter('exclusive; without it today'),
  granularity: costPeriod.default('daily'),
  group_by: z.enum(['service', 'region']).optional().meta({ description: 'also the parts of each point' }),
  currency: currencyParameter,
});

const amount = { amount: z.number(), exact: exactText };
const point = z.object({
  time_key: z.string(),
  window_start: instant,
  window_end: instant,
  status: z.enum(['partial', 'final']),
  estimated: z.boolean().nullable(),
  total_cost: z.number().nullable().meta({ description: 'charges; null: not known' }),
  net_cost: z.number().nullable().meta({ description: 'with credits, refunds and tax' }),
  exact: z.object({ total_cost: exactText, net_cost: exactText }).nullable(),
  groups: z.array(z.object({ name: z.string(), ...amount })).optional(),
});
type Point = z.infer<typeof point>;

const answer = z.object({
  query: z.object({
    from: z.string(),
    to: z.string(),
    granularity: costPeriod,
    group_by: z.enum(['service', 'region']).nullable(),
    currency: z.string(),
  }),
  finality: costFinality,
  data: z.object({ points: z.array(point) }),
});

/** Costs over time. */
export function costSeriesRoute({ source, now }: AdminContext): Route {
  return route({
    method: 'GET',
    path: '/api/costs/timeseries',
    scope: 'costs:read',
    summary: 'Costs over time, also by service or region',
    description: `Every window that the range touches, whole. At most ${MOST_POINTS} points, ${MOST_SPLIT} where they have parts.`,
    query,
    answer,
    csv: ({ query: asked, data }) => ({
      name: `backbone-costs-${asked.granularity}-${asked.from.slice(0, 10)}-to-${asked.to.slice(0, 10)}`,
      columns: [
        'time_key',
        'status',
        'estimated',
        'currency',
        ...(asked.group_by === null ? [] : ['name']),
        'amount',
      ],
      rows: data.points.flatMap((one) => rowsOf(one, asked.currency, asked.group_by !== null)),
    }),
    handle: async ({ query: asked }) => {
      const range = rangeOf(asked, now(), 30);
      const { granularity, group_by, currency } = asked;
      const keys = keysIn(
        granularity,
        range.from,
        range.to,
        group_by === undefined ? MOST_POINTS : MOST_SPLIT,
      );
      const data = await shownCosts(await source());
      // A year of days is a dozen months, each of which has the sums of its days.
      const isFromMonths = granularity === 'daily' && group_by === undefined;
      const read = isFromMonths ? ('monthly' as const) : granularity;
      const readKeys = isFromMonths ? [...new Set(keys.map(monthOf))] : keys;
      const rollups = await readCostRollups(data, read, readKeys);
      const points = isFromMonths
        ? daysOf(keys, rollups, currency)
        : windowsOf(granularity, keys, rollups, currency, group_by);
      const gaps = points.filter(({ exact }) => exact === null).map(({ time_key }) => time_key);
      const shown = { from: shownDay(range.from), to: shownDay(range.to), granularity, currency };
      return {
        answer: {
          query: { ...shown, group_by: group_by ?? null },
          finality: finalityOfAll(rollups, gaps),
          data: { points },
        },
      };
    },
  });
}

function keysIn(period: CostPeriod, from: string, to: string, most: number): string[] {
  const count = (startOf(to) - startOf(from)) / SPANS[period];
  if (count > most + 2) {
    const wider = { daily: 'weekly', weekly: 'monthly', monthly: 'monthly' }[period];
    const accepted = `a range of at most ${most} points, or granularity=${wider}`;
    throw malformed([{ name: 'granularity', given: period, accepted }]);
  }
  return [...new Set(daysBetween(from, to).map((day) => costCalendar.keyAt(period, startOf(day))))];
}

/** The shortest of each, ms. */
const SPANS: Readonly<Record<CostPeriod, number>> = {
  daily: 86_400_000,
  weekly: 7 * 86_400_000,
  monthly: 28 * 86_400_000,
};

function daysOf(keys: readonly string[], months: readonly CostRollup[], currency: string): Point[] {
  const children = new Map(months.flatMap((month) => month.children.map((day) => [day.time_key, day])));
  return keys.map((time_key) => {
    const child = children.get(time_key);
    if (child === undefined) return { ...windowOf('daily', time_key), ...UNKNOWN };
    const { status, estimated, totals } = child;
    const { total = '0', net = '0' } = totals[currency] ?? {};
    return { ...windowOf('daily', time_key), status, estimated, ...sums(total, net) };
  });
}

function windowsOf(
  period: CostPeriod,
  keys: readonly string[],
  rollups: readonly CostRollup[],
  currency: string,
  group_by: 'service' | 'region' | undefined,
): Point[] {
  const byKey = new Map(rollups.map((rollup) => [rollup.time_key, rollup]));
  return keys.map((time_key) => {
    const rollup = byKey.get(time_key);
    const split = group_by === undefined ? {} : { groups: [] };
    if (rollup === undefined) return { ...windowOf(period, time_key), ...UNKNOWN, ...split };
    const own = rollup.currencies.find((costs) => costs.currency === currency);
    const parts = (group_by === 'region' ? own?.by_region : own?.by_service) ?? [];
    const groups = parts.map(({ name, amount: exact }) => ({ name, amount: numberOf(exact), exact }));
    return {
      ...windowOf(period, time_key),
      status: rollup.status,
      estimated: rollup.cost.estimated,
      ...sums(own?.total ?? '0', own?.net ?? '0'),
      ...(group_by === undefined ? {} : { groups }),
    };
  });
}

const UNKNOWN = {
  status: 'partial',
  estimated: null,
  total_cost: null,
  net_cost: null,
  exact: null,
} as const;

function windowOf(period: CostPeriod, time_key: string) {
  const { start, end } = costCalendar.span(period, time_key);
  return { time_key, window_start: start, window_end: end };
}

function sums(total: string, net: string) {
  return {
    total_cost: numberOf(total),
    net_cost: numberOf(net),
    exact: { total_cost: total, net_cost: net },
  };
}

function numberOf(text: string): number {
  return moneyNumber(parseMoney(text));
}

function rowsOf({ time_key, status, estimated, exact, groups }: Point, currency: string, isSplit: boolean) {
  const start = [time_key, status, estimated, currency];
  if (!isSplit) return [[...start, exact?.total_cost]];
  return (groups ?? []).map(({ name, exact: text }) => [...start, name, text]);
}
