import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { millisecondsOf } from './cache-id.ts';
import type { IdOfHash, Version } from './cache-types.ts';
import { PAGE_ROWS, type Page, type PageOptions } from './entry.ts';
import { isExpired } from './entry-metadata.ts';
import { parseVersionName, versionFolder } from './entry-paths.ts';
import { type HashMarker, listHashes, listMarkers, markerFolder } from './hash-marker.ts';

/** Ids of a hash, newest first. */
export function listIdsOfHash(
  data: ObjectStore,
  namespace: string,
  hash: string,
  now: number,
  options?: PageOptions,
): Promise<Page<IdOfHash>> {
  const folder = markerFolder(namespace, hash);
  return page(
    liveMarkers(data, folder, now, options),
    options,
    folder,
    ({ cacheId, strategy, order, path }) => ({
      cacheId,
      strategy,
      storedAt: millisecondsOf(order),
      path,
    }),
  );
}

/** Ids of a namespace in order of their hashes. */
export function listIds(
  data: ObjectStore,
  namespace: string,
  now: number,
  options?: PageOptions,
): Promise<Page<string>> {
  const folder = markerFolder(namespace);
  return page(liveMarkers(data, folder, now, options), options, folder, ({ cacheId }) => cacheId);
}

/** Hashes of a namespace in order. */
export function listHashesOf(
  data: ObjectStore,
  namespace: string,
  now: number,
  options?: PageOptions,
): Promise<Page<string>> {
  const isLive = (marker: HashMarker) => !isExpired(marker, now);
  const rows = listHashes(data, namespace, isLive, options?.cursor);
  return page(named(rows), options, '', ({ path }) => path);
}

/** Versions of a cache key, of all file ids or of one, newest first. */
export function listVersions(
  data: ObjectStore,
  namespace: string,
  cacheKey: string,
  now: number,
  options?: PageOptions & { readonly fileId?: string },
): Promise<Page<Version>> {
  const folder = versionFolder(namespace, cacheKey);
  return page(liveVersions(data, folder, now, options), options, folder, (version) => version);
}

/** Root folders, in order. */
export async function listNamespaces(data: ObjectStore): Promise<string[]> {
  const found: string[] = [];
  for await (const row of data.list('', { delimiter: '/' }))
    if ('prefix' in row) found.push(row.prefix.slice(0, -1));
  return found;
}

async function* liveMarkers(data: ObjectStore, folder: string, now: number, { cursor }: PageOptions = {}) {
  const seen = new Set<string>();
  for await (const marker of listMarkers(data, folder, { startAfter: cursor && folder + cursor })) {
    if (isExpired(marker, now) || seen.has(marker.cacheId)) continue;
    seen.add(marker.cacheId);
    yield marker;
  }
}

async function* liveVersions(
  data: ObjectStore,
  folder: string,
  now: number,
  { cursor, fileId }: PageOptions & { readonly fileId?: string } = {},
): AsyncGenerator<Version> {
  for await (const row of data.list(folder, { delimiter: '/', startAfter: cursor && folder + cursor })) {
    if (!('key' in row)) continue;
    const version = parseVersionName(row.key.slice(folder.length));
    if (version === undefined || isExpired(version, now)) continue;
    if (fileId !== undefined && fileId !== version.fileId) continue;
    const { cacheId, strategy, order } = version;
    const { key: path, size } = row;
    yield { cacheId, strategy, fileId: version.fileId, storedAt: millisecondsOf(order), path, size };
  }
}

async function* named(rows: AsyncIterable<HashMarker>): AsyncGenerator<{ readonly path: string }> {
  for await (const { hash } of rows) yield { path: hash };
}

/** Up to `limit` rows; a cursor, which is the path of the last row below the folder, where there are more. */
export async function page<Row extends { readonly path: string }, Item>(
  rows: AsyncIterable<Row>,
  { limit = PAGE_ROWS }: PageOptions = {},
  folder: string,
  itemOf: (row: Row) => Item,
): Promise<Page<Item>> {
  const items: Item[] = [];
  let cursor: string | undefined;
  for await (const row of rows) {
    if (items.length === limit) return { items, cursor };
    items.push(itemOf(row));
    cursor = row.path.slice(folder.length);
  }
  return { items };
}
