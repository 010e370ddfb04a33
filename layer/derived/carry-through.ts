import {
  allFeedOf,
  isAllFeed,
  KINDS,
  type Kind,
  kindOf,
  type RollupOfFeed,
  type WindowOfFeed,
} from '@sgraph-backbone/layer/ledger';
import { PERIODS, parseWindowKey } from '@sgraph-backbone/layer/rollups';
import { abreast } from '@sgraph-backbone/layer/store';
import { feedsOfKind, isAllKept, noteAllKept, windowStartsOf } from './all-feeds.ts';
import { aggregateRollup, type DerivedContext } from './rollup-object.ts';
import { consolidateWindow } from './window-object.ts';

/** Who sums: an import has threads for it. */
export interface Summing {
  consolidate(windows: readonly WindowOfFeed[]): Promise<void>;
  /** Roll-ups of one level, none of which is made of another, in any order. */
  aggregate(rollups: readonly RollupOfFeed[]): Promise<void>;
}

/**
 * Consolidates windows and aggregates everything above them, up to the year, here and now: each window and
 * each roll-up once, the lower levels first.
 */
export async function carryThrough(
  context: DerivedContext,
  windows: readonly WindowOfFeed[],
  summing: Summing = oneByOne(context),
): Promise<void> {
  const distinct = new Map(windows.map((window) => [`${window.feed}/${window.window}`, window]));
  await summing.consolidate([...distinct.values()]);
  const halfHours = [...distinct.values()].map(({ feed, window }) => ({
    feed,
    period: '30min' as const,
    time_key: context.calendar.keyAt('30min', parseWindowKey(window)),
  }));
  await aggregateUpwards(context, halfHours, summing);
}

/**
 * Aggregates these roll-ups and all above them, level by level, and with them those of all feeds of their kind. That
 * has to be asked after the windows were written: who writes the first window of a second feed sums what was there.
 */
export async function aggregateUpwards(
  context: DerivedContext,
  rollups: readonly RollupOfFeed[],
  summing: Summing = oneByOne(context),
): Promise<void> {
  await aggregateLevels(context, [...rollups, ...(await sharedRollups(context, rollups))], summing);
  await sumAllFeeds(context, [...new Set(rollups.map(({ feed }) => kindOf(feed)))], summing);
}

/** The same places in `<kind>.all`, of kinds that have more than one feed. */
export async function sharedRollups(
  { data }: DerivedContext,
  rollups: readonly RollupOfFeed[],
): Promise<RollupOfFeed[]> {
  const shared: RollupOfFeed[] = [];
  for (const [kind, own] of Map.groupBy(rollups, ({ feed }) => kindOf(feed))) {
    if ((await feedsOfKind(data, kind)).length < 2) continue;
    const feed = allFeedOf(kind);
    shared.push(...own.filter((rollup) => !isAllFeed(rollup.feed)).map((rollup) => ({ ...rollup, feed })));
  }
  return shared;
}

/** Sums all feeds of the kinds that have just got a second one, from the first window on; once. */
export async function sumAllFeeds(
  context: DerivedContext,
  kinds: readonly Kind[] = KINDS,
  summing: Summing = oneByOne(context),
): Promise<void> {
  for (const kind of kinds) {
    const feeds = await feedsOfKind(context.data, kind);
    if (feeds.length < 2 || (await isAllKept(context.data, kind))) continue;
    const feed = allFeedOf(kind);
    const starts = await windowStartsOf(context.data, feeds);
    const keys = starts.map((start) => context.calendar.keyAt('30min', start));
    await aggregateLevels(
      context,
      keys.map((time_key) => ({ feed, period: '30min', time_key })),
      summing,
    );
    await noteAllKept(context.data, kind);
  }
}

async function aggregateLevels(
  { calendar }: DerivedContext,
  rollups: readonly RollupOfFeed[],
  { aggregate }: Summing,
): Promise<void> {
  const due = new Map<string, RollupOfFeed>();
  for (const rollup of rollups) due.set(nameOf(rollup), rollup);
  for (const period of PERIODS) {
    const level = [...due.values()].filter((other) => other.period === period);
    if (level.length > 0) await aggregate(level);
    for (const { feed, time_key } of level)
      for (const parent of calendar.parents(period, time_key))
        due.set(nameOf({ feed, ...parent }), { feed, ...parent });
  }
}

function oneByOne(context: DerivedContext): Summing {
  const most = context.abreast ?? 1;
  return {
    async consolidate(windows) {
      await abreast(windows, most, async (window) => void (await consolidateWindow(context, window)));
    },
    async aggregate(rollups) {
      await abreast(rollups, most, async (rollup) => void (await aggregateRollup(context, rollup)));
    },
  };
}

function nameOf({ feed, period, time_key }: RollupOfFeed): string {
  return `${feed}/${period}/${time_key}`;
}
