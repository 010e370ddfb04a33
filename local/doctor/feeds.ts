import { readRollup } from '@sgraph-backbone/layer/derived';
import { type FeedCoverage, isAllFeed, kindOf, listFeeds } from '@sgraph-backbone/layer/ledger';
import type { ObjectStore, Store } from '@sgraph-backbone/layer/store';
import { fault, fine, note, type Observation } from './observation.ts';

const HOUR = 3_600_000;
const HOURS = 24;
/** Hours that two feeds have in common, and requests in each, before they are compared. */
const ENOUGH_HOURS = 4;
const ENOUGH_REQUESTS = 20;
/** Share by which the same requests may differ: files of one hour come at different times. */
const NEAR = 0.03;
/** Coverage follows a day behind deliveries; further behind, nobody extends it. Milliseconds. */
const COVERAGE_BEHIND = 72 * HOUR;

export interface Freshness {
  readonly now: number;
  /** Hours without a log object after which a feed is stale. */
  readonly hours: number;
}

/** How fresh each feed is, and whether its coverage follows. */
export async function* freshnessSeen(
  { data }: Pick<Store, 'data'>,
  { now, hours }: Freshness,
): AsyncIterable<Observation> {
  const feeds = await listFeeds(data);
  if (feeds.length === 0) yield note('freshness', 'no log has been counted yet');
  for (const feed of feeds) yield* feedSeen(feed, now, hours);
}

function* feedSeen(coverage: FeedCoverage, now: number, hours: number): Iterable<Observation> {
  const { feed, last_delivery, newest_event } = coverage;
  const event = `newest request ${time(newest_event)}`;
  if (last_delivery === undefined)
    return yield note('freshness', `${feed} was imported, never delivered; ${event}`);
  // An application that nobody uses has nothing to report.
  const isDue = kindOf(feed) !== 'application' && now - last_delivery > hours * HOUR;
  if (isDue)
    return yield fault(
      'freshness',
      `${feed}: nothing was delivered since ${time(last_delivery)}; ${event}`,
      'what happens now is counted nowhere, and CloudFront keeps no logs for later',
      "see the runbook, no-fresh-logs: the delivery is off, or the bucket's events are, or nobody visits",
    );
  yield fine('freshness', `${feed}: last delivery ${time(last_delivery)}, ${event}`);
  const end = coverage.intervals.at(-1)?.end;
  if (end !== undefined && now - end > COVERAGE_BEHIND)
    yield fault(
      'freshness',
      `${feed}: counted as complete only up to ${time(end)}`,
      'numbers after it stay partial for ever',
      'the sweeper extends it: look at its errors, and at what waits in live/',
    );
}

/** Feeds that seem to bring the same requests twice. */
export async function* doubleFeedsSeen({ data }: Pick<Store, 'data'>): AsyncIterable<Observation> {
  const feeds = (await listFeeds(data)).filter(({ feed }) => !isAllFeed(feed));
  let doubled = 0;
  for (const [at, one] of feeds.entries())
    for (const other of feeds.slice(at + 1)) {
      const found = await pairSeen(data, one, other);
      if (found?.outcome === 'fault') doubled++;
      if (found !== undefined) yield found;
    }
  if (feeds.length > 1 && doubled === 0) yield fine('double feeds', `none among ${feeds.length}`);
}

async function pairSeen(data: ObjectStore, one: FeedCoverage, other: FeedCoverage) {
  const until = Math.min(one.newest_event, other.newest_event);
  const [own, others] = [
    await countsBefore(data, one.feed, until),
    await countsBefore(data, other.feed, until),
  ];
  const both = own.flatMap((count, hour) => {
    const counts = [count, others[hour] ?? 0];
    return Math.min(...counts) < ENOUGH_REQUESTS ? [] : [counts as [number, number]];
  });
  const isSame = both.every(([a, b]) => Math.abs(a - b) <= NEAR * Math.max(a, b));
  if (both.length < ENOUGH_HOURS || !isSame) return undefined;
  const what = `${one.feed} and ${other.feed} have nearly the same requests in ${both.length} hours before ${time(until)}`;
  // Kinds are never added up: two of them are two views of the same traffic.
  if (kindOf(one.feed) !== kindOf(other.feed))
    return note('double feeds', `${what}: two kinds of one distribution, kept apart; each costs its own`);
  return fault(
    'double feeds',
    what,
    'the same requests are counted twice in all that adds feeds up',
    'keep one delivery; forget the objects of the other feed (forget --location)',
  );
}

async function countsBefore(data: ObjectStore, feed: string, until: number): Promise<number[]> {
  const hours = Array.from({ length: HOURS }, (_, back) => until - back * HOUR);
  const rollups = await Promise.all(
    hours.map((hour) => readRollup(data, { feed, period: 'hourly', time_key: hourKey(hour) })),
  );
  return rollups.map((rollup) => rollup?.measures.all.total_requests ?? 0);
}

/** `2026-02-16-14`: hours are those of UTC. */
function hourKey(ms: number): string {
  return new Date(ms).toISOString().slice(0, 13).replace('T', '-');
}

function time(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16)}Z`;
}
