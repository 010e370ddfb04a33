import { type ObjectInfo, type ObjectStore, readJson, type StoredObject } from '@sgraph-backbone/layer/store';
import type { Order } from './cache-id.ts';
import { type EntryFacts, type FoundEntry, foundEntry } from './entry-metadata.ts';
import { idReferencePath, locatedPath } from './entry-paths.ts';

/** What leads from an id to its entry where the id alone does not. */
export interface IdReference {
  readonly path: string;
  /** Another one for every write, so that its ETag is another one too. */
  readonly order: Order;
  /** Of an object that others write, which has no metadata of an entry. */
  readonly alias?: EntryFacts;
}

export interface Located<Object extends ObjectInfo = ObjectInfo> extends FoundEntry<Object> {
  readonly isAlias: boolean;
  /** ETag of the reference that led to it. */
  readonly referenceEtag?: string;
}

/** The entry of an id, expired or not: one read where the id says its place, else two. */
export function locate(data: ObjectStore, namespace: string, cacheId: string): Promise<Located | undefined> {
  return find(data, namespace, cacheId, (path) => data.head(path));
}

/** As `locate`, with the content. */
export function locateContent(
  data: ObjectStore,
  namespace: string,
  cacheId: string,
): Promise<Located<StoredObject> | undefined> {
  return find(data, namespace, cacheId, (path) => data.get(path));
}

async function find<Object extends ObjectInfo>(
  data: ObjectStore,
  namespace: string,
  cacheId: string,
  read: (path: string) => Promise<Object | undefined>,
): Promise<Located<Object> | undefined> {
  if (cacheId !== cacheId.toLowerCase()) return undefined;
  const path = locatedPath(namespace, cacheId);
  const direct = path === undefined ? undefined : foundEntry(await read(path));
  if (direct?.facts.cacheId === cacheId) return { ...direct, isAlias: false };
  const reference = await readJson<IdReference>(data, idReferencePath(namespace, cacheId));
  if (reference === undefined) return undefined;
  const { path: target, alias } = reference.value;
  const referenceEtag = reference.etag;
  const object = await read(target);
  if (object !== undefined && alias !== undefined)
    return { facts: alias, object, isAlias: true, referenceEtag };
  const found = foundEntry(object);
  return found?.facts.cacheId === cacheId ? { ...found, isAlias: false, referenceEtag } : undefined;
}
