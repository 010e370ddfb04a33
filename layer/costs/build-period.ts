import { type CostRollupValue, finished } from './build-day.ts';
import { costCalendar } from './cost-calendar.ts';
import type { CostChild, CostRollup, CostRollupName, CostSide, TrafficSide } from './cost-rollup.ts';
import type { SideStatus } from './day-traffic.ts';
import { sumCosts } from './sum-costs.ts';

/** A week or a month from its days' roll-ups, in time order; undefined where none of them is known. */
export function buildPeriod(
  { period, time_key }: CostRollupName,
  days: readonly CostRollup[],
  now: number,
): CostRollupValue | undefined {
  if (days.length === 0) return undefined;
  const { start, end } = costCalendar.span(period, time_key);
  const all = costCalendar.children(period, time_key).map((child) => child.time_key);
  const cost = costSide(all, days, now);
  const traffic = trafficSide(days);
  return finished({
    period,
    time_key,
    window_start: start,
    window_end: end,
    status: cost.status === 'final' && traffic.status === 'final' ? 'final' : 'partial',
    computed_at: now,
    cost,
    traffic,
    currencies: sumCosts(days),
    children: days.map(childOf),
    inputs: days.map((day) => `${day.time_key} ${day.write} ${day.content_hash}`),
  });
}

function childOf({ time_key, status, cost, money_hash, currencies }: CostRollup): CostChild {
  const totals = Object.fromEntries(currencies.map(({ currency, total, net }) => [currency, { total, net }]));
  return { time_key, status, estimated: cost.estimated, money_hash, totals };
}

function costSide(all: readonly string[], days: readonly CostRollup[], now: number): CostSide {
  const known = new Set(days.map(({ time_key }) => time_key));
  const isOver = (day: string) => costCalendar.span('daily', day).end <= now;
  const isFinal = days.length === all.length && days.every(({ cost }) => cost.status === 'final');
  return {
    status: isFinal ? 'final' : 'partial',
    estimated: days.some(({ cost }) => cost.estimated),
    collected_at: Math.min(...days.map(({ cost }) => cost.collected_at!)),
    sources: distinct(days.flatMap(({ cost }) => cost.sources)),
    scopes: distinct(days.flatMap(({ cost }) => cost.scopes)),
    gaps: all.filter((day) => !known.has(day) && isOver(day)),
    days: days.length,
  };
}

/** Of the days that have costs; what was measured on none of them is null. */
function trafficSide(days: readonly CostRollup[]): TrafficSide {
  const sides = days.map(({ traffic }) => traffic);
  const sum = (of: (side: TrafficSide) => number | null) => {
    const measured = sides.flatMap((side) => of(side) ?? []);
    return measured.length === 0 ? null : measured.reduce((total, count) => total + count, 0);
  };
  return {
    status: statusOf(sides),
    feeds: distinct(sides.flatMap(({ feeds }) => feeds)),
    total_requests: sum(({ total_requests }) => total_requests),
    total_transfers: sum(({ total_transfers }) => total_transfers),
    transfers_from: distinct(sides.flatMap(({ transfers_from }) => transfers_from)),
    unique_visitors: null,
    visitor_days: sum(({ visitor_days }) => visitor_days),
    visitors_bound: sides.some(({ visitors_bound }) => visitors_bound === 'upper') ? 'upper' : 'exact',
    gaps: sides.flatMap(({ gaps }) => gaps),
  };
}

function statusOf(sides: readonly TrafficSide[]): SideStatus {
  if (sides.every(({ status }) => status === 'unknown')) return 'unknown';
  return sides.every(({ status }) => status === 'final') ? 'final' : 'partial';
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
