import type { ObjectStore } from '@sgraph-backbone/layer/store';
import type { LedgerEntry, WindowOfFeed } from './entry.ts';
import { rawBatchKey, rawWindowFolder } from './keys.ts';
import type { Marker } from './markers.ts';

/** A batch as its key names it. */
export interface BatchName {
  /** `<object id>.<generation>`. */
  readonly name: string;
  readonly object_id: string;
  readonly generation: number;
  readonly key: string;
  readonly size: number;
  /** Epoch ms; raw batches expire by it. */
  readonly written: number;
}

const NAME = /([^/]+)\.(\d+)\.parquet$/;

/** The batches of a window, in key order. */
export async function listBatches(data: ObjectStore, window: WindowOfFeed): Promise<BatchName[]> {
  const batches: BatchName[] = [];
  for await (const row of data.list(rawWindowFolder(window.feed, window.window)))
    if (!('prefix' in row)) batches.push(batchName(row.key, row.size, row.modified));
  return batches;
}

/** What a batch's key says. */
export function batchName(key: string, size: number, written: number): BatchName {
  const [, object_id, generation] = NAME.exec(key) ?? [];
  if (object_id === undefined)
    throw new Error(`${key}: not the key of a raw batch (<object id>.<generation>.parquet)`);
  return {
    name: `${object_id}.${generation}`,
    object_id,
    generation: Number(generation),
    key,
    size,
    written,
  };
}

/** Whether all batches that a marker speaks of exist. */
export async function hasAllBatches(data: ObjectStore, marker: Marker): Promise<boolean> {
  for (const { feed, window } of marker.windows)
    if ((await data.head(rawBatchKey(feed, window, marker.object_id, marker.generation))) === undefined)
      return false;
  return true;
}

/** Whether any batch that a marker speaks of exists. */
export async function hasAnyBatch(data: ObjectStore, marker: Marker): Promise<boolean> {
  for (const { feed, window } of marker.windows)
    if (await data.head(rawBatchKey(feed, window, marker.object_id, marker.generation))) return true;
  return false;
}

/** Deletes the batches of recorded events that a higher generation stands in for. */
export async function deleteSuperseded(
  data: ObjectStore,
  { object_id, windows }: Pick<Marker, 'object_id' | 'windows'>,
): Promise<void> {
  for (const window of windows) {
    const own = await batchesOfObject(data, window, object_id);
    const highest = Math.max(...own.map(({ generation }) => generation));
    for (const batch of own) if (batch.generation < highest) await data.delete(batch.key);
  }
}

/**
 * Deletes the batches of generations that are over, in the windows a marker names: all that were begun
 * when the object is removed, those before the active generation when it is active, and those of the
 * active generation in windows that it does not have (an attempt under another feed name). Batches of a
 * generation above `last` belong to an attempt that is still under way. What a marker wrote and gave up goes
 * as well: a generation that was reserved and is not the active one.
 */
export async function deleteStaleBatches(
  data: ObjectStore,
  marker: Pick<Marker, 'object_id' | 'windows' | 'generation'>,
  entry: LedgerEntry | undefined,
  givenUp?: 'given up',
): Promise<void> {
  if (entry === undefined) return;
  const isOwn = (batch: BatchName) => givenUp !== undefined && batch.generation === marker.generation;
  for (const window of distinct([...marker.windows, ...entry.windows]))
    for (const batch of await batchesOfObject(data, window, marker.object_id))
      if (isStale(batch, window, entry) || (isOwn(batch) && batch.generation !== entry.generation))
        await data.delete(batch.key);
}

async function batchesOfObject(
  data: ObjectStore,
  window: WindowOfFeed,
  objectId: string,
): Promise<BatchName[]> {
  const folder = rawWindowFolder(window.feed, window.window);
  const found: BatchName[] = [];
  for await (const row of data.list(folder, { startAfter: `${folder}${objectId}.` })) {
    if ('prefix' in row || !row.key.startsWith(`${folder}${objectId}.`)) break;
    found.push(batchName(row.key, row.size, row.modified));
  }
  return found;
}

function isStale(batch: BatchName, window: WindowOfFeed, entry: LedgerEntry): boolean {
  if (entry.state === 'removed') return batch.generation <= entry.last;
  if (batch.generation < entry.generation) return true;
  return (
    batch.generation === entry.generation &&
    !entry.windows.some(({ feed, window: key }) => feed === window.feed && key === window.window)
  );
}

function distinct(windows: readonly WindowOfFeed[]): WindowOfFeed[] {
  return [...new Map(windows.map((window) => [`${window.feed}/${window.window}`, window])).values()];
}
