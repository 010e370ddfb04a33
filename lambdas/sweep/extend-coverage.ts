import { consolidateWindow, readWindow, type SitePipeline } from '@sgraph-backbone/layer/derived';
import {
  batchName,
  extendCoverage,
  type FeedCoverage,
  graceOf,
  listMarkers,
  type Marker,
  type Pipeline,
  rawFeedFolder,
  type WindowOfFeed,
} from '@sgraph-backbone/layer/ledger';
import { HALF_HOUR, parseWindowKey, windowKey, windowStart } from '@sgraph-backbone/layer/rollups';
import { OBSERVABILITY } from '@sgraph-backbone/layer/store';

/**
 * Epoch ms: the arrival of the oldest thing that still waits in `live/`, else the time the check began.
 * Read before the markers are: an object leaves `live/` only when it is counted and its markers are gone.
 */
export async function oldestWaiting({ observability, now }: Pipeline): Promise<number> {
  let oldest = now();
  for await (const row of observability.list(OBSERVABILITY.live))
    if (!('prefix' in row)) oldest = Math.min(oldest, row.modified);
  return oldest;
}

/**
 * Extends the last interval of a feed to the earlier of its newest delivered event and `waiting − grace`,
 * but never over a window that a pending marker names, and past no window that does not hold its batches.
 * Returns the windows that had to be consolidated for it.
 */
export async function extendFeed(
  context: SitePipeline,
  coverage: FeedCoverage,
  waiting: number,
): Promise<WindowOfFeed[]> {
  const { feed, intervals, newest_delivered } = coverage;
  const last = intervals.at(-1);
  if (last === undefined || newest_delivered === undefined) return [];
  const limit = windowStart(Math.min(newest_delivered, waiting - graceOf(feed)));
  const end = Math.min(limit, ...pendingWindows(await listMarkers(context.data), feed, last.end));
  if (end <= last.end) return [];
  const missed = await missedWindows(context, feed, last.end, end);
  for (const window of missed) await consolidateWindow(context, window);
  await extendCoverage(context.data, feed, { start: last.end, end });
  return missed;
}

function pendingWindows(markers: readonly Marker[], feed: string, from: number): number[] {
  return markers
    .flatMap((marker) => marker.windows)
    .filter((window) => window.feed === feed)
    .map((window) => parseWindowKey(window.window))
    .filter((start) => start >= from);
}

/** Windows between two instants with a batch that they do not hold. */
async function missedWindows(
  { data }: SitePipeline,
  feed: string,
  from: number,
  to: number,
): Promise<WindowOfFeed[]> {
  const listed = await batchesBetween(data, feed, from, to);
  const missed: WindowOfFeed[] = [];
  for (const [window, names] of listed) {
    const held = (await readWindow(data, { feed, window }))?.value.batches.map(({ name }) => name) ?? [];
    if (names.some((name) => !held.includes(name))) missed.push({ feed, window });
  }
  return missed;
}

async function batchesBetween(data: SitePipeline['data'], feed: string, from: number, to: number) {
  const folder = rawFeedFolder(feed);
  const listed = new Map<string, string[]>();
  const startAfter = folder + windowKey(from - HALF_HOUR) + LAST;
  for await (const row of data.list(folder, { startAfter })) {
    if ('prefix' in row) continue;
    const window = row.key.slice(folder.length, folder.length + '2026-02-16/14-30'.length);
    const start = parseWindowKey(window);
    if (start >= to) break;
    if (start < from) continue;
    const names = listed.get(window) ?? [];
    listed.set(window, [...names, batchName(row.key, row.size, row.modified).name]);
  }
  return listed;
}

/** Sorts behind every name in a folder: `0` follows `/`. */
const LAST = '0';
