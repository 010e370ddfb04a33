import { BadTimeKey, type Calendar, calendarOf } from '@sgraph-backbone/layer/rollups';

/** AWS's days are UTC, whatever the site's are. */
export const costCalendar: Calendar = calendarOf('UTC');

export const DAY_MS = 86_400_000;

/** UTC days from `from` to `to`, which is exclusive. Throws BadTimeKey. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let ms = startOf(from); ms < startOf(to); ms += DAY_MS) days.push(costCalendar.dayOf(ms));
  return days;
}

export function addDays(date: string, count: number): string {
  return costCalendar.dayOf(startOf(date) + count * DAY_MS);
}

/** `2026-02` */
export function monthOf(date: string): string {
  return date.slice(0, 7);
}

/** Epoch ms of the first instant of a UTC day. Throws BadTimeKey, also for `2026-02-30`. */
export function startOf(date: string): number {
  const { start } = costCalendar.span('daily', date);
  if (costCalendar.dayOf(start) !== date) throw new BadTimeKey(`${date} is no day such as 2026-02-16`);
  return start;
}

/** The first day of a month, `count` months later. */
export function firstOfMonth(date: string, count = 0): string {
  const [year, month] = date.split('-').map(Number);
  return new Date(Date.UTC(year!, month! - 1 + count, 1)).toISOString().slice(0, 10);
}

/** From then on AWS moves a day no more: corrections of a month come until the middle of the next. */
export function settledFrom(date: string): number {
  return startOf(firstOfMonth(date, 1)) + 15 * DAY_MS;
}
