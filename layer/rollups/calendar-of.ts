import { type Calendar, createCalendar } from './calendar.ts';

const made = new Map<string, Calendar>();

/**
 * The calendar of a time zone, made once per process: making one checks decades of offsets, and it remembers where
 * days begin. Throws UnsupportedTimeZone.
 */
export function calendarOf(timezone: string): Calendar {
  const calendar = made.get(timezone) ?? createCalendar(timezone);
  made.set(timezone, calendar);
  return calendar;
}
