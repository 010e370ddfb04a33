import type {
  CostRestatement,
  CostRollup,
  CostSide,
  CurrencyCosts,
  Matched,
  TrafficSide,
} from './cost-rollup.ts';
import { type Money, moneyNumber, moneyText, parseMoney, shareOf } from './money.ts';

/** What something costs: the nearest number, and the exact text. */
export interface CostDriver {
  readonly service: string;
  readonly usage_type: string | null;
  readonly amount_usd: number;
  readonly amount_exact: string;
  /** Of the total; null where that is not above zero. */
  readonly percent: number | null;
}

export interface UnitCosts {
  readonly cost_per_request: number | null;
  readonly cost_per_transfer: number | null;
  /** Of a day; longer periods have no number of distinct people. */
  readonly cost_per_active_user: number | null;
  readonly cost_per_visitor_day: number | null;
}

/** A currency that is not USD: the same measures in its own money. */
export interface OtherCurrency extends UnitCosts {
  readonly currency: string;
  readonly total_cost: number;
  readonly exact: ExactCosts;
  readonly cost_by_service: Readonly<Record<string, number>>;
  readonly cost_by_region: Readonly<Record<string, number>>;
}

/** Exact decimal texts of what the numbers beside them are nearest to. Ratios are rounded to 12 digits. */
export interface ExactCosts {
  readonly total_cost: string;
  readonly amortized_cost: string | null;
  readonly credits: string;
  readonly refunds: string;
  readonly tax: string;
  readonly net_cost: string;
  readonly own_cost: string | null;
  readonly cost_by_service: Readonly<Record<string, string>>;
  readonly cost_by_region: Readonly<Record<string, string>>;
  readonly cost_per_request: string | null;
  readonly cost_per_transfer: string | null;
  readonly cost_per_active_user: string | null;
  readonly cost_per_visitor_day: string | null;
}

/** A cost roll-up as clients know it (schema C), numbers in USD; `exact` has the same as texts. */
export interface FlatCosts extends UnitCosts {
  readonly period: CostRollup['period'];
  /** The predecessor's name of `period`. */
  readonly window_type: CostRollup['period'];
  readonly time_key: string;
  readonly window_start: number;
  readonly window_end: number;
  readonly status: CostRollup['status'];
  readonly estimated: boolean;
  readonly revision: number;
  readonly restated: CostRestatement | null;
  readonly computed_at: number;
  readonly currency: 'USD';
  /** Null where everything was billed in other currencies. */
  readonly total_cost_usd: number | null;
  readonly amortized_cost_usd: number | null;
  readonly credits_usd: number | null;
  readonly refunds_usd: number | null;
  readonly tax_usd: number | null;
  readonly net_cost_usd: number | null;
  /** Backbone's own share; null: not asked for. */
  readonly own_cost_usd: number | null;
  readonly cost_by_service: Readonly<Record<string, number>>;
  readonly cost_by_region: Readonly<Record<string, number>>;
  readonly top_cost_drivers: readonly CostDriver[];
  readonly total_requests: number | null;
  readonly total_transfers: number | null;
  readonly unique_visitors: number | null;
  readonly visitor_days: number | null;
  readonly cost: CostSide;
  readonly traffic: TrafficSide;
  /** Days that ratios are made of: those on which both sides are known. */
  readonly ratio_days: { readonly requests: number; readonly transfers: number; readonly visitors: number };
  readonly exact: ExactCosts | null;
  /** Never added to the dollars. */
  readonly other_currencies: readonly OtherCurrency[];
}

const USD = 'USD';

/** A roll-up for an answer, with at most `limit` cost drivers. */
export function presentCosts(rollup: CostRollup, limit = 10): FlatCosts {
  const { currencies, period, time_key, traffic, cost } = rollup;
  const dollars = currencies.find(({ currency }) => currency === USD) ?? nothing(currencies);
  const isDay = period === 'daily';
  const exact = dollars && exactCosts(dollars, isDay);
  const number = (text: string | null | undefined) => (text == null ? null : numberOf(text));
  return {
    period,
    window_type: period,
    time_key,
    window_start: rollup.window_start,
    window_end: rollup.window_end,
    status: rollup.status,
    estimated: cost.estimated,
    revision: rollup.revision,
    restated: rollup.restated ?? null,
    computed_at: rollup.computed_at,
    currency: USD,
    total_cost_usd: number(exact?.total_cost),
    amortized_cost_usd: number(exact?.amortized_cost),
    credits_usd: number(exact?.credits),
    refunds_usd: number(exact?.refunds),
    tax_usd: number(exact?.tax),
    net_cost_usd: number(exact?.net_cost),
    own_cost_usd: number(exact?.own_cost),
    cost_by_service: numbersOf(exact?.cost_by_service ?? {}),
    cost_by_region: numbersOf(exact?.cost_by_region ?? {}),
    top_cost_drivers: dollars ? costDrivers(dollars, limit) : [],
    total_requests: traffic.total_requests,
    total_transfers: traffic.total_transfers,
    unique_visitors: traffic.unique_visitors,
    visitor_days: traffic.visitor_days,
    ...unitCosts(exact),
    cost,
    traffic,
    ratio_days: {
      requests: dollars?.per_request.days ?? 0,
      transfers: dollars?.per_transfer.days ?? 0,
      visitors: dollars?.per_visitor_day.days ?? 0,
    },
    exact: exact ?? null,
    other_currencies: currencies
      .filter(({ currency }) => currency !== USD)
      .map((own) => otherCurrency(own, isDay)),
  };
}

/** What costs most, by service and usage type; services alone where the source knew no usage types. */
export function costDrivers(
  { total, by_usage_type, by_service }: CurrencyCosts,
  limit: number,
): CostDriver[] {
  const entries =
    by_usage_type.length > 0
      ? by_usage_type
      : by_service.map(({ name, amount }) => ({ service: name, usage_type: null, amount }));
  return entries.slice(0, limit).map(({ service, usage_type, amount }) => ({
    service,
    usage_type,
    amount_usd: numberOf(amount),
    amount_exact: amount,
    percent: percentOf(parseMoney(amount), parseMoney(total)),
  }));
}

/** With two digits; null of a total that is not above zero. */
export function percentOf(part: Money, total: Money): number | null {
  if (total <= 0n) return null;
  return Number((part * 1_000_000n) / total) / 10_000;
}

/** A window in which nothing at all was billed has cost no dollars; one in other money has no dollars to tell of. */
function nothing(currencies: readonly CurrencyCosts[]): CurrencyCosts | undefined {
  return currencies.length === 0 ? FREE : undefined;
}

const UNMATCHED: Matched = { cost: '0', count: 0, days: 0 };
const FREE: CurrencyCosts = {
  currency: USD,
  total: '0',
  amortized: '0',
  credits: '0',
  refunds: '0',
  tax: '0',
  net: '0',
  by_service: [],
  by_region: [],
  by_usage_type: [],
  own: null,
  per_request: UNMATCHED,
  per_transfer: UNMATCHED,
  per_visitor_day: UNMATCHED,
};

function otherCurrency(costs: CurrencyCosts, isDay: boolean): OtherCurrency {
  const exact = exactCosts(costs, isDay);
  return {
    currency: costs.currency,
    total_cost: numberOf(exact.total_cost),
    cost_by_service: numbersOf(exact.cost_by_service),
    cost_by_region: numbersOf(exact.cost_by_region),
    ...unitCosts(exact),
    exact,
  };
}

function exactCosts(costs: CurrencyCosts, isDay: boolean): ExactCosts {
  const perVisitor = ratio(costs.per_visitor_day);
  return {
    total_cost: costs.total,
    amortized_cost: costs.amortized,
    credits: costs.credits,
    refunds: costs.refunds,
    tax: costs.tax,
    net_cost: costs.net,
    own_cost: costs.own,
    cost_by_service: Object.fromEntries(costs.by_service.map(({ name, amount }) => [name, amount])),
    cost_by_region: Object.fromEntries(costs.by_region.map(({ name, amount }) => [name, amount])),
    cost_per_request: ratio(costs.per_request),
    cost_per_transfer: ratio(costs.per_transfer),
    cost_per_active_user: isDay ? perVisitor : null,
    cost_per_visitor_day: perVisitor,
  };
}

function ratio({ cost, count, days }: Matched): string | null {
  const share = shareOf(parseMoney(cost), days === 0 ? null : count);
  return share === null ? null : moneyText(share);
}

function unitCosts(exact: ExactCosts | undefined): UnitCosts {
  const number = (text: string | null | undefined) => (text == null ? null : numberOf(text));
  return {
    cost_per_request: number(exact?.cost_per_request),
    cost_per_transfer: number(exact?.cost_per_transfer),
    cost_per_active_user: number(exact?.cost_per_active_user),
    cost_per_visitor_day: number(exact?.cost_per_visitor_day),
  };
}

function numbersOf(texts: Readonly<Record<string, string>>): Record<string, number> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, numberOf(text)]));
}

function numberOf(text: string): number {
  return moneyNumber(parseMoney(text));
}
