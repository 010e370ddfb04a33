import { adoptEntry, aliasObject } from './adopting.ts';
import { orderClock } from './cache-id.ts';
import type { Cache } from './cache-types.ts';
import { childData } from './children.ts';
import type { CacheContext } from './entry.ts';
import { infoOf, isExpired } from './entry-metadata.ts';
import { newestMarkers } from './hash-marker.ts';
import { listHashesOf, listIds, listIdsOfHash, listNamespaces, listVersions } from './listings.ts';
import { locate, locateContent } from './locate.ts';
import { checkCacheId, checkCacheKey, checkHash, checkNamespace } from './names.ts';
import { removeEntry } from './removing.ts';
import { statsOf } from './stats.ts';
import { storeEntry, type Writing } from './storing.ts';
import { sweepNamespace } from './sweeping.ts';
import { updateEntry } from './updating.ts';

/** The cache service on a store. One for each process, so that the entries that it stores have an order. */
export function createCache(context: CacheContext): Cache {
  const { data, now } = context;
  const writing: Writing = { ...context, nextOrder: orderClock(now, context.newId) };

  async function infoById(namespace: string, cacheId: string) {
    checkId(namespace, cacheId);
    const found = await locate(data, namespace, cacheId);
    return found === undefined || isExpired(found.facts, now()) ? undefined : infoOf(namespace, found);
  }

  async function retrieveById(namespace: string, cacheId: string) {
    checkId(namespace, cacheId);
    const found = await locateContent(data, namespace, cacheId);
    if (found === undefined || isExpired(found.facts, now())) return undefined;
    return { ...infoOf(namespace, found), bytes: found.object.bytes };
  }

  /** Passes markers whose entry is gone, or has another hash since. */
  async function newestOf<Found extends { readonly hash: string }>(
    namespace: string,
    hash: string,
    read: (namespace: string, cacheId: string) => Promise<Found | undefined>,
  ): Promise<Found | undefined> {
    checkNamespace(namespace);
    checkHash(hash);
    for await (const marker of newestMarkers(data, namespace, hash)) {
      const found = isExpired(marker, now()) ? undefined : await read(namespace, marker.cacheId);
      if (found?.hash === hash) return found;
    }
    return undefined;
  }

  return {
    store: (request) => storeEntry(writing, request),
    adopt: (request) => adoptEntry(writing, request),
    alias: (request) => aliasObject(data, request),
    retrieveById,
    retrieveByHash: (namespace, hash) => newestOf(namespace, hash, retrieveById),
    infoById,
    infoByHash: (namespace, hash) => newestOf(namespace, hash, infoById),
    async update(namespace, cacheId, content, options) {
      checkId(namespace, cacheId);
      return updateEntry(data, namespace, cacheId, content, { now: now(), ...options });
    },
    async remove(namespace, cacheId, options) {
      checkId(namespace, cacheId);
      return removeEntry(data, namespace, cacheId, { now: now(), ...options });
    },
    async versions(namespace, cacheKey, options) {
      checkNamespace(namespace);
      checkCacheKey(cacheKey);
      return listVersions(data, namespace, cacheKey, now(), options);
    },
    async idsOfHash(namespace, hash, options) {
      checkNamespace(namespace);
      checkHash(hash);
      return listIdsOfHash(data, namespace, hash, now(), options);
    },
    async hashes(namespace, options) {
      checkNamespace(namespace);
      return listHashesOf(data, namespace, now(), options);
    },
    async ids(namespace, options) {
      checkNamespace(namespace);
      return listIds(data, namespace, now(), options);
    },
    namespaces: () => listNamespaces(data),
    child: childData(data, now),
    async stats(namespace) {
      checkNamespace(namespace);
      return statsOf(data, namespace, now());
    },
    async sweepExpired(namespace) {
      checkNamespace(namespace);
      return sweepNamespace(data, namespace, now());
    },
  };
}

function checkId(namespace: string, cacheId: string): void {
  checkNamespace(namespace);
  checkCacheId(cacheId);
}
