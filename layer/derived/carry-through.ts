import type { RollupOfFeed, WindowOfFeed } from '@sgraph-backbone/layer/ledger';
import { PERIODS, parseWindowKey } from '@sgraph-backbone/layer/rollups';
import { aggregateRollup, type DerivedContext } from './rollup-object.ts';
import { consolidateWindow } from './window-object.ts';

/**
 * Consolidates windows and aggregates everything above them, up to the year, here and now: each window and
 * each roll-up once, the lower levels first.
 */
export async function carryThrough(context: DerivedContext, windows: readonly WindowOfFeed[]): Promise<void> {
  const distinct = new Map(windows.map((window) => [`${window.feed}/${window.window}`, window]));
  for (const window of distinct.values()) await consolidateWindow(context, window);
  const halfHours = [...distinct.values()].map(({ feed, window }) => ({
    feed,
    period: '30min' as const,
    time_key: context.calendar.keyAt('30min', parseWindowKey(window)),
  }));
  await aggregateUpwards(context, halfHours);
}

/** Aggregates these roll-ups and all above them, level by level. */
export async function aggregateUpwards(
  context: DerivedContext,
  rollups: readonly RollupOfFeed[],
): Promise<void> {
  const due = new Map<string, RollupOfFeed>();
  for (const rollup of rollups) due.set(nameOf(rollup), rollup);
  for (const period of PERIODS)
    for (const rollup of [...due.values()].filter((other) => other.period === period)) {
      await aggregateRollup(context, rollup);
      for (const parent of context.calendar.parents(period, rollup.time_key))
        due.set(nameOf({ feed: rollup.feed, ...parent }), { feed: rollup.feed, ...parent });
    }
}

function nameOf({ feed, period, time_key }: RollupOfFeed): string {
  return `${feed}/${period}/${time_key}`;
}
