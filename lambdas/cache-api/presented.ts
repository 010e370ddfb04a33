import { createHash } from 'node:crypto';
import type { Entry, EntryInfo, IdOfHash } from '@sgraph-backbone/layer/cache';
import { childrenFolder, STORED } from '@sgraph-backbone/layer/cache';

/** What the original keeps in files beside an entry: here it is made of the entry when somebody asks. */

export function storedAnswer(info: EntryInfo) {
  const { cacheId: cache_id, hash: cache_hash, namespace, size } = info;
  return { cache_id, cache_hash, namespace, paths: pathsOf(info), size };
}

export function metadataOf(info: EntryInfo) {
  return {
    cache_id: info.cacheId,
    cache_hash: info.hash,
    cache_key: info.cacheKey,
    file_id: info.fileId,
    namespace: info.namespace,
    strategy: info.strategy,
    stored_at: info.storedAt,
    file_type: fileType(info),
    content_encoding: info.contentEncoding ?? null,
    content_size: info.size,
  };
}

/** The `.config` of the original. */
export function configOf(info: EntryInfo) {
  const isJson = fileType(info) === 'json';
  return {
    exists_strategy: 'first',
    file_id: info.fileId,
    file_key: info.cacheKey,
    file_paths: [info.path.slice(0, info.path.lastIndexOf('/'))],
    file_type: isJson ? JSON_FILE : BINARY_FILE,
  };
}

const JSON_FILE = {
  name: 'json',
  content_type: 'application/json; charset=utf-8',
  file_extension: 'json',
  encoding: 'utf-8',
  serialization: 'json',
};
const BINARY_FILE = {
  name: 'binary',
  content_type: 'application/octet-stream',
  file_extension: 'bin',
  encoding: null,
  serialization: 'binary',
};

/** The `.metadata` of the original; its hash and size are those of what is stored now. */
export function storedMetadataOf(entry: Entry) {
  const { content_size: _, ...data } = metadataOf(entry);
  return {
    content__hash: createHash('md5').update(entry.bytes).digest('hex').slice(0, 10),
    chain_hash: null,
    previous_version_path: null,
    content__size: entry.size,
    tags: [],
    timestamp: entry.updatedAt ?? entry.storedAt,
    data: { ...data, json_field_path: entry.jsonFieldPath ?? null },
  };
}

/** The by-id file of the original. */
export function refsOf(info: EntryInfo) {
  return {
    all_paths: pathsOf(info),
    cache_id: info.cacheId,
    cache_hash: info.hash,
    file_paths: {
      content_files: [info.path],
      data_folders: [childrenFolder(info.namespace, info.cacheId).slice(0, -1)],
    },
    file_type: fileType(info),
    namespace: info.namespace,
    strategy: info.strategy,
    timestamp: info.storedAt,
  };
}

/** The by-hash file of the original, oldest first; ids come newest first. */
export function hashRefsOf(cache_hash: string, ids: readonly IdOfHash[]) {
  const cache_ids = ids
    .map(({ cacheId, storedAt }) => ({ cache_id: cacheId, timestamp: storedAt }))
    .reverse();
  return { cache_hash, cache_ids, latest_id: ids[0]?.cacheId ?? null, total_versions: ids.length };
}

export function hashRefsPath(namespace: string, hash: string): string {
  return `${namespace}/refs/by-hash/${sharded(hash)}`;
}

export function idRefsPath(namespace: string, id: string): string {
  return `${namespace}/refs/by-id/${sharded(id)}`;
}

/** Indented as the original writes it. */
export function refsText(value: unknown): string {
  return JSON.stringify(value, null, STORED.indent);
}

function sharded(name: string): string {
  return `${name.slice(0, 2)}/${name.slice(2, 4)}/${name}.json`;
}

function pathsOf({ namespace, hash, cacheId, path }: EntryInfo) {
  return {
    data: [path],
    by_hash: [hashRefsPath(namespace, hash)],
    by_id: [idRefsPath(namespace, cacheId)],
  };
}

/** A string is stored as JSON. */
function fileType({ type }: EntryInfo): 'json' | 'binary' {
  return type === 'binary' ? 'binary' : 'json';
}
