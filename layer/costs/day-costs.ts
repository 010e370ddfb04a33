import type { CostLine, CostReading } from './cost-entry.ts';
import type { CurrencyCosts, Matched, NamedAmount, UsageAmount } from './cost-rollup.ts';
import type { DayTraffic } from './day-traffic.ts';
import { type Money, moneyText, parseMoney, sumMoney } from './money.ts';

/** The money of a day, by currency in order of their names. */
export function dayCosts(reading: CostReading, traffic: DayTraffic): CurrencyCosts[] {
  const lines = [...reading.by_region, ...reading.by_usage_type, ...reading.apart];
  const currencies = [...new Set(lines.map(({ currency }) => currency))].sort();
  return currencies.map((currency) => costsIn(currency, reading, traffic));
}

function costsIn(currency: string, reading: CostReading, traffic: DayTraffic): CurrencyCosts {
  const of = (lines: readonly CostLine[]) => lines.filter((line) => line.currency === currency);
  const charges = of(reading.by_region);
  const apart = of(reading.apart);
  const total = amountOf(charges);
  const amounts = (type: CostLine['record_type']) =>
    amountOf(apart.filter(({ record_type }) => record_type === type));
  return {
    currency,
    total: moneyText(total),
    amortized: amortizedOf(charges),
    credits: moneyText(amounts('credit')),
    refunds: moneyText(amounts('refund')),
    tax: moneyText(amounts('tax')),
    net: moneyText(total + amountOf(apart)),
    by_service: namedAmounts(charges.map(({ service, amount }) => [service, amount])),
    by_region: namedAmounts(charges.map(({ region, amount }) => [region ?? UNKNOWN, amount])),
    by_usage_type: usageAmounts(of(reading.by_usage_type)),
    own: reading.own && moneyText(amountOf(of(reading.own))),
    per_request: matched(total, traffic.requests),
    per_transfer: matched(total, traffic.transfers),
    per_visitor_day: matched(total, traffic.visitors),
  };
}

const UNKNOWN = '(unknown)';

function amountOf(lines: readonly CostLine[]): Money {
  return sumMoney(lines.map(({ amount }) => parseMoney(amount)));
}

function amortizedOf(lines: readonly CostLine[]): string | null {
  const known = lines.flatMap(({ amortized }) => (amortized === null ? [] : [parseMoney(amortized)]));
  return known.length === lines.length ? moneyText(sumMoney(known)) : null;
}

/** A day that nobody counted on costs as well, and takes no part in the ratio. */
function matched(total: Money, count: number | null): Matched {
  return count === null ? NONE : { cost: moneyText(total), count, days: 1 };
}

const NONE: Matched = { cost: '0', count: 0, days: 0 };

/** Sums by name, largest first. */
export function namedAmounts(entries: Iterable<readonly [name: string, amount: string]>): NamedAmount[] {
  const sums = new Map<string, Money>();
  for (const [name, amount] of entries) sums.set(name, (sums.get(name) ?? 0n) + parseMoney(amount));
  return [...sums].sort(largestFirst).map(([name, sum]) => ({ name, amount: moneyText(sum) }));
}

function largestFirst([a, left]: readonly [string, Money], [b, right]: readonly [string, Money]): number {
  if (left !== right) return left > right ? -1 : 1;
  return a < b ? -1 : 1;
}

function usageAmounts(lines: readonly CostLine[]): UsageAmount[] {
  return sumUsage(
    lines.map(({ service, usage_type, amount, usage_quantity, usage_unit }) => ({
      service,
      usage_type: usage_type ?? UNKNOWN,
      amount,
      quantities: usage_quantity === null ? {} : { [usage_unit ?? '']: usage_quantity },
    })),
  );
}

/** Sums by service and usage type, largest first; quantities by unit. */
export function sumUsage(parts: Iterable<UsageAmount>): UsageAmount[] {
  const sums = new Map<string, UsageSum>();
  for (const { service, usage_type, amount, quantities } of parts) {
    const key = `${service}\n${usage_type}`;
    const sum = sums.get(key) ?? { service, usage_type, amount: 0n, quantities: new Map<string, Money>() };
    sums.set(key, sum);
    sum.amount += parseMoney(amount);
    for (const unit in quantities)
      sum.quantities.set(unit, (sum.quantities.get(unit) ?? 0n) + parseMoney(quantities[unit]!));
  }
  const ordered = [...sums].sort(([a, left], [b, right]) =>
    largestFirst([a, left.amount], [b, right.amount]),
  );
  return ordered.map(([, { service, usage_type, amount, quantities }]) => {
    return { service, usage_type, amount: moneyText(amount), quantities: quantityTexts(quantities) };
  });
}

interface UsageSum extends Pick<UsageAmount, 'service' | 'usage_type'> {
  amount: Money;
  readonly quantities: Map<string, Money>;
}

function quantityTexts(sums: ReadonlyMap<string, Money>): Record<string, string> {
  const units = [...sums.keys()].sort();
  return Object.fromEntries(units.map((unit) => [unit, moneyText(sums.get(unit)!)]));
}
