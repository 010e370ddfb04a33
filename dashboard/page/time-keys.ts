/** The windows a page can show. */
export const PERIODS = ['daily', 'weekly', 'monthly', 'yearly'] as const;
export type Period = (typeof PERIODS)[number];

const DAY = 86_400_000;
const FORMS: Record<Period, RegExp> = {
  daily: /^\d{4}-\d\d-\d\d$/,
  weekly: /^\d{4}-W\d\d$/,
  monthly: /^\d{4}-\d\d$/,
  yearly: /^\d{4}$/,
};

export function isTimeKey(period: Period, key: string): boolean {
  return FORMS[period].test(key) && !Number.isNaN(Date.parse(firstDay(period, key)));
}

/** The calendar date in a time zone, `2026-02-16`. */
export function dateIn(timezone: string, instant: number): string {
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  return new Intl.DateTimeFormat('en-CA', { ...parts, timeZone: timezone }).format(instant);
}

/** The window of a period that holds a date. */
export function keyOf(period: Period, date: string): string {
  if (period === 'daily') return date;
  if (period === 'weekly') return weekOf(date);
  return date.slice(0, period === 'monthly' ? 7 : 4);
}

/** First date of a window. */
export function firstDay(period: Period, key: string): string {
  if (period === 'daily') return key;
  if (period === 'monthly') return `${key}-01`;
  if (period === 'yearly') return `${key}-01-01`;
  const [year = '', week = ''] = key.split('-W');
  return shiftDate(mondayOf(`${year}-01-04`), (Number(week) - 1) * 7);
}

/** The window `steps` later, or earlier where negative. */
export function stepKey(period: Period, key: string, steps: number): string {
  if (period === 'daily') return shiftDate(key, steps);
  if (period === 'weekly') return weekOf(shiftDate(firstDay(period, key), steps * 7));
  if (period === 'yearly') return String(Number(key) + steps).padStart(4, '0');
  const month = new Date(`${key}-01T00:00:00Z`);
  month.setUTCMonth(month.getUTCMonth() + steps);
  return month.toISOString().slice(0, 7);
}

/** Dates from (inclusive) and to (exclusive) of a window, as the API takes them. */
export function spanOf(period: Period, key: string): { from: string; to: string } {
  return { from: firstDay(period, key), to: firstDay(period, stepKey(period, key, 1)) };
}

function weekOf(date: string): string {
  const thursday = shiftDate(mondayOf(date), 3);
  const first = Date.parse(`${thursday.slice(0, 4)}-01-01`);
  const week = Math.floor((Date.parse(thursday) - first) / DAY / 7) + 1;
  return `${thursday.slice(0, 4)}-W${String(week).padStart(2, '0')}`;
}

function mondayOf(date: string): string {
  return shiftDate(date, -((new Date(date).getUTCDay() + 6) % 7));
}

function shiftDate(date: string, days: number): string {
  return new Date(Date.parse(date) + days * DAY).toISOString().slice(0, 10);
}
