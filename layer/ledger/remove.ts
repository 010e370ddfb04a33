import { Conflict, compareAndSet, OBSERVABILITY } from '@sgraph-backbone/layer/store';
import { deleteStaleBatches, listBatches } from './batches-of.ts';
import type { LedgerEntry, WindowOfFeed } from './entry.ts';
import { readEntry, writeEntry } from './entry.ts';
import { entryKey, locationKey } from './keys.ts';
import { readLocation } from './locations.ts';
import type { Marker } from './markers.ts';
import { deleteMarker, writeMarker } from './markers.ts';
import type { Pipeline } from './pipeline.ts';
import { liveKeyOf } from './source.ts';

/** A removal that would need sums of batches that are gone, or are about to go. */
export class RemovalRefused extends Error {
  override readonly name = 'RemovalRefused';
  readonly windows: readonly WindowOfFeed[];

  constructor(objectId: string, windows: readonly WindowOfFeed[]) {
    const names = windows.map(({ feed, window }) => `${feed} ${window}`).join(', ');
    super(`${objectId} can't be removed: raw data of other objects has expired in ${names}`);
    this.windows = windows;
  }
}

export interface RemoveContext
  extends Pick<Pipeline, 'data' | 'observability' | 'messages' | 'now' | 'newId' | 'rawRetention'> {
  /** The names (`<object id>.<generation>`) of the batches that a window holds. */
  readonly heldBatches: (window: WindowOfFeed) => Promise<readonly string[]>;
}

/** `location_removed`: the object is still counted, from its other places. */
export type RemoveOutcome = 'removed' | 'location_removed' | 'not_active';

const DAY = 86_400_000;

/**
 * Takes an object out of all numbers; with `location`, only if it was seen nowhere else. Throws
 * RemovalRefused, before any write, when a window could not be summed again without it.
 */
export async function removeObject(
  context: RemoveContext,
  objectId: string,
  location?: string,
): Promise<RemoveOutcome> {
  const read = await readEntry(context.data, objectId);
  if (read?.value.state !== 'active') return 'not_active';
  if (location !== undefined && read.value.locations.some((place) => place !== location))
    return removeLocation(context, objectId, location);
  await refuseIfUnmergeable(context, read.value);

  const marker = await begin(context, read.value);
  await takeOutOfLive(context, read.value);
  try {
    await writeEntry(context.data, read, { ...read.value, state: 'removed', locations: [] });
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    await deleteMarker(context.data, marker);
    return removeObject(context, objectId, location);
  }
  await deleteStaleBatches(context.data, marker, (await readEntry(context.data, objectId))?.value);
  await context.messages.consolidate(read.value.windows);
  return 'removed';
}

async function removeLocation(
  context: RemoveContext,
  objectId: string,
  location: string,
): Promise<RemoveOutcome> {
  await compareAndSet<LedgerEntry>(context.data, entryKey(objectId), (entry) =>
    entry?.locations.includes(location)
      ? { ...entry, locations: entry.locations.filter((place) => place !== location), write: entry.write + 1 }
      : undefined,
  );
  await context.data.delete(locationKey(location));
  return 'location_removed';
}

async function refuseIfUnmergeable(context: RemoveContext, entry: LedgerEntry): Promise<void> {
  const blocked = await unmergeableWindows(context, entry);
  if (blocked.length > 0) throw new RemovalRefused(entry.object_id, blocked);
}

/**
 * The windows of an object whose sums can't be made anew: every other batch that they hold must exist, and for
 * more than a day; its own batches too, if they are to be summed again.
 */
export async function unmergeableWindows(
  context: RemoveContext,
  entry: LedgerEntry,
  own?: 'own batches too',
): Promise<readonly WindowOfFeed[]> {
  const blocked: WindowOfFeed[] = [];
  for (const window of entry.windows) {
    const held = await context.heldBatches(window);
    const others = held.map(objectOf).filter((id) => id !== entry.object_id);
    const needed = own === undefined ? others : [...others, entry.object_id];
    if (!(await haveBatches(context, window, needed))) blocked.push(window);
  }
  return blocked;
}

/** A window may still hold a generation that is over: what counts is the batch that the ledger counts now. */
async function haveBatches(
  context: RemoveContext,
  window: WindowOfFeed,
  objectIds: readonly string[],
): Promise<boolean> {
  const listed = new Map((await listBatches(context.data, window)).map((batch) => [batch.name, batch]));
  for (const objectId of objectIds) {
    const entry = (await readEntry(context.data, objectId))?.value;
    if (entry?.state === 'removed') continue;
    const batch = listed.get(`${objectId}.${entry?.generation}`);
    if (batch === undefined || !hasOneDay(context, batch.written)) return false;
  }
  return true;
}

/** Whether a batch that was written then (epoch ms) has more than a day to live. */
export function hasOneDay(
  { rawRetention, now }: Pick<RemoveContext, 'rawRetention' | 'now'>,
  written: number,
) {
  return written + rawRetention - now() > DAY;
}

function objectOf(batchName: string): string {
  return batchName.slice(0, batchName.lastIndexOf('.'));
}

async function begin(context: RemoveContext, entry: LedgerEntry): Promise<Marker> {
  const marker: Marker = {
    operation: 'remove',
    object_id: entry.object_id,
    attempt: context.newId(),
    generation: entry.generation,
    windows: entry.windows,
    begun: context.now(),
  };
  await writeMarker(context.data, marker);
  return marker;
}

/** A copy that stayed in `live/` would be delivered again. Only the content that was counted is moved. */
async function takeOutOfLive(context: RemoveContext, entry: LedgerEntry): Promise<void> {
  for (const place of entry.locations) {
    const key = liveKeyOf(place);
    const seen = key === undefined ? undefined : await readLocation(context.data, place);
    if (key === undefined || seen?.object_id !== entry.object_id) continue;
    if ((await context.observability.head(key))?.etag !== seen.etag) continue;
    await moveToArchive(context, key, seen.etag);
  }
}

async function moveToArchive({ observability }: RemoveContext, key: string, etag: string): Promise<void> {
  const to = OBSERVABILITY.archive + key.slice(OBSERVABILITY.live.length);
  try {
    await observability.move(key, to, { ifMatch: etag });
  } catch (error) {
    // Archived by now, or other content has come in its place: what was counted is in `live/` no longer.
    if (!(error instanceof Conflict)) throw error;
  }
}
