import { Conflict, type ObjectStore } from '@sgraph-backbone/layer/store';
import type { EntryInfo } from './entry.ts';
import { infoOf, isExpired, isShared } from './entry-metadata.ts';
import { childFolder, childrenFolder, idReferencePath } from './entry-paths.ts';
import { markerPath } from './hash-marker.ts';
import { type Located, locate } from './locate.ts';
import {
  deleteMarker,
  deleteReference,
  deleteStale,
  factsAt,
  markerOf,
  markersOf,
  putMarker,
} from './markers.ts';

/** What a removal took away. */
export interface Removed {
  readonly info: EntryInfo;
  /** Keys of the objects: entry, references, child data. */
  readonly paths: readonly string[];
}

/**
 * Removes an entry with its child data: its marker first, so that nothing leads to what is half gone.
 * `undefined` where it is absent or expired; Conflict where `ifMatch` is not its ETag.
 */
export async function removeEntry(
  data: ObjectStore,
  namespace: string,
  cacheId: string,
  { now, ifMatch }: { readonly now: number; readonly ifMatch?: string },
): Promise<Removed | undefined> {
  for (let begun = false; ; begun = true) {
    const found = await locate(data, namespace, cacheId);
    if (found === undefined) return leftOver(data, namespace, cacheId);
    if (isExpired(found.facts, now)) return undefined;
    const { key, etag } = found.object;
    if (ifMatch !== undefined && ifMatch !== etag) {
      if (begun) await leadAgain(data, namespace, found);
      throw new Conflict('changed', key);
    }
    const removed = await removeFound(data, namespace, found);
    if (removed !== undefined) return removed;
  }
}

/**
 * Removes an entry that has expired, whoever writes it meanwhile, or what an earlier sweep has left of it; answers
 * whether there was one. Its marker reads as absent by its name and goes last: it is what a sweep finds it by.
 */
export async function removeExpired(
  data: ObjectStore,
  namespace: string,
  cacheId: string,
  now: number,
): Promise<boolean> {
  for (;;) {
    const found = await locate(data, namespace, cacheId);
    if (found === undefined) await leftOver(data, namespace, cacheId);
    if (found === undefined || !isExpired(found.facts, now)) return false;
    if ((await removeObjects(data, namespace, found)) === undefined) continue;
    await deleteMarker(data, namespace, markerOf(found.facts));
    return true;
  }
}

/** Removes every object of a folder; answers their keys. */
export async function removeBelow(data: ObjectStore, folder: string): Promise<string[]> {
  return deleteOthers(data, await keysBelow(data, folder));
}

/** `undefined` where the entry has changed meanwhile: it is still there, without its marker. */
async function removeFound(
  data: ObjectStore,
  namespace: string,
  found: Located,
): Promise<Removed | undefined> {
  await deleteMarker(data, namespace, markerOf(found.facts));
  return removeObjects(data, namespace, found);
}

/**
 * The entry, its child data, the reference that led to it, and markers that others may have left. Who stores at the same
 * place meanwhile keeps what is theirs.
 */
async function removeObjects(
  data: ObjectStore,
  namespace: string,
  { facts, object, isAlias, referenceEtag }: Located,
): Promise<Removed | undefined> {
  const { cacheId, hash, priorHash } = facts;
  const path = object.key;
  if (!isAlias && !(await removeObject(data, path, object.etag))) return undefined;
  const children = await keysBelow(data, childrenFolder(namespace, cacheId));
  const mayBeStored = !isAlias && isShared(facts);
  const hashes = priorHash === undefined ? [hash] : [hash, priorHash];
  const markers = mayBeStored ? await markersOf(data, namespace, cacheId, hashes) : [];
  // Read before the look at the entry: whoever stores after that look writes it anew, and keeps it.
  const reference = mayBeStored
    ? (await data.head(idReferencePath(namespace, cacheId)))?.etag
    : referenceEtag;
  const now = mayBeStored ? await factsAt(data, path, cacheId) : undefined;
  const removed = await deleteOthers(data, children, now && childFolder(namespace, now));
  // Behind what it leads to, so that a removal that was broken off is carried through by the next.
  if (now === undefined && reference !== undefined)
    await deleteReference(data, namespace, cacheId, reference);
  if (mayBeStored) await deleteStale(data, namespace, { path, cacheId, markers });
  const info = infoOf(namespace, { facts, object });
  const leading = info.idPath === path ? [info.hashPath] : [info.hashPath, info.idPath];
  return { info, paths: [...(isAlias ? [] : [path]), ...leading, ...removed] };
}

/** What a removal that was broken off has left. */
async function leftOver(data: ObjectStore, namespace: string, cacheId: string): Promise<undefined> {
  const reference = await data.head(idReferencePath(namespace, cacheId));
  const children = await keysBelow(data, childrenFolder(namespace, cacheId));
  const now = await locate(data, namespace, cacheId);
  await deleteOthers(data, children, now && childFolder(namespace, now.facts));
  if (now === undefined && reference !== undefined)
    await deleteReference(data, namespace, cacheId, reference.etag);
}

/** Gives an entry its marker back. */
async function leadAgain(data: ObjectStore, namespace: string, { facts, object }: Located): Promise<void> {
  await putMarker(data, namespace, markerOf(facts));
  const markers = [markerPath(namespace, markerOf(facts))];
  await deleteStale(data, namespace, { path: object.key, cacheId: facts.cacheId, markers });
}

/** Deletes the keys that are not below a folder; answers them. */
async function deleteOthers(data: ObjectStore, keys: readonly string[], kept?: string): Promise<string[]> {
  const others = keys.filter((key) => kept === undefined || !key.startsWith(kept));
  for (const key of others) await data.delete(key);
  return others;
}

async function keysBelow(data: ObjectStore, folder: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const row of data.list(folder)) if ('key' in row) keys.push(row.key);
  return keys;
}

async function removeObject(data: ObjectStore, key: string, ifMatch: string): Promise<boolean> {
  try {
    await data.delete(key, { ifMatch });
    return true;
  } catch (error) {
    if (error instanceof Conflict) return false;
    throw error;
  }
}
