import { type Calendar, PERIODS, type Period, type Span } from '@sgraph-backbone/layer/rollups';
import { malformed } from '@sgraph-backbone/layer/runtime';
import { instantText } from './instant.ts';

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
 * Throws 400 when it has too many points (naming the granularity to ask for) or does not fit the range's ends.
 */
export function chooseGranularity(asked: Period | undefined, range: Span, calendar: Calendar): Period {
  if (asked === undefined) return suiting(range, calendar);
  if (pointsAtMost(asked, range) > MOST_POINTS && countPoints(asked, range, calendar) > MOST_POINTS) {
    const coarser = PERIODS.find((period) => pointsAtMost(period, range) <= MOST_POINTS) ?? 'yearly';
    throw malformed([
      { name: 'granularity', given: asked, accepted: `at most ${MOST_POINTS} points: ask for ${coarser}` },
    ]);
  }
  if (!fits(asked, range, calendar)) throw misfit(asked, range, calendar);
  return asked;
}

function suiting(range: Span, calendar: Calendar): Period {
  const length = range.end - range.start;
  const wished: Period[] =
    length <= 2 * DAY + HOUR
      ? ['hourly', '30min']
      : length <= 100 * DAY
        ? ['daily', 'hourly', '30min']
        : ['monthly', 'weekly', 'daily', 'hourly'];
  const found = wished.find(
    (period) => fits(period, range, calendar) && pointsAtMost(period, range) <= MOST_POINTS,
  );
  if (found !== undefined) return found;
  throw misfit('daily', range, calendar);
}

function fits(period: Period, { start, end }: Span, calendar: Calendar): boolean {
  return startOf(period, start, calendar) === start && startOf(period, end, calendar) === end;
}

function misfit(period: Period, { start, end }: Span, calendar: Calendar) {
  const name = startOf(period, start, calendar) === start ? 'to' : 'from';
  const given = name === 'to' ? end : start;
  const { start: before, end: after } = calendar.span(period, calendar.keyAt(period, given));
  return malformed([
    {
      name,
      given: instantText(given),
      accepted: `the beginning of a ${period} window: ${instantText(before)} or ${instantText(after)}`,
    },
  ]);
}

function startOf(period: Period, ms: number, calendar: Calendar): number {
  return calendar.span(period, calendar.keyAt(period, ms)).start;
}

function pointsAtMost(period: Period, { start, end }: Span): number {
  return Math.ceil((end - start) / SHORTEST[period]);
}

function countPoints(period: Period, { start, end }: Span, calendar: Calendar): number {
  let points = 0;
  for (let ms = start; ms < end && points <= MOST_POINTS; points += 1) {
    ms = calendar.span(period, calendar.keyAt(period, ms)).end;
  }
  return points;
}
