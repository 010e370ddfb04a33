import { BadTimeKey, type Calendar, HALF_HOUR, type Period, type Span } from '@sgraph-backbone/layer/rollups';
import { malformed } from '@sgraph-backbone/layer/runtime';
import { INSTANT_FORM, instantText, readInstant } from './instant.ts';

export interface TimeParameters {
  readonly period?: Period;
  readonly key?: string;
  readonly from?: string;
  readonly to?: string;
}

/** A time key's window, or a free range (`tile` absent). */
export interface TimeRange extends Span {
  readonly tile?: { readonly period: Period; readonly time_key: string };
}

/**
 * The time a question is about: `period` and `key`, or `from` and `to`, or today.
 * Throws 400 with the accepted form for anything else.
 */
export function readTimeRange(given: TimeParameters, calendar: Calendar, now: number): TimeRange {
  const keyed = given.period !== undefined || given.key !== undefined;
  const ranged = given.from !== undefined || given.to !== undefined;
  if (keyed && ranged) {
    throw malformed([
      { name: 'from', given: given.from ?? given.to, accepted: 'from and to, or period and key' },
    ]);
  }
  if (ranged) return freeRange(given, calendar);
  return keyed ? keyedRange(given, calendar) : window('daily', calendar.dayOf(now), calendar);
}

function keyedRange({ period, key }: TimeParameters, calendar: Calendar): TimeRange {
  if (period === undefined)
    throw malformed([{ name: 'period', accepted: 'the period that key is a window of' }]);
  if (key === undefined) throw malformed([{ name: 'key', accepted: `a time key of the period ${period}` }]);
  try {
    return window(period, calendar.canonical(period, key), calendar);
  } catch (error) {
    if (!(error instanceof BadTimeKey)) throw error;
    throw malformed([{ name: 'key', given: key, accepted: error.message }]);
  }
}

function window(period: Period, time_key: string, calendar: Calendar): TimeRange {
  return { ...calendar.span(period, time_key), tile: { period, time_key } };
}

function freeRange({ from, to }: TimeParameters, calendar: Calendar): TimeRange {
  const start = boundary('from', from, calendar);
  const end = boundary('to', to, calendar);
  if (start < end) return { start, end };
  throw malformed([
    { name: 'to', given: to, accepted: `an instant after from (to is exclusive), which is ${from}` },
  ]);
}

function boundary(name: 'from' | 'to', text: string | undefined, calendar: Calendar): number {
  if (text === undefined) throw malformed([{ name, accepted: INSTANT_FORM }]);
  const ms = readInstant(text, calendar);
  if (ms === undefined) throw malformed([{ name, given: text, accepted: INSTANT_FORM }]);
  if (ms % HALF_HOUR === 0) return ms;
  const nearest = instantText(Math.round(ms / HALF_HOUR) * HALF_HOUR);
  throw malformed([{ name, given: text, accepted: `a full half-hour, such as ${nearest}` }]);
}
