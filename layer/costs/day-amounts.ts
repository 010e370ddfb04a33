import { startOf } from './cost-calendar.ts';
import type { CostRollup } from './cost-rollup.ts';
import { type Money, parseMoney } from './money.ts';

/** Charges of one UTC day in one currency. */
export interface DayAmount {
  readonly date: string;
  readonly total: Money;
  readonly by_service: ReadonlyMap<string, Money>;
}

/** How long after its end AWS is still adding to a day, ms. */
const FILLING = 86_400_000;

/** Days' charges in one currency, in time order; a day without it cost nothing of it. */
export function dayAmounts(days: readonly CostRollup[], currency: string): DayAmount[] {
  const amounts = days.map(({ time_key, currencies }) => {
    const own = currencies.find((costs) => costs.currency === currency);
    const services = own?.by_service.map(({ name, amount }) => [name, parseMoney(amount)] as const);
    return { date: time_key, total: parseMoney(own?.total ?? '0'), by_service: new Map(services) };
  });
  return amounts.sort((a, b) => (a.date < b.date ? -1 : 1));
}

/** The same of a week's or month's days, from its roll-up alone: without services. */
export function childAmounts(rollups: readonly CostRollup[], currency: string): DayAmount[] {
  const amounts = rollups.flatMap(({ children }) =>
    children.map(({ time_key, totals }) => {
      const total = parseMoney(totals[currency]?.total ?? '0');
      return { date: time_key, total, by_service: new Map() };
    }),
  );
  return amounts.sort((a, b) => (a.date < b.date ? -1 : 1));
}

/** Whether AWS has most likely sent all of a day: it is complete a day after it ended. */
export function isComplete(date: string, now: number): boolean {
  return startOf(date) + 86_400_000 + FILLING <= now;
}
