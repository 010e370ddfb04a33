import { Conflict, type ObjectStore } from '@sgraph-backbone/layer/store';
import { storedEntry } from './content.ts';
import type { Content, EntryInfo } from './entry.ts';
import { type EntryFacts, factsOf, infoOf, isExpired, isShared, metadataOf } from './entry-metadata.ts';
import { markerPath } from './hash-marker.ts';
import { locate } from './locate.ts';
import { deleteStale, markerOf, putMarker } from './markers.ts';
import { unlessTaken } from './storing.ts';

/**
 * Other content under the same id, hash and expiry: who looks the new content's hash up does not find it.
 * `undefined` where there is no entry; Conflict where `ifMatch` is not its ETag.
 */
export async function updateEntry(
  data: ObjectStore,
  namespace: string,
  cacheId: string,
  content: Content,
  { now, ifMatch }: { readonly now: number; readonly ifMatch?: string },
): Promise<EntryInfo | undefined> {
  const { bytes, type, contentEncoding, mediaType: contentType } = storedEntry(content);
  for (;;) {
    const found = await locate(data, namespace, cacheId);
    if (found === undefined || isExpired(found.facts, now)) return undefined;
    const { key, etag } = found.object;
    if (ifMatch !== undefined && ifMatch !== etag) throw new Conflict('changed', key);
    const changed = { type, contentEncoding, updatedAt: now };
    // An alias leads to an object that may be another entry's, with facts of its own.
    const own = factsOf(found.object);
    const metadata = own && metadataOf({ ...own, ...changed });
    const swapped = await unlessTaken(() => data.put(key, bytes, { ifMatch: etag, contentType, metadata }));
    if (swapped === undefined) continue;
    if (own !== undefined && isShared(own)) await ensureLed(data, namespace, key, own);
    const object = { key, size: bytes.length, etag: swapped.etag, modified: now };
    return infoOf(namespace, { facts: { ...found.facts, ...changed }, object });
  }
}

/**
 * Where others removed the entry and stored the same bytes again in between, the update has brought its facts back, and
 * they their marker with them.
 */
async function ensureLed(
  data: ObjectStore,
  namespace: string,
  path: string,
  facts: EntryFacts,
): Promise<void> {
  const marker = markerPath(namespace, markerOf(facts));
  if ((await data.head(marker)) !== undefined) return;
  await putMarker(data, namespace, markerOf(facts));
  await deleteStale(data, namespace, { path, cacheId: facts.cacheId, markers: [marker] });
}
