import { LOCALE } from './locale.ts';
import { firstDay, type Period, spanOf } from './time-keys.ts';

const DAY = 86_400_000;

type Form = Intl.DateTimeFormatOptions;

const HEADINGS: Record<Period, Form> = {
  daily: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  weekly: { day: 'numeric', month: 'short', year: 'numeric' },
  monthly: { month: 'long', year: 'numeric' },
  yearly: { year: 'numeric' },
};

/** A window in words: "Monday, 16 February 2026", "9 – 15 Feb 2026". */
export function windowName(period: Period, key: string): string {
  const { from, to } = spanOf(period, key);
  const format = new Intl.DateTimeFormat(LOCALE, { ...HEADINGS[period], timeZone: 'UTC' });
  if (period !== 'weekly') return format.format(Date.parse(firstDay(period, key)));
  return format.formatRange(Date.parse(from), Date.parse(to) - DAY);
}

/** Labels of a chart's axis, by granularity; days are named where hours of several days meet. */
export function axisLabel(
  granularity: string,
  start: number,
  timezone: string,
  severalDays: boolean,
): string {
  const hours: Form = severalDays
    ? { weekday: 'short', day: 'numeric' }
    : { hour: '2-digit', minute: '2-digit' };
  const form: Record<string, Form> = {
    daily: { weekday: 'short', day: 'numeric' },
    weekly: { day: 'numeric', month: 'short' },
    monthly: { month: 'short' },
  };
  return at(start, timezone, form[granularity] ?? hours);
}

/** A point's window in full: "Mon, 16 Feb, 14:00 – 15:00". */
export function pointName(granularity: string, start: number, end: number, timezone: string): string {
  if (granularity === 'monthly') return at(start, timezone, { month: 'long', year: 'numeric' });
  const day: Form = { weekday: 'short', day: 'numeric', month: 'short' };
  if (granularity === 'daily') return at(start, timezone, day);
  const form: Form = granularity === 'weekly' ? day : { ...day, hour: '2-digit', minute: '2-digit' };
  const last = granularity === 'weekly' ? end - DAY : end;
  return formatOf(form, timezone).formatRange(start, last);
}

/** An instant for explanations: "16 Feb 2026, 14:30". */
export function instant(value: number | string, timezone: string): string {
  return at(new Date(value).getTime(), timezone, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
}

/** An instant where there is little room: "16 Feb, 14:30", of another year than `now` "16 Feb 2025, 14:30". */
export function briefInstant(value: number, timezone: string, now: number): string {
  const year = (ms: number) => at(ms, timezone, { year: 'numeric' });
  if (year(value) !== year(now)) return instant(value, timezone);
  return at(value, timezone, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
}

/** A time of today to the second: "14:30:05". */
export function clock(value: number, timezone: string): string {
  return at(value, timezone, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

/** A day for explanations: "16 Feb 2026". */
export function dayName(value: number, timezone: string): string {
  return at(value, timezone, { day: 'numeric', month: 'short', year: 'numeric' });
}

/** A date as briefly as it stays clear: "Mon, 16 Feb". */
export function shortDay(date: string): string {
  return at(Date.parse(date), 'UTC', { weekday: 'short', day: 'numeric', month: 'short' });
}

/** How long ago: "4 min ago". */
export function ago(value: number | string, now: number): string {
  const seconds = Math.round((new Date(value).getTime() - now) / 1000);
  const format = new Intl.RelativeTimeFormat(LOCALE, { style: 'short', numeric: 'auto' });
  if (Math.abs(seconds) < 90) return format.format(seconds, 'second');
  if (Math.abs(seconds) < 5400) return format.format(Math.round(seconds / 60), 'minute');
  if (Math.abs(seconds) < 129_600) return format.format(Math.round(seconds / 3600), 'hour');
  return format.format(Math.round(seconds / 86_400), 'day');
}

function at(value: number, timezone: string, form: Form): string {
  return formatOf(form, timezone).format(value);
}

function formatOf(form: Form, timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(LOCALE, { ...form, ...(form.hour ? { hourCycle: 'h23' } : {}), timeZone });
}
