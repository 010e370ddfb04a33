import type { ObjectStore } from '@sgraph-backbone/layer/store';
import type { Order } from './cache-id.ts';
import { type EntryFacts, factsOf } from './entry-metadata.ts';
import { idReferencePath } from './entry-paths.ts';
import { type HashMarker, listMarkers, markerFolder, markerPath } from './hash-marker.ts';
import type { IdReference } from './locate.ts';

const NOTHING = new Uint8Array();

export async function putMarker(data: ObjectStore, namespace: string, marker: HashMarker): Promise<void> {
  await data.put(markerPath(namespace, marker), NOTHING);
}

export function deleteMarker(data: ObjectStore, namespace: string, marker: HashMarker): Promise<void> {
  return data.delete(markerPath(namespace, marker));
}

/** Deletes the markers of an id under a hash that are older than `before`, or all. */
export async function deleteMarkersOf(
  data: ObjectStore,
  namespace: string,
  { hash, cacheId, before }: { readonly hash: string; readonly cacheId: string; readonly before?: Order },
): Promise<void> {
  for await (const marker of listMarkers(data, markerFolder(namespace, hash))) {
    const isOlder = before === undefined || marker.order < before;
    if (marker.cacheId === cacheId && isOlder) await data.delete(marker.path);
  }
}

/** The same for every write of an entry, so that a lost one is made good by the next. */
export async function putReference(
  data: ObjectStore,
  namespace: string,
  cacheId: string,
  reference: IdReference,
): Promise<void> {
  await data.put(idReferencePath(namespace, cacheId), Buffer.from(JSON.stringify(reference)));
}

/** Takes the marker of an entry back where somebody has stored again, or removed it, before the marker was written. */
export async function yieldToOthers(
  data: ObjectStore,
  namespace: string,
  path: string,
  facts: EntryFacts,
): Promise<void> {
  const there = await data.head(path);
  const now = there && factsOf(there);
  if (now?.order === facts.order && now.cacheId === facts.cacheId) return;
  await deleteMarker(data, namespace, markerOf(facts));
  if (now?.cacheId !== facts.cacheId) await data.delete(idReferencePath(namespace, facts.cacheId));
}

export function markerOf({ hash, order, cacheId, strategy, expiresAt }: EntryFacts): HashMarker {
  return { hash, order, cacheId, strategy, expiresAt };
}
