import { Conflict, type ObjectInfo, type ObjectStore } from '@sgraph-backbone/layer/store';
import type { ChildData, ChildInfo, ChildPlace } from './cache-types.ts';
import { type StoredContent, storedChild } from './content.ts';
import type { ContentType } from './entry.ts';
import { isExpired } from './entry-metadata.ts';
import { childFolder, folderOf } from './entry-paths.ts';
import { page } from './listings.ts';
import { type Located, locate } from './locate.ts';
import { checkCacheId, checkedPath, checkFileId, checkNamespace, checkSegments } from './names.ts';
import { removeBelow } from './removing.ts';
import { unlessTaken } from './storing.ts';

const EXTENSIONS = { json: 'json', string: 'txt', binary: 'bin' } as const;
const TYPES: Readonly<Record<string, ContentType>> = { json: 'json', txt: 'string' };

type Named = Omit<ChildPlace, 'type'>;

/** Child data of the entries of a store. They are as present as their entry is. */
export function childData(data: ObjectStore, now: () => number): ChildData {
  const entryOf = async (namespace: string, cacheId: string): Promise<Located | undefined> => {
    checkNamespace(namespace);
    checkCacheId(cacheId);
    const found = await locate(data, namespace, cacheId);
    return found === undefined || isExpired(found.facts, now()) ? undefined : found;
  };
  /** What was written is taken back where the entry was removed meanwhile. */
  const unlessGone = async (
    namespace: string,
    cacheId: string,
    child: ChildInfo,
  ): Promise<ChildInfo | undefined> => {
    if ((await entryOf(namespace, cacheId)) !== undefined) return child;
    await data.delete(child.path);
    return undefined;
  };
  const write = async (path: string, content: StoredContent, ifMatch?: string) => {
    const { bytes, mediaType: contentType, contentEncoding } = content;
    const metadata = contentEncoding === undefined ? undefined : { 'content-encoding': contentEncoding };
    const { etag } = await data.put(path, bytes, { contentType, metadata, ifMatch });
    return { key: path, size: bytes.length, etag };
  };

  return {
    async put(namespace, cacheId, child) {
      const content = storedChild(child.content);
      const { folder, path } = pathOf(namespace, cacheId, child, content.type);
      if ((await entryOf(namespace, cacheId)) === undefined) return undefined;
      return unlessGone(namespace, cacheId, infoOf(folder, await write(path, content)));
    },
    async update(namespace, cacheId, child) {
      const content = storedChild(child.content);
      const { folder, path } = pathOf(namespace, cacheId, child, content.type);
      if ((await entryOf(namespace, cacheId)) === undefined) return undefined;
      for (;;) {
        const there = await data.head(path);
        if (there === undefined) return undefined;
        if (child.ifMatch !== undefined && child.ifMatch !== there.etag) throw new Conflict('changed', path);
        const swapped = await unlessTaken(() => write(path, content, there.etag));
        if (swapped !== undefined) return infoOf(folder, swapped);
      }
    },
    async get(namespace, cacheId, place) {
      const { folder, path } = pathOf(namespace, cacheId, place, place.type);
      const [entry, child] = await Promise.all([entryOf(namespace, cacheId), data.get(path)]);
      return entry && child && { ...infoOf(folder, child), bytes: child.bytes };
    },
    async exists(namespace, cacheId, place) {
      const { path } = pathOf(namespace, cacheId, place, place.type);
      const [entry, child] = await Promise.all([entryOf(namespace, cacheId), data.head(path)]);
      return entry !== undefined && child !== undefined;
    },
    async list(namespace, cacheId, { dataKey = '', recursive = true, limit, cursor } = {}) {
      if ((await entryOf(namespace, cacheId)) === undefined) return undefined;
      const folder = childFolder(namespace, cacheId);
      const below = folder + dataFolder(dataKey);
      const startAfter = cursor && folder + cursor;
      const rows = data.list(below, { startAfter, ...(!recursive && { delimiter: '/' as const }) });
      return page(childRows(folder, rows), { limit }, folder, (child) => child);
    },
    async remove(namespace, cacheId, place) {
      const { path } = pathOf(namespace, cacheId, place, place.type);
      const [entry, child] = await Promise.all([entryOf(namespace, cacheId), data.head(path)]);
      if (entry === undefined || child === undefined) return false;
      await data.delete(path);
      return true;
    },
    async removeAll(namespace, cacheId, dataKey = '') {
      checkNamespace(namespace);
      checkCacheId(cacheId);
      return removeBelow(data, childFolder(namespace, cacheId) + dataFolder(dataKey));
    },
  };
}

async function* childRows(folder: string, rows: ReturnType<ObjectStore['list']>): AsyncGenerator<ChildInfo> {
  for await (const row of rows) if ('key' in row) yield infoOf(folder, row);
}

function pathOf(namespace: string, cacheId: string, { dataKey = '', dataFileId }: Named, type: ContentType) {
  checkNamespace(namespace);
  checkCacheId(cacheId);
  checkFileId(dataFileId, 'data_file_id');
  const folder = childFolder(namespace, cacheId);
  const path = checkedPath(`${folder}${dataFolder(dataKey)}${dataFileId}.${EXTENSIONS[type]}`, 'data_key');
  return { folder, path };
}

function dataFolder(dataKey: string): string {
  checkSegments(dataKey, 'data_key');
  return folderOf(dataKey);
}

function infoOf(folder: string, { key, size, etag }: Pick<ObjectInfo, 'key' | 'size' | 'etag'>): ChildInfo {
  const slash = key.lastIndexOf('/');
  const dot = key.lastIndexOf('.');
  const extension = key.slice(dot + 1) as ChildInfo['extension'];
  return {
    dataKey: key.slice(folder.length, Math.max(slash, folder.length)),
    dataFileId: key.slice(slash + 1, dot),
    type: TYPES[extension] ?? 'binary',
    extension,
    path: key,
    size,
    etag,
  };
}
