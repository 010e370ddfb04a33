import { keyBasedFolder } from '@sgraph-backbone/layer/cache';
import {
  type CostPeriod,
  type CostRollup,
  type CostRollupName,
  costRollupKey,
  readCostRollup,
} from '@sgraph-backbone/layer/costs';
import { abreast, NAMESPACES, type ObjectStore } from '@sgraph-backbone/layer/store';
import type { AdminSource } from '../admin-source.ts';
import { settingsStore } from '../settings/settings-store.ts';

/** Where costs are read: those of the demo as long as it is shown and nothing has been collected. */
export async function shownCosts(source: AdminSource): Promise<ObjectStore> {
  const real = settingsStore(source);
  if (source.store === 'real' || source.data === real) return real;
  const months = keyBasedFolder(NAMESPACES.costs, 'readings');
  for await (const _ of real.list(months, { limit: 1 })) return real;
  return source.data;
}

const ABREAST = 16;
/** Roll-ups that are kept unpacked; a year of days has fewer. */
const MOST_KEPT = 500;

interface KeptRollup {
  readonly etag: string;
  readonly rollup: CostRollup;
}

const kept = new WeakMap<ObjectStore, Map<string, KeptRollup>>();

/** A roll-up as it is stored now: unpacked once for as long as its ETag is the same. */
export async function readKeptRollup(
  data: ObjectStore,
  name: CostRollupName,
): Promise<CostRollup | undefined> {
  const known = kept.get(data) ?? new Map<string, KeptRollup>();
  kept.set(data, known);
  const key = costRollupKey(name);
  const info = await data.head(key);
  if (info === undefined) return undefined;
  const found = known.get(key);
  if (found?.etag === info.etag) return found.rollup;
  const rollup = await readCostRollup(data, name);
  if (rollup === undefined) return undefined;
  if (known.size >= MOST_KEPT) known.delete(known.keys().next().value!);
  known.set(key, { etag: info.etag, rollup });
  return rollup;
}

/** Roll-ups in the order of their keys, without those that are not there. */
export async function readCostRollups(
  data: ObjectStore,
  period: CostPeriod,
  keys: readonly string[],
): Promise<CostRollup[]> {
  const found = new Map<string, CostRollup>();
  await abreast(keys, ABREAST, async (time_key) => {
    const rollup = await readKeptRollup(data, { period, time_key });
    if (rollup !== undefined) found.set(time_key, rollup);
  });
  return keys.flatMap((key) => found.get(key) ?? []);
}

/** The key of the newest roll-up: names sort by time. */
export async function latestCostKey(
  data: ObjectStore,
  period: CostPeriod,
  after: string,
): Promise<string | undefined> {
  const folder = keyBasedFolder(NAMESPACES.costs, period);
  const newest = async (startAfter?: string) => {
    let last: string | undefined;
    for await (const row of data.list(folder, startAfter === undefined ? {} : { startAfter }))
      if ('key' in row) last = row.key;
    return last?.slice(folder.length).replace(/\.\w+$/, '');
  };
  return (await newest(costRollupKey({ period, time_key: after }))) ?? (await newest());
}
