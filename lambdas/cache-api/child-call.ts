import type { ChildData } from '@sgraph-backbone/layer/cache';
import type { HttpResponse } from '@sgraph-backbone/layer/runtime';
import type { CacheApiContext } from './context.ts';
import { cacheId, childPath, type DataType, safeName } from './names.ts';
import type { CacheRoute, Call } from './route.ts';
import { WireError } from './wire-error.ts';

/** Files of an entry. */
export const DATA = '/{namespace}/cache/{cache_id}/data';
/** With and without a key, as every route of a file is. */
export const FILES = ['{data_file_id}', '{data_key+}/{data_file_id}'];

type Handle = (call: Call, children: ChildData) => Promise<HttpResponse>;

/** A route that works on the files of entries. */
export function withChildren({ source }: CacheApiContext, handle: Handle): CacheRoute['handle'] {
  return async (call) => handle(call, (await source()).cache.child);
}

/** The file that a call names; throws 400. */
export function placeOf(call: Call, type: DataType) {
  const place = { dataKey: keyOf(call), dataFileId: fileOf(call)!, type };
  return { place, id: cacheId(call.path.cache_id!) };
}

/** The key below which the file lies, `` where the path has none. */
export function keyOf({ path }: Call): string {
  return path.data_key === undefined ? '' : childPath('data_key', path.data_key);
}

/** The file id of the path, where it has one. */
export function fileOf({ path }: Call): string | undefined {
  return path.data_file_id === undefined ? undefined : safeName('data_file_id', path.data_file_id);
}

/** What every answer about one file repeats. */
export function named(call: Call, type: DataType) {
  const { namespace, path } = call;
  return {
    cache_id: path.cache_id!,
    namespace,
    data_type: type,
    data_key: keyOf(call),
    data_file_id: fileOf(call)!,
  };
}

/** 404: no such entry. */
export function entryMissing(namespace: string, id: string): WireError {
  const message = `Cache entry '${id}' in namespace '${namespace}' not found`;
  return new WireError(404, { error_type: 'NOT_FOUND', message, cache_id: id });
}

/** 404: the entry has no such file. */
export function fileMissing(id: string, file: string): WireError {
  const message = `Data file '${file}' not found in cache entry '${id}'`;
  return new WireError(404, { error_type: 'NOT_FOUND', message, cache_id: id, data_file_id: file });
}
