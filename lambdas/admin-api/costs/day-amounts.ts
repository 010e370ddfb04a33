import {
  type Anomaly,
  addDays,
  type CostRollup,
  childAmounts,
  type DayAmount,
  dayAmounts,
  daysBetween,
  HISTORY_DAYS,
  monthOf,
  startOf,
} from '@sgraph-backbone/layer/costs';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import type { CostRange } from './cost-parameters.ts';
import { readCostRollups } from './cost-source.ts';

/** Charges of the days of a range in one currency, from the months that hold them. */
export interface DayAmountsRead {
  /** Those that are known, in time order, without services. */
  readonly days: readonly DayAmount[];
  readonly months: readonly CostRollup[];
  /** Days that nothing is known of. */
  readonly gaps: readonly string[];
}

/** A few reads, whatever the range: a month's roll-up has the sums of its days. */
export async function readDayAmounts(
  data: ObjectStore,
  { from, to }: CostRange,
  currency: string,
): Promise<DayAmountsRead> {
  const dates = daysBetween(from, to);
  const months = await readCostRollups(data, 'monthly', [...new Set(dates.map(monthOf))]);
  const days = childAmounts(months, currency).filter(({ date }) => date >= from && date < to);
  const known = new Set(days.map(({ date }) => date));
  return { days, months, gaps: dates.filter((date) => !known.has(date)) };
}

/** The same days, those with their services that anomalies are explained by. */
export async function withServices(
  data: ObjectStore,
  days: readonly DayAmount[],
  anomalies: readonly Anomaly[],
  currency: string,
): Promise<DayAmount[]> {
  if (anomalies.length === 0) return [...days];
  const needed = days.filter(({ date }) => anomalies.some((anomaly) => explains(date, anomaly)));
  const dates = needed.map(({ date }) => date);
  const read = dayAmounts(await readCostRollups(data, 'daily', dates), currency);
  const byDate = new Map(read.map((day) => [day.date, day]));
  return days.map((day) => byDate.get(day.date) ?? day);
}

/** Whether a day is the one that stands out, or among those that it is compared with. */
function explains(date: string, { date: found, compared_with }: Anomaly): boolean {
  if (date > found || date < addDays(found, -HISTORY_DAYS)) return false;
  if (date === found || compared_with === 'days') return true;
  if (compared_with === 'first-of-month') return date.endsWith('-01');
  return (startOf(found) - startOf(date)) % (7 * 86_400_000) === 0;
}
