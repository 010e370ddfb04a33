import { coverageOfFeed } from '@sgraph-backbone/layer/derived';
import { rollupKey } from '@sgraph-backbone/layer/ledger';
import {
  buildRollup,
  type Calendar,
  type Rollup,
  type Span,
  type Tile,
} from '@sgraph-backbone/layer/rollups';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { createStoredRollups, type StoredRollups } from './stored-rollups.ts';

/** How long after its end a window is still merged from its children: days and longer are written with a delay. */
const SETTLING = 3_600_000;

export interface RollupReader {
  /** Event time for which everything delivered to the feed has been counted. */
  readonly coverage: readonly Span[];
  /** The coverage that counts where a roll-up is absent: of a host that was not yet named nothing is known. */
  coverageWithout(tile: Tile): Promise<readonly Span[]>;
  /** Undefined: nothing is known of this time. What it returns is shared: nobody may change it. */
  read(tile: Tile): Promise<Rollup | undefined>;
  /** Whether the stored roll-up holds all that its children do, whatever is in it. */
  isSettled(tile: Tile): boolean;
}

export interface ReaderOptions {
  readonly data: ObjectStore;
  readonly feed: string;
  readonly host: string | undefined;
  readonly calendar: Calendar;
  /** Epoch ms. */
  readonly now: number;
}

/** Reads roll-ups of a feed (or one of its hosts): one GET for a closed window, the direct children of a live one. */
export async function openRollups(options: ReaderOptions): Promise<RollupReader> {
  const { data, feed, host, calendar, now } = options;
  const coverage = await coverageOfFeed(data, feed);
  const stored = storedRollupsOf(data);
  const get = ({ period, time_key }: Tile) => stored(rollupKey(feed, period, time_key, host));
  const isSettled = ({ period, time_key }: Tile) =>
    period === '30min' || calendar.span(period, time_key).end + SETTLING <= now;
  const merged = async (tile: Tile, found: Rollup | undefined): Promise<Rollup | undefined> => {
    const places = calendar.children(tile.period, tile.time_key);
    const children = await Promise.all(places.map(async (child) => ({ ...child, rollup: await get(child) })));
    if (children.every(({ rollup }) => rollup === undefined)) return found;
    const value = buildRollup({ feed, host, ...tile, calendar, children, coverage, now });
    return { revision: 1, write: 0, ...found, ...value };
  };
  const read = async (tile: Tile) => {
    const found = await get(tile);
    return found?.status === 'final' || isSettled(tile) ? found : merged(tile, found);
  };
  const coverageWithout = async ({ period, time_key }: Tile) => {
    if (host === undefined) return coverage;
    return (await stored(rollupKey(feed, period, time_key))) === undefined ? coverage : [];
  };
  return { coverage, coverageWithout, read, isSettled };
}

const caches = new WeakMap<ObjectStore, StoredRollups>();

/** One cache per store, however many questions are asked of it. */
function storedRollupsOf(data: ObjectStore): StoredRollups {
  const known = caches.get(data) ?? createStoredRollups(data);
  caches.set(data, known);
  return known;
}
