import { Conflict, type ObjectStore } from '@sgraph-backbone/layer/store';
import type { EntryInfo } from './entry.ts';
import { infoOf, isExpired, isLocated } from './entry-metadata.ts';
import { childFolder, idReferencePath } from './entry-paths.ts';
import { type Located, locate } from './locate.ts';
import { deleteMarker, deleteMarkersOf, markerOf, putMarker, yieldToOthers } from './markers.ts';

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
  const removed: string[] = [];
  for await (const row of data.list(folder)) {
    if (!('key' in row)) continue;
    await data.delete(row.key);
    removed.push(row.key);
  }
  return removed;
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

async function removeObjects(
  data: ObjectStore,
  namespace: string,
  found: Located,
): Promise<Removed | undefined> {
  const { facts, object, isAlias } = found;
  const { cacheId, hash, priorHash } = facts;
  const info = infoOf(namespace, found);
  if (!isAlias && !(await removeObject(data, object.key, object.etag))) return undefined;
  if (priorHash !== undefined) await deleteMarkersOf(data, namespace, { hash: priorHash, cacheId });
  const children = await removeBelow(data, childFolder(namespace, cacheId));
  const isReferred = !isLocated(namespace, cacheId, object.key);
  // Last, so that a removal that was broken off is carried through by the next.
  if (isReferred) await data.delete(idReferencePath(namespace, cacheId));
  if (facts.fileId !== cacheId) await deleteMarkersOf(data, namespace, { hash, cacheId });
  const own = [...(isAlias ? [] : [object.key]), info.hashPath, ...(isReferred ? [info.idPath] : [])];
  return { info, paths: [...own, ...children] };
}

/** What a removal that was broken off has left. */
async function leftOver(data: ObjectStore, namespace: string, cacheId: string): Promise<undefined> {
  await removeBelow(data, childFolder(namespace, cacheId));
  await data.delete(idReferencePath(namespace, cacheId));
}

/** Gives an entry its marker back. */
async function leadAgain(data: ObjectStore, namespace: string, { facts, object }: Located): Promise<void> {
  await putMarker(data, namespace, markerOf(facts));
  await yieldToOthers(data, namespace, object.key, facts);
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
