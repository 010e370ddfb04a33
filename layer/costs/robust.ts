import type { Money } from './money.ts';

/** The middle amount; of two middle ones the mean, rounded towards zero. Null of none. */
export function medianOf(amounts: readonly Money[]): Money | null {
  if (amounts.length === 0) return null;
  const sorted = amounts.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2n;
}

/** Median of the absolute deviations from the median: what one wild day does not move. Null of none. */
export function deviationOf(amounts: readonly Money[]): Money | null {
  const median = medianOf(amounts);
  return median === null ? null : medianOf(amounts.map((amount) => absolute(amount - median)));
}

export function absolute(money: Money): Money {
  return money < 0n ? -money : money;
}

/** Sunday is 0. */
export function weekdayOf(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay();
}
