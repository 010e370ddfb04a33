import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { readJson } from '@sgraph-backbone/layer/store';
import { orderAt } from './cache-id.ts';
import type { AdoptRequest, AliasRequest } from './cache-types.ts';
import { storedEntry } from './content.ts';
import type { EntryInfo } from './entry.ts';
import { type EntryFacts, foundEntry, infoOf, metadataOf } from './entry-metadata.ts';
import { entryPath, idReferencePath } from './entry-paths.ts';
import { type IdReference, locate } from './locate.ts';
import { markerOf, putMarker, putReference } from './markers.ts';
import { checkCacheId, checkHash } from './names.ts';
import { checkPlace, unlessTaken, type Writing } from './storing.ts';

/**
 * Writes an entry with the id and time it has elsewhere. What is there stays: the same id changes nothing, another
 * id on the same place is one more way to it.
 */
export async function adoptEntry(writing: Writing, request: AdoptRequest): Promise<EntryInfo> {
  const { data } = writing;
  const { namespace, cacheId } = request;
  checkNames(request);
  const content = storedEntry(request.content, request);
  const { type, contentEncoding } = content;
  const facts = factsOfRequest(request, { type, contentEncoding });
  const expiresAt = request.ttlHours ? request.storedAt + request.ttlHours * 3_600_000 : undefined;
  const own = { ...facts, expiresAt, jsonFieldPath: request.jsonFieldPath };
  const extension = type === 'binary' ? 'bin' : 'json';
  const path = entryPath(request, { cacheId, order: facts.order, extension, expiresAt });
  const options = { ifNoneMatch: '*', contentType: content.mediaType, metadata: metadataOf(own) } as const;
  await unlessTaken(() => data.put(path, content.bytes, options));
  const there = foundEntry(await data.head(path));
  const isOwn = there?.facts.cacheId === cacheId;
  await refer(
    data,
    namespace,
    isOwn ? { path, order: own.order } : { path, order: own.order, alias: own },
    isOwn ? there.facts : own,
  );
  return infoOf(namespace, (await locate(data, namespace, cacheId))!);
}

/** Gives an object that others write an id and a hash. The first time counts. */
export async function aliasObject(data: ObjectStore, request: AliasRequest): Promise<void> {
  const { namespace, path, type, contentEncoding } = request;
  checkNames(request);
  const alias = factsOfRequest(request, { type, contentEncoding });
  await refer(data, namespace, { path, order: alias.order, alias }, alias);
}

function checkNames(
  request: Pick<AdoptRequest, 'namespace' | 'strategy' | 'cacheId' | 'hash' | 'cacheKey'>,
): void {
  const { namespace, strategy, cacheKey, cacheId, hash } = request;
  checkPlace({ namespace, strategy, cacheKey });
  checkCacheId(cacheId);
  checkHash(hash);
}

function factsOfRequest(
  {
    cacheId,
    hash,
    storedAt,
    turn = 0,
    strategy,
    cacheKey = '',
    fileId = cacheId,
  }: AdoptRequest | AliasRequest,
  content: Pick<EntryFacts, 'type' | 'contentEncoding'>,
): EntryFacts {
  return { cacheId, hash, order: orderAt(storedAt, turn), strategy, cacheKey, fileId, ...content };
}

async function refer(
  data: ObjectStore,
  namespace: string,
  reference: IdReference,
  facts: EntryFacts,
): Promise<void> {
  const path = idReferencePath(namespace, facts.cacheId);
  const known = reference.alias && (await readJson<IdReference>(data, path))?.value;
  if (known === undefined) await putReference(data, namespace, facts.cacheId, reference);
  await putMarker(data, namespace, markerOf(known?.alias ?? facts));
}
