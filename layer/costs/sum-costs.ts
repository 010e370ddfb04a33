import type { CostRollup, CurrencyCosts, Matched, TrafficSide } from './cost-rollup.ts';
import { namedAmounts, sumUsage } from './day-costs.ts';
import { moneyText, parseMoney, sumMoney } from './money.ts';

type Day = Pick<CostRollup, 'currencies' | 'traffic'>;

/** The money of several days, by currency in order of their names. */
export function sumCosts(rollups: readonly Day[]): CurrencyCosts[] {
  const currencies = new Set(rollups.flatMap((day) => day.currencies.map(({ currency }) => currency)));
  return [...currencies].sort().map((currency) => sumCurrency(currency, rollups));
}

function sumCurrency(currency: string, rollups: readonly Day[]): CurrencyCosts {
  const days = rollups.flatMap(({ currencies }) => currencies.find((own) => own.currency === currency) ?? []);
  const sum = (of: (day: CurrencyCosts) => string) =>
    moneyText(sumMoney(days.map((day) => parseMoney(of(day)))));
  const known = (of: (day: CurrencyCosts) => string | null) =>
    days.some((day) => of(day) === null) ? null : sum((day) => of(day)!);
  const named = (of: (day: CurrencyCosts) => CurrencyCosts['by_service']) =>
    namedAmounts(days.flatMap((day) => of(day).map(({ name, amount }) => [name, amount] as const)));
  const match = (of: (day: CurrencyCosts) => Matched, counted: (side: TrafficSide) => number | null) =>
    sumMatched(rollups.map((day) => matchedOn(day, currency, of, counted)));
  return {
    currency,
    total: sum(({ total }) => total),
    amortized: known(({ amortized }) => amortized),
    credits: sum(({ credits }) => credits),
    refunds: sum(({ refunds }) => refunds),
    tax: sum(({ tax }) => tax),
    net: sum(({ net }) => net),
    by_service: named(({ by_service }) => by_service),
    by_region: named(({ by_region }) => by_region),
    by_usage_type: sumUsage(days.flatMap(({ by_usage_type }) => by_usage_type)),
    own: known(({ own }) => own),
    per_request: match(
      ({ per_request }) => per_request,
      ({ total_requests }) => total_requests,
    ),
    per_transfer: match(
      ({ per_transfer }) => per_transfer,
      ({ total_transfers }) => total_transfers,
    ),
    per_visitor_day: match(
      ({ per_visitor_day }) => per_visitor_day,
      ({ visitor_days }) => visitor_days,
    ),
  };
}

/** On a day without this currency what was counted has cost none of it. */
function matchedOn(
  { currencies, traffic }: Day,
  currency: string,
  of: (day: CurrencyCosts) => Matched,
  counted: (side: TrafficSide) => number | null,
): Matched {
  const own = currencies.find((costs) => costs.currency === currency);
  const count = counted(traffic);
  return own ? of(own) : { cost: '0', count: count ?? 0, days: count === null ? 0 : 1 };
}

function sumMatched(parts: readonly Matched[]): Matched {
  return {
    cost: moneyText(sumMoney(parts.map(({ cost }) => parseMoney(cost)))),
    count: parts.reduce((sum, { count }) => sum + count, 0),
    days: parts.reduce((sum, { days }) => sum + days, 0),
  };
}
