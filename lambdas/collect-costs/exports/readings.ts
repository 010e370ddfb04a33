import type { CostReading } from '@sgraph-backbone/layer/costs';
import type { BilledPeriod } from './billed-period.ts';
import { type DayShare, type ShareLine, sumOfShares } from './day-shares.ts';

/** What an export says of some days: each day's own period, and what later ones correct in it. */
export function readingsOf(
  periods: readonly BilledPeriod[],
  dates: readonly string[],
  told: { readonly hasOwn: boolean; readonly now: number },
): CostReading[] {
  const newest = periods.reduce((a, b) => (a.imported_at > b.imported_at ? a : b));
  return dates.map((date) => {
    const shares = periods.flatMap(({ days }): DayShare[] => (days[date] ? [days[date]] : []));
    return readingOf(date, newest, sumOfShares(shares), told);
  });
}

function readingOf(
  date: string,
  { source, scope }: BilledPeriod,
  { estimated, lines }: DayShare,
  { hasOwn, now }: { readonly hasOwn: boolean; readonly now: number },
): CostReading {
  const charges = lines.filter(({ record_type }) => record_type === 'charge');
  return {
    date,
    source,
    scope,
    estimated,
    collected_at: now,
    // A line of an export knows its region and its usage type.
    by_region: charges.map(plain),
    by_usage_type: charges.map(plain),
    apart: lines.filter(({ record_type }) => record_type !== 'charge').map(plain),
    own: hasOwn ? charges.filter(({ own }) => own).map(plain) : null,
  };
}

function plain({ own: _, ...line }: ShareLine) {
  return line;
}
