import { aliasObject, hashOfString } from '@sgraph-backbone/layer/cache';
import { contentHash } from '@sgraph-backbone/layer/rollups';
import { NAMESPACES, type ObjectStore } from '@sgraph-backbone/layer/store';
import { costCalendar } from './cost-calendar.ts';
import type { CostRollupName } from './cost-rollup.ts';
import { costRollupKey } from './place.ts';

/**
 * Lets clients of the cache service find a roll-up by the hash of `cost:<period>:<key>`. All of it follows from the
 * name, so that doing it again changes nothing; before the roll-up is written, so that no death leaves one unnamed.
 */
export async function nameCostRollup(data: ObjectStore, { period, time_key }: CostRollupName): Promise<void> {
  const name = `cost:${period}:${time_key}`;
  await aliasObject(data, {
    namespace: NAMESPACES.costs,
    strategy: 'key_based',
    cacheKey: period,
    path: costRollupKey({ period, time_key }),
    type: 'json',
    contentEncoding: 'gzip',
    fileId: time_key,
    storedAt: costCalendar.span(period, time_key).start,
    cacheId: idOf(name),
    hash: hashOfString(name),
  });
}

/** A UUID of version 8: a hash in place of anything drawn. */
function idOf(name: string): string {
  const hex = contentHash(name);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`];
  return [...parts, hex.slice(20, 32)].join('-');
}
