import type { Interval } from '@sgraph-backbone/layer/ledger';

/**
 * The event time that is covered in all feeds. A feed says nothing against the time before its own coverage begins:
 * it was not there yet, and what was copied in for that time is asked of its own windows.
 */
export function commonCoverage(feeds: readonly (readonly Interval[])[]): Interval[] {
  const begun = feeds.filter((intervals) => intervals.length > 0);
  const first = Math.min(...begun.map((intervals) => intervals[0]!.start));
  const [one, ...others] = begun.map((intervals) => fromBefore(first, intervals));
  return others.reduce(intersection, one ?? []);
}

function fromBefore(start: number, intervals: readonly Interval[]): Interval[] {
  const [own, ...later] = intervals;
  return [{ start, end: own!.end }, ...later];
}

function intersection(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const shared = a.flatMap((one) =>
    b.map((two) => ({ start: Math.max(one.start, two.start), end: Math.min(one.end, two.end) })),
  );
  return shared.filter(({ start, end }) => start < end).sort((x, y) => x.start - y.start);
}
