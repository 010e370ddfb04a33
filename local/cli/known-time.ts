import { rollupFolder } from '@sgraph-backbone/layer/ledger';
import type { Period, Rollup } from '@sgraph-backbone/layer/rollups';
import { type ObjectStore, readJson } from '@sgraph-backbone/layer/store';

/** What a store is asked for: one period of some feeds. */
export interface Asked {
  readonly feeds: readonly string[];
  readonly period: Period;
  readonly host: string | undefined;
}

/** The oldest and the newest time key of a period that has requests; undefined where none has. */
export async function knownTime(
  data: ObjectStore,
  { feeds, period, host }: Asked,
): Promise<{ readonly first: string; readonly last: string } | undefined> {
  const found: string[] = [];
  for (const feed of feeds) {
    const folder = rollupFolder(feed, period, host);
    const keys = await keysBelow(data, folder);
    for (const inOrder of [keys, keys.toReversed()]) {
      const key = await firstWithRequests(data, inOrder);
      if (key !== undefined) found.push(key.slice(folder.length, -'.json'.length));
    }
  }
  // Time keys of one period sort as their times do.
  const [first, last] = [found.sort().at(0), found.at(-1)];
  return first === undefined || last === undefined ? undefined : { first, last };
}

async function keysBelow(data: ObjectStore, folder: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const row of data.list(folder)) if (!('prefix' in row)) keys.push(row.key);
  return keys;
}

/** What was forgotten or replaced leaves roll-ups with nothing in them. */
async function firstWithRequests(data: ObjectStore, keys: readonly string[]): Promise<string | undefined> {
  for (const key of keys) {
    const rollup = (await readJson<Rollup>(data, key))?.value;
    if ((rollup?.measures.all.total_requests ?? 0) > 0) return key;
  }
  return undefined;
}
