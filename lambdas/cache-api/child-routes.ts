import type { Child, ChildData, ChildInfo } from '@sgraph-backbone/layer/cache';
import type { HttpResponse } from '@sgraph-backbone/layer/runtime';
import { binary, etagHeader, ifMatchOf, json, jsonText, nothing, text } from './answer.ts';
import { compactJson } from './content.ts';
import type { CacheApiContext } from './context.ts';
import { contentOf, isEmpty } from './entry-routes.ts';
import { answerOrPlace } from './larger-answers.ts';
import { truncation } from './listing.ts';
import { cacheId, childPath, DATA_TYPES, type DataType, dataType, safeName } from './names.ts';
import { flagOf, pagingOf } from './query.ts';
import type { CacheRoute, Call } from './route.ts';
import { emptyContent, WireError } from './wire-error.ts';

/** Files that belong to an entry and go with it. */
export function childRoutes(context: CacheApiContext): CacheRoute[] {
  return [
    ...DATA_TYPES.flatMap((type) => storeRoutes(type, context)),
    ...DATA_TYPES.flatMap((type) => updateRoutes(type, context)),
    ...existsRoutes(context),
    ...listRoutes(context),
    ...deleteAllRoutes(context),
    ...deleteRoutes(context),
    ...DATA_TYPES.flatMap((type) => readRoutes(type, context)),
  ];
}

const DATA = '/{namespace}/cache/{cache_id}/data';
/** With and without a key, as every route of a file is. */
const FILES = ['{data_file_id}', '{data_key+}/{data_file_id}'];

type Handle = (call: Call, children: ChildData) => Promise<HttpResponse>;

function withChildren({ source }: CacheApiContext, handle: Handle): CacheRoute['handle'] {
  return async (call) => handle(call, (await source()).cache.child);
}

function storeRoutes(type: DataType, context: CacheApiContext): CacheRoute[] {
  return ['', ...FILES.map((file) => `/${file}`)].map((file) => ({
    method: 'POST',
    path: `${DATA}/store/${type}${file}`,
    access: 'write',
    summary: file === '' ? `Stores a ${type} file under a new id` : `Stores or replaces a ${type} file`,
    body: type,
    answer: 'ChildStored',
    handle: withChildren(context, async (call, children) => {
      const id = cacheId(call.path.cache_id!);
      const dataKey = keyOf(call);
      const dataFileId = fileOf(call) ?? context.newId();
      const content = contentOf(call, type);
      if (type === 'binary' && isEmpty(content)) throw emptyContent('data');
      const info = await children.put(call.namespace, id, { dataKey, dataFileId, content });
      if (info === undefined) throw entryMissing(call.namespace, id);
      return json(
        {
          cache_id: id,
          data_files_created: [info.path],
          data_key: dataKey,
          data_type: type,
          extension: info.extension,
          file_id: dataFileId,
          file_size: info.size,
          namespace: call.namespace,
          timestamp: context.now(),
        },
        etagHeader(info.etag),
      );
    }),
  }));
}

function updateRoutes(type: DataType, context: CacheApiContext): CacheRoute[] {
  return FILES.map((file) => ({
    method: 'POST',
    path: `${DATA}/update/${type}/${file}`,
    access: 'write',
    summary: `Replaces a ${type} file that is there`,
    body: type,
    answer: 'ChildUpdated',
    handle: withChildren(context, async (call, children) => {
      const { place, id } = placeOf(call, type);
      const content = contentOf(call, type);
      if (isEmpty(content)) throw emptyContent('data');
      const ifMatch = ifMatchOf(call.request.headers);
      const condition = ifMatch === undefined || ifMatch === '*' ? {} : { ifMatch };
      const info = await children.update(call.namespace, id, { ...place, content, ...condition });
      if (info === undefined) throw fileMissing(id, place.dataFileId);
      const answer = { ...named(call, type), file_path: info.path, file_size: info.size };
      return json({ success: true, ...answer }, etagHeader(info.etag));
    }),
  }));
}

function readRoutes(type: DataType, context: CacheApiContext): CacheRoute[] {
  return FILES.map((file) => ({
    method: 'GET',
    path: `${DATA}/${type}/${file}`,
    access: 'read',
    summary: `A ${type} file`,
    answer: MEDIA[type],
    handle: withChildren(context, async (call, children) => {
      const { place, id } = placeOf(call, type);
      const child = await children.get(call.namespace, id, place);
      if (child === undefined) return absent(type, id, place.dataFileId);
      const placed = { ...child, namespace: call.namespace, mediaType: MEDIA[type] };
      return answerOrPlace(context, placed, () => shown(type, child));
    }),
  }));
}

const MEDIA = { string: 'text/plain', json: 'application/json', binary: 'application/octet-stream' };

function shown(type: DataType, { bytes, etag }: Child): HttpResponse {
  const headers = etagHeader(etag);
  if (type === 'binary') return binary(bytes, headers);
  const content = Buffer.from(bytes).toString();
  return type === 'string' ? text(content, headers) : jsonText(compactJson(content), headers);
}

function absent(type: DataType, id: string, file: string): HttpResponse {
  if (type !== 'json') return nothing();
  throw new WireError(404, {
    error_type: 'NOT_FOUND',
    message: 'Data file not found',
    cache_id: id,
    data_file_id: file,
  });
}

function existsRoutes(context: CacheApiContext): CacheRoute[] {
  return FILES.map((file) => ({
    method: 'GET',
    path: `${DATA}/exists/{data_type}/${file}`,
    access: 'read',
    summary: 'Whether a file is there',
    answer: 'ChildExists',
    handle: withChildren(context, async (call, children) => {
      const type = dataType(call.path.data_type!);
      const { place, id } = placeOf(call, type);
      const exists = await children.exists(call.namespace, id, place);
      return json({ ...named(call, type), exists });
    }),
  }));
}

function listRoutes(context: CacheApiContext): CacheRoute[] {
  return [`${DATA}/list`, `${DATA}/list/{data_key+}`].map((path) => ({
    method: 'GET',
    path,
    access: 'read',
    summary: 'Files of an entry, in order of their paths',
    query: ['recursive', 'limit', 'cursor'],
    answer: 'ChildList',
    handle: withChildren(context, async (call, children) => {
      const { namespace, query } = call;
      const id = cacheId(call.path.cache_id!);
      const dataKey = keyOf(call);
      const recursive = flagOf(query, 'recursive', true);
      const page = await children.list(namespace, id, { ...pagingOf(query), dataKey, recursive });
      if (page === undefined) throw entryMissing(namespace, id);
      const files = page.items.map(fileRow);
      const total_size = files.reduce((sum, { file_size }) => sum + file_size, 0);
      const answer = {
        cache_id: id,
        namespace,
        data_key: dataKey,
        file_count: files.length,
        files,
        total_size,
      };
      return json(answer, truncation({ next: page.cursor }));
    }),
  }));
}

function fileRow({ dataFileId, dataKey, type, path, size, extension }: ChildInfo) {
  return {
    data_file_id: dataFileId,
    data_key: dataKey,
    data_type: type,
    file_path: path,
    file_size: size,
    extension,
  };
}

function deleteRoutes(context: CacheApiContext): CacheRoute[] {
  return FILES.map((file) => ({
    method: 'DELETE',
    path: `${DATA}/delete/{data_type}/${file}`,
    access: 'write',
    summary: 'Deletes a file',
    answer: 'ChildDeleted',
    handle: withChildren(context, async (call, children) => {
      const type = dataType(call.path.data_type!);
      const { place, id } = placeOf(call, type);
      if (!(await children.remove(call.namespace, id, place))) throw fileMissing(id, place.dataFileId);
      const message = 'Data file deleted successfully';
      return json({ status: 'success', message, ...named(call, type), data_key: place.dataKey || null });
    }),
  }));
}

function deleteAllRoutes(context: CacheApiContext): CacheRoute[] {
  return [`${DATA}/delete/all`, `${DATA}/delete/all/{data_key+}`].map((path) => ({
    method: 'DELETE',
    path,
    access: 'write',
    summary: 'Deletes all files, or those below a key: of `k`, never those of `k2`',
    answer: 'ChildrenDeleted',
    handle: withChildren(context, async (call, children) => {
      const id = cacheId(call.path.cache_id!);
      const dataKey = keyOf(call);
      const removed = await children.removeAll(call.namespace, id, dataKey || undefined);
      const count = removed.length;
      return json({
        status: 'success',
        message: count === 0 ? 'No data files to delete' : `Deleted ${count} data files`,
        cache_id: id,
        deleted_count: count,
        ...(count === 0 ? {} : { deleted_files: removed }),
        data_key: dataKey || null,
        namespace: call.namespace,
      });
    }),
  }));
}

function placeOf(call: Call, type: DataType) {
  const place = { dataKey: keyOf(call), dataFileId: fileOf(call)!, type };
  return { place, id: cacheId(call.path.cache_id!) };
}

function keyOf({ path }: Call): string {
  return path.data_key === undefined ? '' : childPath('data_key', path.data_key);
}

function fileOf({ path }: Call): string | undefined {
  return path.data_file_id === undefined ? undefined : safeName('data_file_id', path.data_file_id);
}

function named(call: Call, type: DataType) {
  const { namespace, path } = call;
  return {
    cache_id: path.cache_id!,
    namespace,
    data_type: type,
    data_key: keyOf(call),
    data_file_id: fileOf(call)!,
  };
}

function entryMissing(namespace: string, id: string): WireError {
  const message = `Cache entry '${id}' in namespace '${namespace}' not found`;
  return new WireError(404, { error_type: 'NOT_FOUND', message, cache_id: id });
}

function fileMissing(id: string, file: string): WireError {
  const message = `Data file '${file}' not found in cache entry '${id}'`;
  return new WireError(404, { error_type: 'NOT_FOUND', message, cache_id: id, data_file_id: file });
}
