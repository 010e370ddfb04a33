import { moneyText, parseMoney } from './money.ts';

/** Exact sums by currency, as decimal texts: currencies are never added to each other. */
export type Amounts = Readonly<Record<string, string>>;

export function addAmounts(lines: Iterable<{ readonly currency: string; readonly amount: string }>): Amounts {
  const sums = new Map<string, bigint>();
  for (const { currency, amount } of lines)
    sums.set(currency, (sums.get(currency) ?? 0n) + parseMoney(amount));
  return amountsOf(sums);
}

/** New minus old, of every currency of either; currencies that are the same are left out. */
export function differenceOf(before: Amounts, after: Amounts): Amounts {
  const sums = new Map<string, bigint>();
  for (const currency of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const change = parseMoney(after[currency] ?? '0') - parseMoney(before[currency] ?? '0');
    if (change !== 0n) sums.set(currency, change);
  }
  return amountsOf(sums);
}

function amountsOf(sums: ReadonlyMap<string, bigint>): Amounts {
  const currencies = [...sums.keys()].sort();
  return Object.fromEntries(currencies.map((currency) => [currency, moneyText(sums.get(currency)!)]));
}
