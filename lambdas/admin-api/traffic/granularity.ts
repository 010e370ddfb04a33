import { type Calendar, PERIODS, type Period, type Span, type Tile } from '@sgraph-backbone/layer/rollups';
import { malformed } from '@sgraph-backbone/layer/runtime';

/** More points than this no chart can show. */
export const MOST_POINTS = 1_000;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Shortest length of a window, so that points are never underestimated. */
const SHORTEST: Record<Period, number> = {
  '30min': HOUR / 2,
  hourly: HOUR,
  daily: 23 * HOUR,
  weekly: 7 * DAY - HOUR,
  monthly: 28 * DAY - HOUR,
  yearly: 365 * DAY,
};

/**
 * The granularity of a series: the one asked for, or one that suits its length.
 * Throws 400 when it has too many points, naming the granularity to ask for.
 */
export function chooseGranularity(asked: Period | undefined, range: Span, calendar: Calendar): Period {
  if (asked === undefined) return suiting(range, calendar);
  if (pointsAtMost(asked, range) <= MOST_POINTS) return asked;
  if (seriesWindows(asked, range, calendar).length <= MOST_POINTS) return asked;
  const coarser = PERIODS.find((period) => pointsAtMost(period, range) <= MOST_POINTS) ?? 'yearly';
  throw malformed([
    { name: 'granularity', given: asked, accepted: `at most ${MOST_POINTS} points: ask for ${coarser}` },
  ]);
}

/** The windows of a series: all that the range touches, whole, so that no point is a part of its window. */
export function seriesWindows(period: Period, { start, end }: Span, calendar: Calendar): SeriesWindow[] {
  const windows: SeriesWindow[] = [];
  for (let ms = start; ms < end && windows.length <= MOST_POINTS; ) {
    const time_key = calendar.keyAt(period, ms);
    const span = calendar.span(period, time_key);
    windows.push({ ...span, period, time_key });
    ms = span.end;
  }
  return windows;
}

export interface SeriesWindow extends Span, Tile {}

function suiting(range: Span, calendar: Calendar): Period {
  const wished = wishedFor(range.end - range.start);
  const few = wished.filter((period) => pointsAtMost(period, range) <= MOST_POINTS);
  return few.find((period) => fits(period, range, calendar)) ?? few.at(-1) ?? 'yearly';
}

/** A chart of some dozens of points, in windows that the ends of the range fit, if there are such. */
function wishedFor(length: number): Period[] {
  if (length <= 2 * DAY + HOUR) return ['hourly', '30min'];
  if (length <= 100 * DAY) return ['daily', 'hourly', '30min'];
  return ['monthly', 'weekly', 'daily', 'hourly'];
}

function fits(period: Period, { start, end }: Span, calendar: Calendar): boolean {
  return [start, end].every((ms) => calendar.span(period, calendar.keyAt(period, ms)).start === ms);
}

function pointsAtMost(period: Period, { start, end }: Span): number {
  return Math.ceil((end - start) / SHORTEST[period]);
}
