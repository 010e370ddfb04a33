import { Conflict, type ObjectInfo, type ObjectStore } from '@sgraph-backbone/layer/store';
import type { ChildData, ChildInfo, ChildPlace } from './cache-types.ts';
import { type StoredContent, storedChild } from './content.ts';
import type { ContentType } from './entry.ts';
import { isExpired } from './entry-metadata.ts';
import { childFolder, folderOf } from './entry-paths.ts';
import { page } from './listings.ts';
import { locate } from './locate.ts';
import { checkCacheId, checkedPath, checkFileId, checkNamespace, checkSegments } from './names.ts';
import { removeBelow } from './removing.ts';
import { unlessTaken } from './storing.ts';

const EXTENSIONS = { json: 'json', string: 'txt', binary: 'bin' } as const;
const TYPES: Readonly<Record<string, ContentType>> = { json: 'json', txt: 'string' };

type Named = Omit<ChildPlace, 'type'>;

/** Child data of the entries of a store. They are as present as their entry is. */
export function childData(data: ObjectStore, now: () => number): ChildData {
  /** Folder of the child data of an entry that is there. */
  const folderOfEntry = async (namespace: string, cacheId: string): Promise<string | undefined> => {
    checkNamespace(namespace);
    checkCacheId(cacheId);
    const found = await locate(data, namespace, cacheId);
    if (found === undefined || isExpired(found.facts, now())) return undefined;
    return childFolder(namespace, found.facts);
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
      const name = nameOf(child, content.type);
      const folder = await folderOfEntry(namespace, cacheId);
      if (folder === undefined) return undefined;
      const written = await write(pathOf(folder, name), content);
      // What was written for an entry that was removed meanwhile is taken back.
      if ((await folderOfEntry(namespace, cacheId)) === folder) return infoOf(folder, written);
      await data.delete(written.key);
      return undefined;
    },
    async update(namespace, cacheId, child) {
      const content = storedChild(child.content);
      const name = nameOf(child, content.type);
      const folder = await folderOfEntry(namespace, cacheId);
      if (folder === undefined) return undefined;
      const path = pathOf(folder, name);
      for (;;) {
        const there = await data.head(path);
        if (there === undefined) return undefined;
        if (child.ifMatch !== undefined && child.ifMatch !== there.etag) throw new Conflict('changed', path);
        const swapped = await unlessTaken(() => write(path, content, there.etag));
        if (swapped !== undefined) return infoOf(folder, swapped);
      }
    },
    async get(namespace, cacheId, place) {
      const name = nameOf(place, place.type);
      const folder = await folderOfEntry(namespace, cacheId);
      const child = folder && (await data.get(pathOf(folder, name)));
      return child ? { ...infoOf(folder, child), bytes: child.bytes } : undefined;
    },
    async exists(namespace, cacheId, place) {
      const name = nameOf(place, place.type);
      const folder = await folderOfEntry(namespace, cacheId);
      return folder !== undefined && (await data.head(pathOf(folder, name))) !== undefined;
    },
    async list(namespace, cacheId, { dataKey = '', recursive = true, limit, cursor } = {}) {
      const name = dataFolder(dataKey);
      const folder = await folderOfEntry(namespace, cacheId);
      if (folder === undefined) return undefined;
      const startAfter = cursor && folder + cursor;
      const rows = data.list(folder + name, { startAfter, ...(!recursive && { delimiter: '/' as const }) });
      return page(childRows(folder, rows), { limit }, folder, (child) => child);
    },
    async remove(namespace, cacheId, place) {
      const name = nameOf(place, place.type);
      const folder = await folderOfEntry(namespace, cacheId);
      if (folder === undefined) return false;
      const path = pathOf(folder, name);
      const isThere = (await data.head(path)) !== undefined;
      if (isThere) await data.delete(path);
      return isThere;
    },
    async removeAll(namespace, cacheId, dataKey = '') {
      const name = dataFolder(dataKey);
      const folder = await folderOfEntry(namespace, cacheId);
      return folder === undefined ? [] : removeBelow(data, folder + name);
    },
  };
}

async function* childRows(folder: string, rows: ReturnType<ObjectStore['list']>): AsyncGenerator<ChildInfo> {
  for await (const row of rows) if ('key' in row) yield infoOf(folder, row);
}

function nameOf({ dataKey = '', dataFileId }: Named, type: ContentType): string {
  checkFileId(dataFileId, 'data_file_id');
  return `${dataFolder(dataKey)}${dataFileId}.${EXTENSIONS[type]}`;
}

function pathOf(folder: string, name: string): string {
  return checkedPath(folder + name, 'data_key');
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
