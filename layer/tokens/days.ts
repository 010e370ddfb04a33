/** For so many days the uses of each are kept. */
export const KEPT_DAYS = 400;

const DAY = 86_400_000;

/** One more on a day, without days that are too old. */
export function countedDays(days: Readonly<Record<string, number>>, day: string): Record<string, number> {
  const counted = { ...days, [day]: (days[day] ?? 0) + 1 };
  if (days[day] !== undefined) return counted;
  const newest = Object.keys(counted).sort().at(-1)!;
  const oldest = dayAfter(newest, 1 - KEPT_DAYS);
  return Object.fromEntries(Object.entries(counted).filter(([name]) => name >= oldest));
}

/** The day so many days after another, or before it. */
export function dayAfter(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY).toISOString().slice(0, 10);
}

/** Uses of a day or a month. */
export interface UsagePoint {
  /** `2026-02-16` or `2026-02`. */
  readonly time_key: string;
  readonly uses: number;
}

/** Every day from the first one that is kept to a last one, those without uses too. */
export function dailyUsage(days: Readonly<Record<string, number>>, last: string): UsagePoint[] {
  const used = Object.keys(days).sort();
  const end = [last, ...used].sort().at(-1)!;
  const earliest = dayAfter(end, 1 - KEPT_DAYS);
  const points: UsagePoint[] = [];
  for (let day = used.find((name) => name >= earliest) ?? end; day <= end; day = dayAfter(day, 1))
    points.push({ time_key: day, uses: days[day] ?? 0 });
  return points;
}

/** The same by months; the first month may have begun before what is kept. */
export function monthlyUsage(days: Readonly<Record<string, number>>, last: string): UsagePoint[] {
  const months = new Map<string, number>();
  for (const { time_key, uses } of dailyUsage(days, last)) {
    const month = time_key.slice(0, 7);
    months.set(month, (months.get(month) ?? 0) + uses);
  }
  return [...months].map(([time_key, uses]) => ({ time_key, uses }));
}
