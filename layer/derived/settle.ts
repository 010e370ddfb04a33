import { allFeedOf, type Interval, isAllFeed, kindOf, rollupFolder } from '@sgraph-backbone/layer/ledger';
import type { Tile } from '@sgraph-backbone/layer/rollups';
import { coverageOfFeed, isAllKept } from './all-feeds.ts';
import { aggregateRollup, type DerivedContext, readRollup } from './rollup-object.ts';

/**
 * Makes final all that lies inside coverage and is not final yet: walks down from the years wherever a
 * child is not final, and aggregates again on the way up. What is final costs no read. `<kind>.all` goes along.
 * Returns the number of roll-ups that were written.
 */
export async function settleFeed(context: DerivedContext, feed: string): Promise<number> {
  const written = await settleOneFeed(context, feed);
  const kind = kindOf(feed);
  if (isAllFeed(feed) || !(await isAllKept(context.data, kind))) return written;
  return written + (await settleOneFeed(context, allFeedOf(kind)));
}

async function settleOneFeed(context: DerivedContext, feed: string): Promise<number> {
  const intervals = await coverageOfFeed(context.data, feed);
  if (intervals.length === 0) return 0;
  const walk: Walk = { context, feed, intervals, written: 0 };
  const folder = rollupFolder(feed, 'yearly');
  for await (const row of context.data.list(folder))
    if (!('prefix' in row))
      await settle(walk, { period: 'yearly', time_key: row.key.slice(folder.length, -'.json'.length) });
  return walk.written;
}

interface Walk {
  readonly context: DerivedContext;
  readonly feed: string;
  readonly intervals: readonly Interval[];
  written: number;
}

async function settle(walk: Walk, tile: Tile): Promise<void> {
  const { calendar, data } = walk.context;
  if (!isTouched(walk, tile)) return;
  const stored = await readRollup(data, { feed: walk.feed, ...tile });
  if (stored === undefined || stored.status === 'final') return;
  const open = new Set(
    stored.children.filter(({ status }) => status !== 'final').map(({ time_key }) => time_key),
  );
  const children = calendar.children(tile.period, tile.time_key).filter((child) => open.has(child.time_key));
  for (const child of children) await settle(walk, child);
  // The hours at the edges of a day that begins within one hang beside it, as weeks hang beside the months.
  if (tile.period === 'daily') for (const hour of hoursOf(walk, children)) await settleOne(walk, hour);
  // Weeks hang beside the months. They come first: until the month is written, it says which days are due.
  if (tile.period === 'monthly') for (const week of weeksOf(walk, children)) await settleOne(walk, week);
  await settleOne(walk, tile);
}

function isTouched({ intervals, context }: Walk, { period, time_key }: Tile): boolean {
  const { start, end } = context.calendar.span(period, time_key);
  return intervals.some((interval) => interval.start < end && start < interval.end);
}

async function settleOne(walk: Walk, tile: Tile): Promise<void> {
  const { written } = await aggregateRollup(walk.context, { feed: walk.feed, ...tile });
  if (written) walk.written++;
}

function hoursOf({ context }: Walk, children: readonly Tile[]): Tile[] {
  const halves = children.filter(({ period }) => period === '30min');
  return halves
    .flatMap((half) => context.calendar.parents('30min', half.time_key))
    .filter(({ period }) => period === 'hourly');
}

function weeksOf(walk: Walk, days: readonly Tile[]): Tile[] {
  const { calendar } = walk.context;
  const weeks = days
    .filter((day) => isTouched(walk, day))
    .flatMap((day) => calendar.parents('daily', day.time_key))
    .filter(({ period }) => period === 'weekly');
  return [...new Map(weeks.map((week) => [week.time_key, week])).values()];
}
