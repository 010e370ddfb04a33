import type { Child, ChildInfo } from '@sgraph-backbone/layer/cache';
import type { HttpResponse } from '@sgraph-backbone/layer/runtime';
import { binary, etagHeader, json, jsonText, nothing, text } from './answer.ts';
import { DATA, entryMissing, FILES, keyOf, named, placeOf, withChildren } from './child-call.ts';
import { compactJson } from './content.ts';
import type { CacheApiContext } from './context.ts';
import { answerOrPlace } from './larger-answers.ts';
import { truncation } from './listing.ts';
import { cacheId, DATA_TYPES, type DataType, dataType } from './names.ts';
import { flagOf, pagingOf } from './query.ts';
import type { CacheRoute } from './route.ts';
import { WireError } from './wire-error.ts';

/** Files of an entry: whether they are there, which there are, what they hold. */
export function childReadRoutes(context: CacheApiContext): CacheRoute[] {
  return [
    ...existsRoutes(context),
    ...listRoutes(context),
    ...DATA_TYPES.flatMap((type) => readRoutes(type, context)),
  ];
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
