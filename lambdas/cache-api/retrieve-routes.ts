import type { Cache, Entry } from '@sgraph-backbone/layer/cache';
import type { HttpResponse } from '@sgraph-backbone/layer/runtime';
import { binary, etagHeader, json, jsonText, text } from './answer.ts';
import { compactIfJson, compactJson, dumpedJson, type Shown, shownContent, textIfUtf8 } from './content.ts';
import type { CacheApiContext } from './context.ts';
import { answerOrPlace } from './larger-answers.ts';
import { truncation } from './listing.ts';
import { cacheHash, cacheId } from './names.ts';
import {
  configOf,
  hashRefsOf,
  hashRefsPath,
  idRefsPath,
  metadataOf,
  refsOf,
  storedMetadataOf,
} from './presented.ts';
import { pagingOf } from './query.ts';
import type { CacheRoute, Call } from './route.ts';
import { contentNotFound, entryNotFound, WireError } from './wire-error.ts';

/** What finds an entry: its id, or its hash (the newest with it). */
type By = 'id' | 'hash';

/** Reading entries. Routes by hash come first: `hash` is no id. */
export function retrieveRoutes(context: CacheApiContext): CacheRoute[] {
  return [...byHash(context), ...byId(context)];
}

const GET = { method: 'GET', access: 'read' } as const;
const HASH = '/{namespace}/retrieve/hash/{cache_hash}';
const ID = '/{namespace}/retrieve/{cache_id}';

function byHash(context: CacheApiContext): CacheRoute[] {
  const { source } = context;
  return [
    {
      ...GET,
      path: `${HASH}/refs-hash`,
      summary: 'Ids of a hash, oldest first',
      query: ['limit', 'cursor'],
      answer: 'HashRefs',
      handle: async ({ namespace, path, query }) => {
        const hash = cacheHash(path.cache_hash!);
        const page = await (await source()).cache.idsOfHash(namespace, hash, pagingOf(query));
        if (page.items.length === 0) throw contentNotFound();
        return json(hashRefsOf(hash, page.items), truncation({ next: page.cursor }));
      },
    },
    {
      ...GET,
      path: `${HASH}/cache-id`,
      summary: 'The newest id of a hash',
      answer: 'CacheId',
      handle: async ({ namespace, path }) => {
        const hash = cacheHash(path.cache_hash!);
        const { items } = await (await source()).cache.idsOfHash(namespace, hash, { limit: 1 });
        if (items.length === 0) throw contentNotFound();
        return json({ namespace, cache_hash: hash, cache_id: items[0]!.cacheId });
      },
    },
    {
      ...GET,
      path: `${HASH}/metadata`,
      summary: 'Metadata of the newest entry with a hash',
      answer: 'Metadata',
      handle: async ({ namespace, path }) => {
        const info = await (await source()).cache.infoByHash(namespace, cacheHash(path.cache_hash!));
        if (info === undefined) throw contentNotFound();
        return json(metadataOf(info), etagHeader(info.etag));
      },
    },
    ...contentRoutes('hash', HASH, context),
  ];
}

function byId(context: CacheApiContext): CacheRoute[] {
  const info = async (call: Call) => {
    const { cache } = await context.source();
    const found = await cache.infoById(call.namespace, cacheId(call.path.cache_id!));
    if (found === undefined) throw notFound(call, context);
    return found;
  };
  return [
    {
      ...GET,
      path: `${ID}/config`,
      summary: 'How an entry is stored',
      answer: 'Config',
      handle: async (call) => json(configOf(await info(call))),
    },
    {
      ...GET,
      path: `${ID}/metadata`,
      summary: 'What is known of an entry, with the hash of its content',
      answer: 'StoredMetadata',
      handle: async (call) => {
        const entry = await found('id', call, (await context.source()).cache);
        if (entry === undefined) throw notFound(call, context);
        return json(storedMetadataOf(entry), etagHeader(entry.etag));
      },
    },
    {
      ...GET,
      path: `${ID}/refs`,
      summary: 'Where an entry lies',
      answer: 'Refs',
      handle: async (call) => json(refsOf(await info(call))),
    },
    {
      ...GET,
      path: `${ID}/refs/all`,
      summary: 'Where an entry lies, with what leads to it',
      answer: 'AllRefs',
      handle: async (call) => {
        const entry = await info(call);
        const { cache } = await context.source();
        const { items } = await cache.idsOfHash(call.namespace, entry.hash);
        const by_id = refsOf(entry);
        const details = {
          [hashRefsPath(call.namespace, entry.hash)]: hashRefsOf(entry.hash, items),
          [idRefsPath(call.namespace, entry.cacheId)]: by_id,
        };
        return json({ by_id, details });
      },
    },
    ...contentRoutes('id', ID, context),
  ];
}

function contentRoutes(by: By, path: string, context: CacheApiContext): CacheRoute[] {
  const shown = (form: (entry: Entry, content: Shown, by: By) => HttpResponse) => async (call: Call) => {
    const entry = await found(by, call, (await context.source()).cache);
    if (entry === undefined) throw contentNotFound();
    return answerOrPlace(context, entry, () => form(entry, shownContent(entry), by));
  };
  const said = by === 'id' ? 'an entry' : 'the newest entry with a hash';
  return [
    {
      ...GET,
      path: `${path}/string`,
      summary: `The content of ${said} as text`,
      answer: 'text/plain',
      handle: shown(asText),
    },
    {
      ...GET,
      path: `${path}/json`,
      summary: `The content of ${said} as JSON`,
      answer: 'application/json',
      handle: shown(asJson),
    },
    {
      ...GET,
      path: `${path}/binary`,
      summary: `The content of ${said} as bytes`,
      answer: 'application/octet-stream',
      handle: shown(asBytes),
    },
    {
      ...GET,
      path,
      summary: `The content of ${said} with its metadata; of bytes, where they are`,
      answer: 'Retrieved',
      handle: async (call) => {
        const entry = await found(by, call, (await context.source()).cache);
        if (entry === undefined) throw notFound(call, context);
        return answerOrPlace(context, entry, () => retrieved(entry, by));
      },
    },
  ];
}

async function found(by: By, { namespace, path }: Call, cache: Cache): Promise<Entry | undefined> {
  return by === 'id'
    ? cache.retrieveById(namespace, cacheId(path.cache_id!))
    : cache.retrieveByHash(namespace, cacheHash(path.cache_hash!));
}

function notFound({ namespace, path, requestId }: Call, { now }: CacheApiContext): WireError {
  const { cache_hash, cache_id } = path;
  return entryNotFound({ cache_hash, cache_id, namespace, now: now(), requestId });
}

function retrieved(entry: Entry, by: By): HttpResponse {
  const content = shownContent(entry);
  const metadata = JSON.stringify(metadataOf(entry));
  const etag = etagHeader(entry.etag);
  if (content.kind === 'binary') return json(binaryReference(entry, by), etag);
  const data = content.kind === 'json' ? compactJson(content.text) : JSON.stringify(content.text);
  return jsonText(`{"data":${data},"metadata":${metadata},"data_type":"${content.kind}"}`, etag);
}

function binaryReference(entry: Entry, by: By) {
  const { namespace, cacheId: id, hash } = entry;
  const place = by === 'id' ? id : `hash/${hash}`;
  return {
    message: 'Binary data requires separate endpoint',
    data_type: 'binary',
    size: entry.size,
    cache_hash: hash,
    cache_id: id,
    namespace,
    binary_url: `/${namespace}/retrieve/${place}/binary`,
    metadata: metadataOf(entry),
  };
}

function asText(entry: Entry, content: Shown, by: By): HttpResponse {
  const etag = etagHeader(entry.etag);
  if (content.kind === 'string') return text(content.text, etag);
  if (content.kind === 'json') return text(dumpedJson(content.text), etag);
  const utf8 = by === 'hash' ? textIfUtf8(content.bytes) : undefined;
  return text(utf8 ?? Buffer.from(content.bytes).toString('base64'), etag);
}

function asJson(entry: Entry, content: Shown, by: By): HttpResponse {
  const etag = etagHeader(entry.etag);
  if (content.kind === 'json') return jsonText(compactJson(content.text), etag);
  if (content.kind === 'binary') {
    const data = Buffer.from(content.bytes).toString('base64');
    return json({ data_type: 'binary', encoding: 'base64', data }, etag);
  }
  const parsed = compactIfJson(content.text);
  if (parsed !== undefined) return jsonText(parsed, etag);
  const start = [...content.text.slice(0, 200)].slice(0, 100).join('');
  throw new WireError(415, by === 'id' ? `Data is string, not JSON: ${start}` : 'Data is string, not JSON');
}

function asBytes(entry: Entry, content: Shown, by: By): HttpResponse {
  const etag = etagHeader(entry.etag);
  if (content.kind === 'binary') return binary(content.bytes, etag);
  return binary(Buffer.from(asText(entry, content, by).body), etag);
}
