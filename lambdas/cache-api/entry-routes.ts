import type { Content } from '@sgraph-backbone/layer/cache';
import { etagHeader, ifMatchOf, json, onlyNew } from './answer.ts';
import { bytesOf, jsonTextOf, textOf } from './body.ts';
import type { CacheApiContext } from './context.ts';
import { cacheId, fieldPath, optionalName, safePath, strategyName } from './names.ts';
import { storedAnswer } from './presented.ts';
import { ttlOf } from './query.ts';
import type { CacheRoute, Call } from './route.ts';
import { emptyContent, emptyInput, WireError } from './wire-error.ts';

const TYPES = ['string', 'json', 'binary'] as const;
type BodyType = (typeof TYPES)[number];

/** Storing, changing and deleting entries. */
export function entryRoutes(context: CacheApiContext): CacheRoute[] {
  return [
    ...TYPES.flatMap((type) => storeRoutes(type, context)),
    ...TYPES.map((type) => updateRoute(type, context)),
    deleteRoute(context),
  ];
}

function storeRoutes(type: BodyType, context: CacheApiContext): CacheRoute[] {
  const fields = type === 'json' ? ['json_field_path'] : [];
  const common = { method: 'POST', access: 'write', body: type, answer: 'Stored' } as const;
  const path = `/{namespace}/{strategy}/store/${type}`;
  const handle = (call: Call) => stored(call, type, context);
  const query = ['file_id', ...fields, 'ttl_hours'];
  return [
    { ...common, path, query: [...fields, 'ttl_hours'], summary: `Stores ${SAID[type]}`, handle },
    {
      ...common,
      path: `${path}/{cache_key+}`,
      query,
      summary: `Stores ${SAID[type]} under a cache key`,
      handle,
    },
  ];
}

const SAID = { string: 'a text', json: 'a JSON object', binary: 'bytes' };

async function stored(call: Call, type: BodyType, context: CacheApiContext) {
  const { namespace, path, query, request } = call;
  const strategy = strategyName(path.strategy!);
  const cacheKey = path.cache_key === undefined ? undefined : safePath('cache_key', path.cache_key);
  const fileId = optionalName('file_id', query.get('file_id'));
  const jsonFieldPath = type === 'json' ? fieldPath(query.get('json_field_path')) : undefined;
  const content = contentOf(call, type);
  if (isEmpty(content)) throw emptyInput({ ...EMPTY[type], now: context.now(), requestId: call.requestId });
  const ifMatch = ifMatchOf(request.headers);
  const { cache } = await context.source();
  const info = await cache.store({
    namespace,
    strategy,
    ...(cacheKey === undefined ? {} : { cacheKey }),
    ...(fileId === undefined ? {} : { fileId }),
    ...(jsonFieldPath === undefined ? {} : { jsonFieldPath }),
    ...ttlHours(query),
    ...(onlyNew(request.headers) ? { ifNoneMatch: '*' as const } : {}),
    ...(ifMatch === undefined || ifMatch === '*' ? {} : { ifMatch }),
    content,
  });
  return json(storedAnswer(info), etagHeader(info.etag));
}

const EMPTY = {
  string: { field: 'string', expected: 'non-empty_string' },
  json: { field: 'json', expected: 'json_object' },
  binary: { field: 'body', expected: 'non-empty_bytes' },
};

function ttlHours(query: URLSearchParams): { ttlHours?: number } {
  const hours = ttlOf(query);
  return hours === undefined ? {} : { ttlHours: hours };
}

/** The body as what is stored; gzip stays as it was sent. Throws 400. */
export function contentOf({ request }: Call, type: BodyType): Content {
  if (type === 'json') return { type, text: jsonTextOf(request) };
  if (type === 'string') return { type, text: textOf(request) };
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? '';
  const bytes = bytesOf(request);
  return { type, bytes, ...(encoding === '' || encoding === 'identity' ? {} : { encoding }) };
}

export function isEmpty(content: Content): boolean {
  return content.type === 'binary' ? content.bytes.length === 0 : content.text === '';
}

function updateRoute(type: BodyType, { source, now }: CacheApiContext): CacheRoute {
  return {
    method: 'POST',
    path: `/{namespace}/update/{cache_id}/${type}`,
    access: 'write',
    summary: `Replaces the content by ${SAID[type]}; id and hash stay`,
    body: type,
    answer: 'Updated',
    handle: async (call) => {
      const id = cacheId(call.path.cache_id!);
      const content = contentOf(call, type);
      if (isEmpty(content)) throw emptyContent(EMPTY[type].field);
      const { cache } = await source();
      const info = await cache.update(call.namespace, id, content, condition(call));
      if (info === undefined) throw notUpdated(id);
      const answer = {
        cache_id: id,
        cache_hash: info.hash,
        namespace: info.namespace,
        paths: [info.path],
        size: info.size,
        timestamp: info.updatedAt ?? now(),
        updated_content: true,
        updated_hash: false,
        updated_metadata: false,
        updated_id_ref: false,
      };
      return json(answer, etagHeader(info.etag));
    },
  };
}

function condition({ request }: Call): { ifMatch?: string } {
  const ifMatch = ifMatchOf(request.headers);
  return ifMatch === undefined || ifMatch === '*' ? {} : { ifMatch };
}

function notUpdated(id: string): WireError {
  const message = `Cache entry ${id} not found`;
  return new WireError(404, { error_type: 'NOT_FOUND', message, cache_id: id });
}

function deleteRoute({ source }: CacheApiContext): CacheRoute {
  return {
    method: 'DELETE',
    path: '/{namespace}/delete/{cache_id}',
    access: 'write',
    summary: 'Deletes an entry with its child data',
    answer: 'Deleted',
    handle: async (call) => {
      const id = cacheId(call.path.cache_id!);
      const { cache } = await source();
      const removed = await cache.remove(call.namespace, id, condition(call));
      if (removed === undefined) {
        return { ...json({ status: 'not_found', message: `Cache ID ${id} not found` }), status: 404 };
      }
      const { paths } = removed;
      return json({
        status: 'success',
        cache_id: id,
        deleted_count: paths.length,
        failed_count: 0,
        deleted_paths: paths,
        failed_paths: [],
      });
    },
  };
}
