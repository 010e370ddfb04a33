import { contentHash } from '@sgraph-backbone/layer/rollups';
import { costCalendar, settledFrom } from './cost-calendar.ts';
import type { CostReading } from './cost-entry.ts';
import type { CostVersion } from './cost-month.ts';
import type { CostRollup, CostSide, CurrencyCosts, TrafficSide } from './cost-rollup.ts';
import { dayCosts } from './day-costs.ts';
import type { DayTraffic } from './day-traffic.ts';

/** A roll-up before it is compared with the one that is stored. */
export type CostRollupValue = Omit<CostRollup, 'revision' | 'restated' | 'write'>;

/** What a day's roll-up follows from. */
export interface DayInput {
  readonly version: CostVersion;
  readonly reading: CostReading;
  readonly traffic: DayTraffic;
  /** Epoch ms. */
  readonly now: number;
}

export function buildDay(input: DayInput): CostRollupValue {
  const { reading, traffic, version, now } = input;
  const { start, end } = costCalendar.span('daily', reading.date);
  const cost = costSide(reading);
  const inputs = [`version ${version.version} ${version.content_hash}`, `traffic ${traffic.mark}`];
  return finished({
    period: 'daily',
    time_key: reading.date,
    window_start: start,
    window_end: end,
    status: cost.status === 'final' && traffic.status === 'final' ? 'final' : 'partial',
    computed_at: now,
    cost,
    traffic: trafficSide(reading.date, traffic),
    currencies: dayCosts(reading, traffic),
    children: [],
    inputs,
  });
}

/** Adds the hashes that a roll-up is known by: `collected_at` and what it was made from say nothing of its content. */
export function finished(value: Omit<CostRollupValue, 'content_hash' | 'money_hash'>): CostRollupValue {
  const { computed_at: _, inputs: __, children: ___, currencies, cost, ...content } = value;
  const { collected_at: ____, ...settled } = cost;
  const money_hash = contentHash(currencies.map(moneyTexts));
  const counted = currencies.map(({ own, per_request, per_transfer, per_visitor_day }) => {
    return { own, per_request, per_transfer, per_visitor_day };
  });
  return {
    ...value,
    money_hash,
    content_hash: contentHash({ ...content, cost: settled, counted, money_hash }),
  };
}

/**
 * What AWS said, without what is counted here and without what was not always asked for. As a list of texts, which is
 * hashed several times as fast as objects.
 */
function moneyTexts(costs: CurrencyCosts): string[] {
  const { currency, total, amortized, credits, refunds, tax, net } = costs;
  const named = (amounts: CurrencyCosts['by_service']) =>
    amounts.flatMap(({ name, amount }) => [name, amount]);
  const usage = costs.by_usage_type.flatMap(({ service, usage_type, amount, quantities }) => {
    return [service, usage_type, amount, ...Object.entries(quantities).flat()];
  });
  const lists = [named(costs.by_service), named(costs.by_region), usage];
  const texts = lists.flatMap((list) => [String(list.length), ...list]);
  return [currency, total, amortized ?? '', credits, refunds, tax, net, ...texts];
}

/** Final: AWS estimates nothing of it any more, and it was read after corrections have ended. */
function costSide({ date, source, scope, estimated, collected_at }: CostReading): CostSide {
  return {
    status: !estimated && collected_at >= settledFrom(date) ? 'final' : 'partial',
    estimated,
    collected_at,
    sources: [source],
    scopes: [scope],
    gaps: [],
    days: 1,
  };
}

function trafficSide(date: string, traffic: DayTraffic): TrafficSide {
  const { status, feed, requests, visitors, transfers } = traffic;
  return {
    status,
    feeds: status === 'unknown' ? [] : [feed],
    total_requests: requests,
    total_transfers: transfers,
    transfers_from: traffic.transfers_from === null ? [] : [traffic.transfers_from],
    unique_visitors: visitors,
    visitor_days: visitors,
    visitors_bound: traffic.visitors_bound,
    gaps: status === 'unknown' ? [date] : [],
  };
}
