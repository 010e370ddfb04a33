import { Conflict, type ObjectStore } from '@sgraph-backbone/layer/store';
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

/** Paths of the markers of an id under some hashes. */
export async function markersOf(
  data: ObjectStore,
  namespace: string,
  cacheId: string,
  hashes: Iterable<string>,
): Promise<string[]> {
  const paths: string[] = [];
  for (const hash of new Set(hashes))
    for await (const marker of listMarkers(data, markerFolder(namespace, hash)))
      if (marker.cacheId === cacheId) paths.push(marker.path);
  return paths;
}

/**
 * Deletes markers of an id that are not that of the entry which is there now, and answers its facts. The markers have
 * to be listed, or written, before: their entries were written before them, so one that is not there now has been
 * replaced or removed since, and never comes back.
 */
export async function deleteStale(
  data: ObjectStore,
  namespace: string,
  {
    path,
    cacheId,
    markers,
  }: { readonly path: string; readonly cacheId: string; readonly markers: readonly string[] },
): Promise<EntryFacts | undefined> {
  const facts = await factsAt(data, path, cacheId);
  const current = facts && markerPath(namespace, markerOf(facts));
  for (const marker of markers) if (marker !== current) await data.delete(marker);
  return facts;
}

/** Facts of the entry of an id at a path. */
export async function factsAt(
  data: ObjectStore,
  path: string,
  cacheId: string,
): Promise<EntryFacts | undefined> {
  const there = await data.head(path);
  const facts = there && factsOf(there);
  return facts?.cacheId === cacheId ? facts : undefined;
}

export function putReference(
  data: ObjectStore,
  namespace: string,
  cacheId: string,
  reference: IdReference,
): Promise<{ readonly etag: string }> {
  return data.put(idReferencePath(namespace, cacheId), Buffer.from(JSON.stringify(reference)));
}

/** Deletes a reference, unless an entry that was stored since has written it anew. */
export async function deleteReference(
  data: ObjectStore,
  namespace: string,
  cacheId: string,
  ifMatch: string,
): Promise<void> {
  try {
    await data.delete(idReferencePath(namespace, cacheId), { ifMatch });
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
  }
}

export function markerOf({ hash, order, cacheId, strategy, expiresAt }: EntryFacts): HashMarker {
  return { hash, order, cacheId, strategy, expiresAt };
}
