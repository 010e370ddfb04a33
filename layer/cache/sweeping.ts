import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { isExpired } from './entry-metadata.ts';
import { listMarkers, markerFolder } from './hash-marker.ts';
import { removeExpired } from './removing.ts';

/** Removes what has expired, with its child data; answers how many entries. What was stored again since stays. */
export async function sweepNamespace(data: ObjectStore, namespace: string, now: number): Promise<number> {
  let removed = 0;
  for await (const marker of listMarkers(data, markerFolder(namespace))) {
    if (!isExpired(marker, now)) continue;
    if (await removeExpired(data, namespace, marker.cacheId, now)) removed++;
    await data.delete(marker.path);
  }
  return removed;
}
