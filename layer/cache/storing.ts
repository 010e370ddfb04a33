import { Conflict, type ObjectInfo, type ObjectStore, type PutOptions } from '@sgraph-backbone/layer/store';
import { cacheIdOf, cacheIdOfPlace, laterThan, millisecondsOf, type Order } from './cache-id.ts';
import { type StoredContent, storedEntry } from './content.ts';
import type { CacheContext, EntryInfo, Place, StoreRequest } from './entry.ts';
import {
  type EntryFacts,
  factsOf,
  infoOf,
  isExpired,
  isLocated,
  isShared,
  metadataOf,
} from './entry-metadata.ts';
import { entryPath } from './entry-paths.ts';
import { markerPath } from './hash-marker.ts';
import { deleteReference, deleteStale, markerOf, markersOf, putMarker, putReference } from './markers.ts';
import { checkCacheKey, checkFileId, checkHash, checkNamespace } from './names.ts';
import { removeExpired } from './removing.ts';

/** A cache and the clock that its entries are ordered by. */
export interface Writing extends CacheContext {
  readonly nextOrder: () => Order;
}

/** What is about to be written. */
interface Draft {
  readonly path: string;
  readonly content: StoredContent;
  readonly facts: EntryFacts;
}

/**
 * Stores an entry: the entry first, its marker last. Where its place is taken, the content is swapped under the id
 * that is there, and the marker moves.
 */
export async function storeEntry(writing: Writing, request: StoreRequest): Promise<EntryInfo> {
  const draft = draftOf(writing, request);
  return isShared(draft.facts)
    ? storeShared(writing, request, draft)
    : storeAlone(writing, request.namespace, draft);
}

/** Names, content and hash are checked before anything is written. */
function draftOf(writing: Writing, request: StoreRequest): Draft {
  checkPlace(request);
  const { strategy, cacheKey = '', fileId, jsonFieldPath } = request;
  const { hash, ...content } = storedEntry(request.content, request);
  checkHash(hash);
  const order = writing.nextOrder();
  const extension = content.type === 'binary' ? 'bin' : 'json';
  const isLocal = fileId === undefined && (strategy === 'direct' || strategy === 'temporal');
  const own = cacheIdOf(order, isLocal ? { strategy, extension } : undefined, writing.newId());
  const expiresAt = expiryOf(writing, request, order);
  const path = entryPath(request, { cacheId: own, order, extension, expiresAt });
  const isOwn = !isShared({ cacheId: own, fileId: fileId ?? own, strategy });
  const cacheId = isOwn ? own : cacheIdOfPlace(path);
  const { type, contentEncoding } = content;
  const named = { cacheId, hash, order, strategy, cacheKey, fileId: fileId ?? cacheId };
  return { path, content, facts: { ...named, type, contentEncoding, jsonFieldPath, expiresAt } };
}

export function checkPlace({ namespace, cacheKey, fileId }: Place): void {
  checkNamespace(namespace);
  if (cacheKey !== undefined) checkCacheKey(cacheKey);
  if (fileId !== undefined) checkFileId(fileId);
}

export function expiryOf(
  { ttlHours }: CacheContext,
  request: StoreRequest,
  order: Order,
): number | undefined {
  const hours = request.ttlHours ?? ttlHours?.(request.namespace) ?? 0;
  return hours > 0 ? millisecondsOf(order) + Math.round(hours * 3_600_000) : undefined;
}

/** Nobody else knows the path. */
async function storeAlone({ data }: Writing, namespace: string, draft: Draft): Promise<EntryInfo> {
  const { etag } = await putEntry(data, draft);
  await lead(data, namespace, draft);
  return written(namespace, draft, etag);
}

async function storeShared(writing: Writing, request: StoreRequest, draft: Draft): Promise<EntryInfo> {
  const { data } = writing;
  const { namespace } = request;
  const { placed, etag, replaced } = await placeShared(writing, request, draft);
  const referenceEtag = await lead(data, namespace, placed);
  await settle(data, namespace, placed, { referenceEtag, replaced });
  return written(namespace, placed, etag);
}

/** Markers go that the own one replaces; and what was written for nothing, because others were there since. */
async function settle(
  data: ObjectStore,
  namespace: string,
  { path, facts }: Draft,
  { referenceEtag, replaced }: { readonly referenceEtag?: string; readonly replaced?: EntryFacts },
): Promise<void> {
  const { cacheId } = facts;
  const older = await markersOf(data, namespace, cacheId, replaced === undefined ? [] : [replaced.hash]);
  const markers = [...older, markerPath(namespace, markerOf(facts))];
  const there = await deleteStale(data, namespace, { path, cacheId, markers });
  if (there === undefined && referenceEtag !== undefined)
    await deleteReference(data, namespace, cacheId, referenceEtag);
}

/** Writes the entry, whoever else writes or removes it meanwhile: after each lost condition it looks again. */
async function placeShared(
  writing: Writing,
  request: StoreRequest,
  draft: Draft,
): Promise<{ readonly placed: Draft; readonly etag: string; readonly replaced?: EntryFacts }> {
  const { data } = writing;
  const { path } = draft;
  let there: ObjectInfo | undefined;
  for (;;) {
    const mayCreate = there === undefined && request.ifMatch === undefined;
    const created = mayCreate
      ? await unlessTaken(() => putEntry(data, draft, { ifNoneMatch: '*' }))
      : undefined;
    if (created !== undefined) return { placed: draft, ...created };
    there = await data.head(path);
    if (there === undefined && request.ifMatch !== undefined) throw new Conflict('changed', path);
    if (there === undefined) continue;
    const { etag } = there;
    const replaced = factsOf(there);
    if (replaced !== undefined && isExpired(replaced, writing.now())) {
      await removeExpired(data, request.namespace, replaced.cacheId, writing.now());
      continue;
    }
    checkRequested(request, there);
    const placed = await inPlaceOf(data, request.namespace, draft, replaced);
    const swapped = await unlessTaken(() => putEntry(data, placed, { ifMatch: etag }));
    if (swapped !== undefined) return { placed, ...swapped, replaced };
  }
}

function checkRequested({ ifMatch, ifNoneMatch }: StoreRequest, there: ObjectInfo): void {
  if (ifNoneMatch !== undefined) throw new Conflict('exists', there.key);
  if (ifMatch !== undefined && ifMatch !== there.etag) throw new Conflict('changed', there.key);
}

/** The draft under the id that is there; what an earlier, broken off store may have left is removed first. */
async function inPlaceOf(
  data: ObjectStore,
  namespace: string,
  draft: Draft,
  replaced: EntryFacts | undefined,
): Promise<Draft> {
  if (replaced === undefined) return draft;
  const { cacheId, hash, order, priorHash, fileId, born = order } = replaced;
  if (priorHash !== undefined) {
    const markers = await markersOf(data, namespace, cacheId, [priorHash]);
    await deleteStale(data, namespace, { path: draft.path, cacheId, markers });
  }
  const facts = { ...draft.facts, cacheId, fileId, born, order: laterThan(draft.facts.order, order) };
  return { ...draft, facts: hash === facts.hash ? facts : { ...facts, priorHash: hash } };
}

/** What leads to the entry: by its id, where that does not say the place, and last by its hash. */
async function lead(
  data: ObjectStore,
  namespace: string,
  { path, facts }: Draft,
): Promise<string | undefined> {
  const { cacheId, order } = facts;
  const reference = isLocated(namespace, cacheId, path)
    ? undefined
    : await putReference(data, namespace, cacheId, { path, order });
  await putMarker(data, namespace, markerOf(facts));
  return reference?.etag;
}

function putEntry(
  data: ObjectStore,
  { path, content, facts }: Draft,
  condition: Pick<PutOptions, 'ifMatch' | 'ifNoneMatch'> = {},
): Promise<{ readonly etag: string }> {
  return data.put(path, content.bytes, {
    ...condition,
    contentType: content.mediaType,
    metadata: metadataOf(facts),
  });
}

function written(namespace: string, { path, content, facts }: Draft, etag: string): EntryInfo {
  const { order } = facts;
  const object = { key: path, size: content.bytes.length, etag, modified: millisecondsOf(order) };
  return infoOf(namespace, { facts, object });
}

/** `undefined` where the condition of a write was lost. */
export async function unlessTaken<T>(write: () => Promise<T>): Promise<T | undefined> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof Conflict) return undefined;
    throw error;
  }
}
