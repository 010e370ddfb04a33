import { windowStart } from '@sgraph-backbone/layer/rollups';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { compareAndSet, NAMESPACES, readJson } from '@sgraph-backbone/layer/store';
import { graceOf } from './feeds.ts';
import { coverageFolder, coverageKey } from './keys.ts';
import type { Delivery } from './markers.ts';

/** Event time, epoch ms, for which everything that was delivered has been counted. */
export interface Interval {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** What is known of a feed's deliveries. */
export interface FeedCoverage {
  readonly feed: string;
  readonly intervals: readonly Interval[];
  /** Epoch ms of the newest event of any object. */
  readonly newest_event: number;
  /** The same, of delivered objects alone: what an operator copies in extends nothing. */
  readonly newest_delivered?: number;
  readonly last_delivery?: number;
  readonly write: number;
}

export async function readCoverage(data: ObjectStore, feed: string): Promise<FeedCoverage | undefined> {
  return (await readJson<FeedCoverage>(data, coverageKey(feed)))?.value;
}

/** The covered intervals of a feed; none when nothing was ever delivered. */
export async function coverageOf(data: ObjectStore, feed: string): Promise<readonly Interval[]> {
  return (await readCoverage(data, feed))?.intervals ?? [];
}

/** Every feed that ever had an event. */
export async function listFeeds(data: ObjectStore): Promise<FeedCoverage[]> {
  const feeds: FeedCoverage[] = [];
  for (const namespace of [NAMESPACES.cloudfront.ledger, NAMESPACES.analytics.ledger])
    for await (const row of data.list(coverageFolder(namespace))) {
      if ('prefix' in row) continue;
      const found = await readJson<FeedCoverage>(data, row.key);
      if (found) feeds.push(found.value);
    }
  return feeds;
}

/**
 * Notes the newest event, and for a delivery (`arrived`) its freshness. The first object that arrives
 * within the grace time of all its events starts coverage at the window of its oldest event.
 */
export async function noteDelivery(data: ObjectStore, delivery: Delivery, arrived?: number): Promise<void> {
  await noteDeliveries(data, [{ ...delivery, arrived }]);
}

/** A delivery with its arrival, epoch ms; without one it was brought by hand. */
export type Delivered = Delivery & { readonly arrived?: number };

/** Notes several, each feed's together. */
export async function noteDeliveries(data: ObjectStore, deliveries: readonly Delivered[]): Promise<void> {
  for (const [feed, own] of Map.groupBy(deliveries, (delivery) => delivery.feed))
    await changeCoverage(data, feed, (current) => own.reduce(withDelivery, current));
}

function withDelivery(current: FeedCoverage, { feed, arrived, oldest_event, ...newest }: Delivered) {
  const newest_event = Math.max(current.newest_event, newest.newest_event);
  if (arrived === undefined) return { ...current, newest_event };
  const starts = current.intervals.length === 0 && arrived - oldest_event <= graceOf(feed);
  const start = windowStart(oldest_event);
  return {
    ...current,
    newest_event,
    newest_delivered: Math.max(current.newest_delivered ?? 0, newest.newest_event),
    last_delivery: Math.max(current.last_delivery ?? 0, arrived),
    intervals: starts ? [{ start, end: start }] : current.intervals,
  };
}

/** Adds event time to a feed's coverage; what touches becomes one interval. */
export async function extendCoverage(data: ObjectStore, feed: string, interval: Interval): Promise<void> {
  await changeCoverage(data, feed, (current) => ({
    ...current,
    intervals: union(current.intervals, interval),
  }));
}

/** The union, in time order; what touches becomes one interval. */
export function union(intervals: readonly Interval[], added: Interval): Interval[] {
  const sorted = [...intervals, added].sort((a, b) => a.start - b.start);
  const result: Interval[] = [];
  for (const { start, end } of sorted) {
    const last = result.at(-1);
    if (last === undefined || start > last.end) result.push({ start, end });
    else result[result.length - 1] = { start: last.start, end: Math.max(last.end, end) };
  }
  return result;
}

async function changeCoverage(
  data: ObjectStore,
  feed: string,
  change: (current: FeedCoverage) => FeedCoverage,
): Promise<void> {
  await compareAndSet<FeedCoverage>(data, coverageKey(feed), (stored) => {
    const current = stored ?? { feed, intervals: [], newest_event: 0, write: 0 };
    const next = change(current);
    const same = stored !== undefined && JSON.stringify(next) === JSON.stringify(stored);
    return same ? undefined : { ...next, write: current.write + 1 };
  });
}
