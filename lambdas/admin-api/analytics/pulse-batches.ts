import { eventHashes, type MinutePart, readBatchMinutes } from '@sgraph-backbone/layer/batches';
import { keyBasedFolder } from '@sgraph-backbone/layer/cache';
import {
  type BatchName,
  batchName,
  isAllFeed,
  type Kind,
  kindOf,
  rawWindowFolder,
} from '@sgraph-backbone/layer/ledger';
import { HALF_HOUR, windowKey, windowStart } from '@sgraph-backbone/layer/rollups';
import { abreast, NAMESPACES, type ObjectStore } from '@sgraph-backbone/layer/store';
import { type NewestRow, newestRows } from './recent-events.ts';
import { type CountedRow, countedRows, withoutRepeats } from './repeated-events.ts';

/** Clocks are not all right: events are accepted up to so many ms ahead. */
export const SKEW = 5 * 60_000;

/** A batch as the pulse knows it. Batches never change, so what was read once stays true. */
export interface PulseBatch extends BatchName {
  /** When it came, epoch ms. */
  readonly arrived: number;
  readonly minutes: readonly MinutePart[];
}

/** What is known of the batches of one store. */
export interface PulseBatches {
  /** Those that may hold events between `from` and now: bounded by that time, not by the age of the store. */
  touching(feed: string, from: number, now: number): Promise<PulseBatch[]>;
  newest(batch: PulseBatch): Promise<readonly NewestRow[]>;
}

/** Gets at a time. */
const WIDTH = 16;
/** Characters of minutes that are kept parsed; an hour of twenty batches a second. */
const BUDGET = 32 * 1_024 * 1_024;
/** Larger batches are not read for a handful of rows, bytes. */
const LARGEST = 16 * 1_024 * 1_024;

interface Kept {
  readonly minutes: readonly MinutePart[];
  /** Of its events; see `eventHash`. */
  readonly hashes: readonly number[];
  readonly size: number;
  recent?: readonly NewestRow[];
  rows?: readonly CountedRow[];
}

export function createPulseBatches(data: ObjectStore): PulseBatches {
  const kept = new Map<string, Kept>();
  let total = 0;
  const keep = (key: string, minutes: readonly MinutePart[]) => {
    const hashes = minutes.flatMap(eventHashes);
    // An event's id and visitor, twice; where ids are not known, the texts of sketches weigh most.
    const size = hashes.length > 0 ? 500 + 40 * hashes.length : JSON.stringify(minutes).length;
    const fresh = { minutes, hashes, size };
    kept.set(key, fresh);
    total += size;
    for (const [oldest, entry] of kept) {
      if (total <= BUDGET || oldest === key) break;
      kept.delete(oldest);
      total -= entry.size;
    }
    return fresh;
  };
  const rowsOf = async (key: string, entry: Kept) => {
    const found = entry.rows ? undefined : await data.get(key);
    entry.rows ??= found === undefined ? [] : countedRows(found.bytes, key);
    return entry.rows;
  };
  /** An event counts in the first batch that has it, as in a consolidated window. */
  const counted = async (names: readonly BatchName[], read: ReadonlyMap<string, Kept>) => {
    const seen = new Set<number>();
    const batches: PulseBatch[] = [];
    for (const name of names) {
      const entry = read.get(name.key);
      if (entry === undefined) continue;
      const repeats = entry.hashes.some((hash) => seen.has(hash));
      const minutes = repeats
        ? withoutRepeats(entry.minutes, await rowsOf(name.key, entry), (hash) => seen.has(hash))
        : entry.minutes;
      batches.push({ ...name, arrived: arrivalOf(name), minutes });
      for (const hash of entry.hashes) seen.add(hash);
    }
    return batches;
  };
  return {
    async touching(feed, from, now) {
      const names = await listed(data, feed, from, now);
      const read = new Map<string, Kept>();
      await abreast(names, WIDTH, async ({ key }) => {
        const known = kept.get(key);
        const minutes = known ? undefined : await readBatchMinutes(data, key);
        const entry = known ?? (minutes && keep(key, minutes));
        // Without one it went between the listing and now.
        if (entry) read.set(key, entry);
      });
      return counted(names, read);
    },
    async newest({ key, size }) {
      const entry = kept.get(key);
      if (entry?.recent) return entry.recent;
      if (size > LARGEST) return [];
      const found = await data.get(key);
      const recent = found === undefined ? [] : newestRows(found.bytes, key);
      if (entry) entry.recent = recent;
      return recent;
    },
  };
}

/** Feeds whose data come at once, and that ever had any: one listing of folders per kind. */
export async function liveFeeds(data: ObjectStore): Promise<string[]> {
  const feeds: string[] = [];
  for (const namespace of [NAMESPACES.cloudfront.raw, NAMESPACES.analytics.raw]) {
    const folder = keyBasedFolder(namespace, '');
    for await (const row of data.list(folder, { delimiter: '/' }))
      if ('prefix' in row) feeds.push(row.prefix.slice(folder.length, -1));
  }
  return feeds.filter((feed) => LIVE.includes(kindOf(feed)) && !isAllFeed(feed));
}

const LIVE: readonly Kind[] = ['realtime', 'application'];

/** The batches of every window of a time. Those of applications are named by their arrival, so the listing begins there. */
async function listed(data: ObjectStore, feed: string, from: number, now: number): Promise<BatchName[]> {
  const batches: BatchName[] = [];
  for (let window = windowStart(from); window <= now + SKEW; window += HALF_HOUR) {
    const folder = rawWindowFolder(feed, windowKey(window));
    // An event may be ahead of its arrival by the skew.
    const options = kindOf(feed) === 'application' ? { startAfter: `${folder}${from - SKEW}` } : {};
    const own = new Map<string, BatchName>();
    for await (const row of data.list(folder, options)) {
      if ('prefix' in row) continue;
      const batch = batchName(row.key, row.size, row.modified);
      // While rows are summed again there are two generations for a moment: the highest counts.
      if ((own.get(batch.object_id)?.generation ?? 0) < batch.generation) own.set(batch.object_id, batch);
    }
    batches.push(...own.values());
  }
  return batches;
}

/** The name says it of an application's batch, the time of writing of others. */
function arrivalOf({ object_id, key, written }: BatchName): number {
  const named = key.includes('/application.') ? /^(\d{13})-/.exec(object_id)?.[1] : undefined;
  return named === undefined ? written : Number(named);
}
