import { dateIn, firstDay, keyOf, type Period } from './time-keys.ts';

/** Windows of which nothing is known, apart: what should be known, and what is not over yet. */
export interface Gaps {
  readonly missing: readonly string[];
  readonly toCome: readonly string[];
}

const FORMS: readonly [RegExp, Period | 'hourly' | '30min', string][] = [
  [/^\d{4}-\d\d-\d\d-\d{4}$/, '30min', 'half-hour'],
  [/^\d{4}-\d\d-\d\d-\d\d$/, 'hourly', 'hour'],
  [/^\d{4}-\d\d-\d\d$/, 'daily', 'day'],
  [/^\d{4}-W\d\d$/, 'weekly', 'week'],
  [/^\d{4}-\d\d$/, 'monthly', 'month'],
  [/^\d{4}$/, 'yearly', 'year'],
];
const LENGTHS = { hourly: 3_600_000, '30min': 1_800_000 };

export function splitGaps(gaps: readonly string[], timezone: string, now: number): Gaps {
  const isOver = (key: string) => isPast(key, timezone, now);
  return { missing: gaps.filter(isOver), toCome: gaps.filter((key) => !isOver(key)) };
}

/** "1 hour", "3 days"; of several lengths together "5 windows". */
export function countOf(keys: readonly string[]): string {
  const units = new Set(keys.map((key) => formOf(key)?.[2] ?? 'window'));
  const [unit = 'window'] = units.size === 1 ? units : [];
  return `${keys.length} ${unit}${keys.length === 1 ? '' : 's'}`;
}

function isPast(key: string, timezone: string, now: number): boolean {
  const [, period] = formOf(key) ?? [];
  if (period === undefined) return true;
  if (period !== 'hourly' && period !== '30min')
    return firstDay(period, key) < firstDay(period, keyOf(period, dateIn(timezone, now)));
  const [date, time = ''] = [key.slice(0, 10), key.slice(11)];
  return Date.parse(`${date}T${time.slice(0, 2)}:${time.slice(2) || '00'}Z`) + LENGTHS[period] <= now;
}

function formOf(key: string) {
  return FORMS.find(([form]) => form.test(key));
}
