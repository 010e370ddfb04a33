import type { Version } from '@sgraph-backbone/layer/cache';
import { json } from './answer.ts';
import type { CacheApiContext } from './context.ts';
import { truncation } from './listing.ts';
import { cacheHash, cacheId, optionalName, safePath } from './names.ts';
import { pagingOf } from './query.ts';
import type { CacheRoute } from './route.ts';

/** What is in a namespace. */
export function namespaceRoutes({ source }: CacheApiContext): CacheRoute[] {
  const cache = async () => (await source()).cache;
  return [
    {
      method: 'GET',
      path: '/namespaces/list',
      access: 'known',
      summary: 'Namespaces that this key may read',
      answer: 'Names',
      handle: async ({ caller }) => json((await (await cache()).namespaces()).filter(caller.mayRead)),
    },
    {
      ...GET,
      path: '/{namespace}/exists/id/{cache_id}',
      summary: 'Whether an id is there',
      answer: 'Exists',
      handle: async ({ namespace, path }) => {
        const id = cacheId(path.cache_id!);
        const exists = (await (await cache()).infoById(namespace, id)) !== undefined;
        return json({ exists, cache_id: id, cache_hash: null, namespace });
      },
    },
    {
      ...GET,
      path: '/{namespace}/exists/hash/{cache_hash}',
      summary: 'Whether a hash leads to an entry',
      answer: 'Exists',
      handle: async ({ namespace, path }) => {
        const hash = cacheHash(path.cache_hash!);
        const { items } = await (await cache()).idsOfHash(namespace, hash, { limit: 1 });
        return json({ exists: items.length > 0, cache_id: null, cache_hash: hash, namespace });
      },
    },
    {
      ...GET,
      path: '/{namespace}/file-hashes',
      summary: 'Hashes in order',
      query: ['limit', 'cursor'],
      answer: 'Names',
      handle: async ({ namespace, query }) => {
        const page = await (await cache()).hashes(namespace, pagingOf(query));
        return json(page.items, truncation({ next: page.cursor }));
      },
    },
    {
      ...GET,
      path: '/{namespace}/file-ids',
      summary: 'Ids, each page in order',
      query: ['limit', 'cursor'],
      answer: 'Names',
      handle: async ({ namespace, query }) => {
        const page = await (await cache()).ids(namespace, pagingOf(query));
        return json(page.items.toSorted(), truncation({ next: page.cursor }));
      },
    },
    {
      ...GET,
      path: '/{namespace}/versions/{cache_key+}',
      summary: 'Versions of a cache key, newest first',
      query: ['file_id', 'limit', 'cursor'],
      answer: 'VersionList',
      handle: async ({ namespace, path, query }) => {
        const cacheKey = safePath('cache_key', path.cache_key!);
        const fileId = optionalName('file_id', query.get('file_id'));
        const options = { ...pagingOf(query), ...(fileId === undefined ? {} : { fileId }) };
        const page = await (await cache()).versions(namespace, cacheKey, options);
        const answer = { namespace, cache_key: cacheKey, versions: page.items.map(versionOf) };
        return json(answer, truncation({ next: page.cursor }));
      },
    },
    {
      ...GET,
      path: '/{namespace}/stats',
      summary: 'What a namespace holds',
      answer: 'Stats',
      handle: async ({ namespace }) => {
        const { entries, ...counted } = await (await cache()).stats(namespace);
        return json({
          namespace,
          ttl_hours: null,
          direct_files: entries.direct,
          temporal_files: entries.temporal,
          temporal_latest_files: entries.temporal_latest,
          temporal_versioned_files: entries.temporal_versioned,
          key_based_files: entries.key_based,
          refs_hash_files: counted.hashMarkers,
          refs_id_files: counted.idReferences,
          child_files: counted.childFiles,
          total_files: counted.files,
        });
      },
    },
  ];
}

const GET = { method: 'GET', access: 'read' } as const;

function versionOf({
  cacheId: cache_id,
  strategy,
  fileId: file_id,
  storedAt: stored_at,
  path,
  size,
}: Version) {
  return { cache_id, strategy, file_id, stored_at, path, size };
}
