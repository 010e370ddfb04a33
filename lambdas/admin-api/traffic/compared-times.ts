import { BadTimeKey, type Calendar, PERIODS, type Span, windowStart } from '@sgraph-backbone/layer/rollups';
import { schema as z } from '@sgraph-backbone/layer/runtime';
import type { Question } from './question.ts';
import type { TimeRange } from './time-range.ts';

export const compareParameter = z.enum(['previous', 'weekdays']).optional().meta({
  description:
    'with what to compare: the period before of the same name or length, or the same weekdays of the week (or weeks) before',
});

export type Compare = z.infer<typeof compareParameter> & string;

/** Two times of which one is compared with the other. */
export interface ComparedTimes {
  /** The time asked for, or as much of it as is over. */
  readonly own: TimeRange;
  /** The other time, cut to the same part. */
  readonly other: TimeRange;
  /** The other time, whole. */
  readonly whole: TimeRange;
  /** Whether the time asked for is still running: then both are the part that is over. */
  readonly part: boolean;
}

/** What a question's time is compared with. A day that is still running is compared with the same part of the other. */
export function comparedTimes(compare: Compare, { range, calendar, now }: Question): ComparedTimes {
  const whole = compare === 'previous' ? previous(range, calendar) : sameWeekdays(range, calendar);
  const until = windowStart(now);
  if (until <= range.start || until >= range.end) return { own: range, other: whole, whole, part: false };
  const end = Math.min(whole.end, whole.start + (until - range.start));
  const own = { start: range.start, end: until };
  return { own, other: { start: whole.start, end }, whole, part: true };
}

function previous(range: TimeRange, calendar: Calendar): TimeRange {
  const { tile, start, end } = named(range, calendar);
  if (tile !== undefined) {
    const time_key = calendar.keyAt(tile.period, start - 1);
    return { ...calendar.span(tile.period, time_key), tile: { period: tile.period, time_key } };
  }
  const days = wholeDays(range, calendar);
  const from = days === undefined ? start - (end - start) : shiftedDays(start, -days, calendar);
  return named({ start: from, end: start }, calendar);
}

function sameWeekdays(range: TimeRange, calendar: Calendar): TimeRange {
  const weeks = Math.ceil((range.end - range.start - HOUR) / WEEK);
  const shifted = (ms: number) => shiftedDays(ms, -7 * Math.max(1, weeks), calendar);
  return named({ start: shifted(range.start), end: shifted(range.end) }, calendar);
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/** How many local days a range is, if it is whole ones. */
function wholeDays({ start, end }: Span, calendar: Calendar): number | undefined {
  const isMidnight = (ms: number) => calendar.span('daily', calendar.dayOf(ms)).start === ms;
  return isMidnight(start) && isMidnight(end) ? Math.round((end - start) / DAY) : undefined;
}

/** The same local time some days later: clock changes in between do not move it. */
function shiftedDays(ms: number, days: number, calendar: Calendar): number {
  const day = calendar.dayOf(ms);
  const other = new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
  try {
    const offset = ms - calendar.span('daily', day).start;
    return calendar.span('daily', other).start + offset;
  } catch (error) {
    if (!(error instanceof BadTimeKey)) throw error;
    // A date that the zone skipped when it crossed the date line.
    return ms + days * DAY;
  }
}

/** A span by its name, if it is a window: one roll-up answers it, and it knows its visitors. */
function named(span: TimeRange, calendar: Calendar): TimeRange {
  if (span.tile !== undefined) return span;
  for (const period of PERIODS) {
    const time_key = calendar.keyAt(period, span.start);
    const { start, end } = calendar.span(period, time_key);
    if (start === span.start && end === span.end) return { ...span, tile: { period, time_key } };
  }
  return span;
}
