import { createHash } from 'node:crypto';
import { aliasObject, hashOfString } from '@sgraph-backbone/layer/cache';
import {
  isAllFeed,
  KINDS,
  kindOf,
  namespacesOf,
  type RollupOfFeed,
  rollupKey,
} from '@sgraph-backbone/layer/ledger';
import type { Calendar } from '@sgraph-backbone/layer/rollups';
import type { ObjectStore } from '@sgraph-backbone/layer/store';

/**
 * Lets clients of the cache service find a roll-up by the hash of its name: `analytics:<feed>:<period>:<key>`, and
 * without the feed for what is shown unless one is asked for. All of it follows from the name, so that doing it again
 * changes nothing; before the roll-up is written, so that no death leaves one that is never found.
 */
export async function nameRollup(
  { data, calendar }: { readonly data: ObjectStore; readonly calendar: Calendar },
  { feed, period, time_key }: RollupOfFeed,
): Promise<void> {
  const [own, shown] = [`analytics:${feed}:${period}:${time_key}`, `analytics:${period}:${time_key}`];
  const rollup = {
    namespace: namespacesOf(feed).aggregate,
    strategy: 'key_based',
    cacheKey: `${feed}/${period}`,
    path: rollupKey(feed, period, time_key),
    type: 'json',
    contentEncoding: 'gzip',
    fileId: time_key,
    storedAt: calendar.span(period, time_key).start,
  } as const;
  await Promise.all([
    aliasObject(data, { ...rollup, cacheId: idOf(own), hash: hashOfString(own) }),
    // Several feeds have the same name: the newest of a hash is the one that is shown.
    aliasObject(data, {
      ...rollup,
      cacheId: idOf(`${shown} ${feed}`),
      hash: hashOfString(shown),
      turn: rankOf(feed),
    }),
  ]);
}

/** A UUID of version 8: a hash in place of anything drawn. */
function idOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`];
  return [...parts, hex.slice(20, 32)].join('-');
}

/** The primary kind before the others, and all its feeds together before any of them. */
function rankOf(feed: string): number {
  return (KINDS.length - KINDS.indexOf(kindOf(feed))) * 2 + (isAllFeed(feed) ? 1 : 0);
}
