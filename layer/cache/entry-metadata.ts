import type { ObjectInfo } from '@sgraph-backbone/layer/store';
import { millisecondsOf, type Order } from './cache-id.ts';
import type { ContentType, EntryInfo, Strategy } from './entry.ts';
import { idReferencePath, locatedPath } from './entry-paths.ts';
import { type HashMarker, markerPath } from './hash-marker.ts';

/** What the metadata of an entry's object tell; S3 takes 2,048 bytes of them. */
export interface EntryFacts {
  readonly cacheId: string;
  readonly hash: string;
  readonly order: Order;
  readonly strategy: Strategy;
  readonly cacheKey: string;
  readonly fileId: string;
  readonly type: ContentType;
  readonly contentEncoding?: string;
  readonly jsonFieldPath?: string;
  readonly expiresAt?: number;
  readonly updatedAt?: number;
  /** Order of the first store at its place since it was empty. @default its own order */
  readonly born?: Order;
  /** Another hash that the entry had until it was stored again: its marker may still be there. */
  readonly priorHash?: string;
}

/** An entry as the store tells it. */
export interface FoundEntry<Object extends ObjectInfo = ObjectInfo> {
  readonly facts: EntryFacts;
  readonly object: Object;
}

export function metadataOf(facts: EntryFacts): Record<string, string> {
  const { cacheId, hash, order, strategy, cacheKey, fileId, type } = facts;
  const { contentEncoding, jsonFieldPath, expiresAt, updatedAt, priorHash, born } = facts;
  return {
    'cache-id': cacheId,
    'cache-hash': hash,
    'cache-order': order,
    'cache-strategy': strategy,
    // A key of 1,024 characters takes as many bytes as long as nothing in it has to be encoded.
    ...(cacheKey !== '' && { 'cache-key': cacheKey.replaceAll(' ', '+') }),
    ...(fileId !== cacheId && { 'file-id': fileId }),
    'content-type': type,
    ...(contentEncoding && { 'content-encoding': contentEncoding }),
    ...(jsonFieldPath && { 'json-field': jsonFieldPath }),
    ...(expiresAt !== undefined && { expires: String(expiresAt) }),
    ...(updatedAt !== undefined && { updated: String(updatedAt) }),
    ...(born && { 'cache-born': born }),
    ...(priorHash && { 'prior-hash': priorHash }),
  };
}

/** `undefined` for an object that is no entry of the cache. */
export function factsOf({ metadata = {} }: ObjectInfo): EntryFacts | undefined {
  const cacheId = metadata['cache-id'];
  if (cacheId === undefined) return undefined;
  return {
    cacheId,
    hash: metadata['cache-hash']!,
    order: metadata['cache-order']!,
    strategy: metadata['cache-strategy'] as Strategy,
    cacheKey: (metadata['cache-key'] ?? '').replaceAll('+', ' '),
    fileId: metadata['file-id'] ?? cacheId,
    type: metadata['content-type'] as ContentType,
    contentEncoding: metadata['content-encoding'],
    jsonFieldPath: metadata['json-field'],
    expiresAt: numberOf(metadata.expires),
    updatedAt: numberOf(metadata.updated),
    born: metadata['cache-born'],
    priorHash: metadata['prior-hash'],
  };
}

export function foundEntry<Object extends ObjectInfo>(
  object: Object | undefined,
): FoundEntry<Object> | undefined {
  const facts = object && factsOf(object);
  return facts && { facts, object: object! };
}

export function infoOf(namespace: string, { facts, object }: FoundEntry): EntryInfo {
  const { order, priorHash: _, born: __, ...told } = facts;
  return {
    namespace,
    ...told,
    storedAt: millisecondsOf(order),
    path: object.key,
    hashPath: markerPath(namespace, facts),
    idPath: isLocated(namespace, facts.cacheId, object.key)
      ? object.key
      : idReferencePath(namespace, facts.cacheId),
    size: object.size,
    etag: object.etag,
  };
}

/** Whether the id alone leads to the entry at this path. */
export function isLocated(namespace: string, cacheId: string, path: string): boolean {
  return locatedPath(namespace, cacheId) === path;
}

/** Others may store at the same place, and replace the entry under its id. */
export function isShared({
  cacheId,
  fileId,
  strategy,
}: Pick<EntryFacts, 'cacheId' | 'fileId' | 'strategy'>): boolean {
  return fileId !== cacheId && strategy !== 'temporal_latest' && strategy !== 'temporal_versioned';
}

export function isExpired({ expiresAt }: Pick<HashMarker, 'expiresAt'>, now: number): boolean {
  return expiresAt !== undefined && expiresAt <= now;
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
