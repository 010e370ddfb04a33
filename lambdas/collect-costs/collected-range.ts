import { addDays, firstOfMonth, startOf } from '@sgraph-backbone/layer/costs';
import { BadTimeKey } from '@sgraph-backbone/layer/rollups';
import { CollectionFailed } from './collection-failed.ts';
import type { DayRange } from './read-answer.ts';

/** UTC days that somebody asks for; `to` is exclusive. */
export interface AskedDays {
  /** @default the first of the previous month, which AWS may still restate, or the day after the mark */
  readonly from?: string;
  /** @default today: yesterday is the last */
  readonly to?: string;
}

// Two months: what one day's collection reads is one question per query.
const LONGEST = 62;

/** The days of a collection. Throws CollectionFailed `BadRange` with the accepted form. */
export function collectedRange({ from, to }: AskedDays, mark: string | null, today: string): DayRange {
  const end = checked('to', to ?? today);
  const range = { from: checked('from', from ?? usualStart(mark, today)), to: end };
  if (end > addDays(today, 1))
    throw badRange(`to is ${end}; accepted: at most ${addDays(today, 1)}, the end of today`);
  if (range.from >= end) throw badRange(`from is ${range.from}; accepted: a day before to, which is ${end}`);
  return range;
}

/** A long range in parts, in time order: what has been read of it stays, and moves the mark. */
export function partsOf({ from, to }: DayRange): DayRange[] {
  const parts: DayRange[] = [];
  for (let start = from; start < to; start = addDays(start, LONGEST)) {
    const end = addDays(start, LONGEST);
    parts.push({ from: start, to: end < to ? end : to });
  }
  return parts;
}

/**
 * The mark after the days from `from` through `through` were read: it never steps over a day that was not. The first
 * one is set by a collection that reaches the days which are read every day.
 */
export function movedMark(
  mark: string | null,
  { from, through }: { readonly from: string; readonly through: string },
  today: string,
): string | null {
  if (through < from) return mark;
  if (mark === null) return through >= firstOfMonth(today, -1) ? through : null;
  return from <= addDays(mark, 1) && through > mark ? through : mark;
}

function usualStart(mark: string | null, today: string): string {
  const restated = firstOfMonth(today, -1);
  const next = mark === null ? restated : addDays(mark, 1);
  return [next, restated].sort()[0]!;
}

function checked(name: string, date: string): string {
  try {
    startOf(date);
    return date;
  } catch (error) {
    if (!(error instanceof BadTimeKey)) throw error;
    throw badRange(`${name} is ${JSON.stringify(date)}; accepted: a UTC day such as 2026-02-16`);
  }
}

function badRange(message: string): CollectionFailed {
  return new CollectionFailed('BadRange', message);
}
