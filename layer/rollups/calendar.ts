import { dayNumber } from './civil-date.ts';
import {
  BadTimeKey,
  dayKey,
  formatTimeKey,
  instantKey,
  type ParsedTimeKey,
  PERIODS,
  type Period,
  parseTimeKey,
} from './time-key.ts';
import { createZoneDays, HALF_HOUR, type ZoneDays } from './time-zone.ts';

/** Epoch ms, the end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One roll-up of a tree or a tiling: its period and canonical time key. */
export interface Tile {
  readonly period: Period;
  readonly time_key: string;
}

/**
 * Which roll-ups there are, and which are made of which. Half-hours and hours are UTC, longer periods are days of
 * the site's zone. Every method accepts the synonyms of time keys and throws BadTimeKey for anything else.
 */
export interface Calendar {
  readonly timezone: string;
  keyAt(period: Period, ms: number): string;
  /** The canonical form of a time key. */
  canonical(period: Period, key: string): string;
  span(period: Period, key: string): Span;
  /** What a roll-up is summed from, in time order; empty for a half-hour, which is made of its window. */
  children(period: Period, key: string): Tile[];
  /** The roll-ups that have this one among their children. */
  parents(period: Period, key: string): Tile[];
  /** The fewest roll-ups, the largest first in line, that cover the half-hours from `from` to `to` exactly. */
  tile(from: number, to: number): Tile[];
  /** `2026-02-16`: the local day that holds an instant. */
  dayOf(ms: number): string;
}

/** The calendar of a site's time zone. Throws UnsupportedTimeZone. */
export function createCalendar(timezone: string): Calendar {
  const days = createZoneDays(timezone);
  const keyAt = (period: Period, ms: number) =>
    period === '30min' || period === 'hourly' ? instantKey(period, ms) : dayKey(period, days.dayAt(ms));
  const span = (period: Period, key: string) => spanOf(days, period, parseTimeKey(period, key));
  const children = (period: Period, key: string) => childrenOf(days, period, parseTimeKey(period, key));
  const parents = (period: Period, key: string) => {
    const { start } = span(period, key);
    const own = formatTimeKey(period, parseTimeKey(period, key));
    return (PARENTS[period] ?? [])
      .map((parent) => ({ period: parent, time_key: keyAt(parent, start) }))
      .filter((parent) =>
        children(parent.period, parent.time_key).some((c) => c.period === period && c.time_key === own),
      );
  };
  const place: Place = (period, ms) => {
    const time_key = keyAt(period, ms);
    return { period, time_key, ...span(period, time_key) };
  };
  return {
    timezone,
    keyAt,
    canonical: (period, key) => formatTimeKey(period, parseTimeKey(period, key)),
    span,
    children,
    parents,
    tile: (from, to) => tiles(from, to, place),
    dayOf: (ms) => dayKey('daily', days.dayAt(ms)),
  };
}

// A half-hour is a child of a day where days begin in the middle of an hour (+05:30).
const PARENTS: Partial<Record<Period, readonly Period[]>> = {
  '30min': ['hourly', 'daily'],
  hourly: ['daily'],
  daily: ['weekly', 'monthly'],
  monthly: ['yearly'],
};

const HOUR = 2 * HALF_HOUR;

function spanOf(days: ZoneDays, period: Period, parsed: ParsedTimeKey): Span {
  if ('instant' in parsed) {
    return { start: parsed.instant, end: parsed.instant + (period === 'hourly' ? HOUR : HALF_HOUR) };
  }
  const span = { start: days.startOf(parsed.day), end: days.startOf(parsed.endDay) };
  if (span.start < span.end) return span;
  throw new BadTimeKey(
    `${formatTimeKey(period, parsed)} does not exist: the zone's clocks skipped that date`,
  );
}

function childrenOf(days: ZoneDays, period: Period, parsed: ParsedTimeKey): Tile[] {
  if (period === '30min') return [];
  const span = spanOf(days, period, parsed);
  if ('instant' in parsed) return halfHours(span);
  if (period === 'daily') return hours(span);
  return period === 'yearly' ? months(parsed.day) : dates(days, parsed.day, parsed.endDay);
}

function halfHours({ start, end }: Span): Tile[] {
  const found: Tile[] = [];
  for (let ms = start; ms < end; ms += HALF_HOUR) {
    found.push({ period: '30min', time_key: instantKey('30min', ms) });
  }
  return found;
}

function hours({ start, end }: Span): Tile[] {
  const first = Math.ceil(start / HOUR) * HOUR;
  const last = Math.floor(end / HOUR) * HOUR;
  const found = halfHours({ start, end: Math.min(first, end) });
  for (let ms = first; ms < last; ms += HOUR) {
    found.push({ period: 'hourly', time_key: instantKey('hourly', ms) });
  }
  return last < first ? found : found.concat(halfHours({ start: last, end }));
}

// A zone that crosses the date line skips a date: it has no instants and is nobody's child.
function dates(days: ZoneDays, from: number, to: number): Tile[] {
  const found: Tile[] = [];
  for (let day = from; day < to; day += 1) {
    if (days.startOf(day) < days.startOf(day + 1)) {
      found.push({ period: 'daily', time_key: dayKey('daily', day) });
    }
  }
  return found;
}

function months(firstDay: number): Tile[] {
  const year = Number(dayKey('yearly', firstDay));
  return Array.from({ length: 12 }, (_, month) => ({
    period: 'monthly' as const,
    time_key: dayKey('monthly', dayNumber(year, month + 1, 1)),
  }));
}

type Place = (period: Period, ms: number) => Tile & Span;

function tiles(from: number, to: number, place: Place): Tile[] {
  if (from % HALF_HOUR !== 0 || to % HALF_HOUR !== 0) {
    throw new BadTimeKey('a range begins and ends on a half-hour: UTC minutes 00 or 30, no seconds');
  }
  return cover(from, to, PERIODS.length - 1, place).map(({ period, time_key }) => ({ period, time_key }));
}

// Whole roll-ups of one period in the middle, shorter ones at both ends: taking the longest that begins at each
// instant would step over the days of +05:30 with hours, and never find one again.
function cover(from: number, to: number, level: number, place: Place): (Tile & Span)[] {
  if (from >= to) return [];
  const whole = wholeTiles(from, to, PERIODS[level]!, place);
  const first = whole[0];
  if (!first) return cover(from, to, level - 1, place);
  const before = cover(from, first.start, level - 1, place);
  return [...before, ...whole, ...cover(whole.at(-1)!.end, to, level - 1, place)];
}

function wholeTiles(from: number, to: number, period: Period, place: Place): (Tile & Span)[] {
  const found: (Tile & Span)[] = [];
  let tile = place(period, from);
  if (tile.start < from) tile = place(period, tile.end);
  for (; tile.end <= to; tile = place(period, tile.end)) found.push(tile);
  return found;
}
