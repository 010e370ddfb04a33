import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { readJson, writeJson } from '@sgraph-backbone/layer/store';
import type { ObjectFacts, WindowOfFeed } from './entry.ts';
import type { Kind } from './feeds.ts';
import { pendingFolder, pendingKey } from './keys.ts';
import type { SourceName } from './source.ts';

/** Work that was begun: written before the first batch, gone when the last roll-up holds the object. */
export interface Marker {
  /** `record`: of recorded events, which have no ledger entry. */
  readonly operation: 'add' | 'remove' | 'sum-again' | 'record';
  readonly object_id: string;
  readonly attempt: string;
  readonly generation: number;
  readonly windows: readonly WindowOfFeed[];
  /** Where the content can be read again, while it is still this content. */
  readonly source?: SourceName;
  /** As what it was read, so that reading it again gives the same feed. */
  readonly read_as?: ReadAs;
  /** What the ledger entry will say, so that an add whose batches all exist can be completed. */
  readonly facts?: ObjectFacts;
  readonly deliveries?: readonly Delivery[];
  /** Epoch ms. */
  readonly begun: number;
}

/** What the one who brought an object says about it. */
export interface ReadAs {
  readonly kind?: Kind;
  readonly distribution?: string;
  /** Of lines without a header. */
  readonly fields?: readonly string[];
}

/** What a delivery says about a feed's coverage. */
export interface Delivery {
  readonly feed: string;
  readonly oldest_event: number;
  readonly newest_event: number;
}

/** Markers are never overwritten: every attempt has its own. */
export async function writeMarker(data: ObjectStore, marker: Marker): Promise<void> {
  await writeJson(data, pendingKey(marker.object_id, marker.attempt), marker, { ifNoneMatch: '*' });
}

export async function deleteMarker(data: ObjectStore, marker: Marker): Promise<void> {
  await data.delete(pendingKey(marker.object_id, marker.attempt));
}

/** All markers, or those of one object. One that vanishes while it is listed has been finished. */
export async function listMarkers(data: ObjectStore, objectId?: string): Promise<Marker[]> {
  const markers: Marker[] = [];
  for await (const row of data.list(pendingFolder(objectId))) {
    if ('prefix' in row) continue;
    const found = await readJson<Marker>(data, row.key);
    if (found) markers.push(found.value);
  }
  return markers;
}
