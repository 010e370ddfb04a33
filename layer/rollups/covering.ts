import type { Span } from './calendar.ts';

/** Whether the intervals together hold all of a span. */
export function covers(intervals: readonly Span[], { start, end }: Span): boolean {
  let reached = start;
  for (const interval of intervals.toSorted((a, b) => a.start - b.start)) {
    if (interval.start > reached) break;
    reached = Math.max(reached, interval.end);
  }
  return reached >= end;
}
