import { Conflict } from '@sgraph-backbone/layer/store';
import { deleteStaleBatches } from './batches-of.ts';
import type { LedgerEntry, WindowOfFeed } from './entry.ts';
import { readEntry, writeEntry } from './entry.ts';
import { rawBatchKey } from './keys.ts';
import type { Marker } from './markers.ts';
import { deleteMarker, writeMarker } from './markers.ts';
import { type RemoveContext, unmergeableWindows } from './remove.ts';

export interface SumAgainContext extends RemoveContext {
  /** The batch of the next generation from the rows of the present one; undefined when these are gone. */
  readonly batchAgain: (
    window: WindowOfFeed,
    from: LedgerEntry,
    generation: number,
  ) => Promise<Uint8Array | undefined>;
}

/** `kept`: raw data it would need has expired, so the object keeps its sums. */
export type SumAgainOutcome = 'summed' | 'kept' | 'not_active';

/**
 * Sums an object's rows again under today's rules, as its next generation. The generation is reserved in the
 * ledger before anything is written, so that two of these never write the same one.
 */
export async function sumObjectAgain(context: SumAgainContext, objectId: string): Promise<SumAgainOutcome> {
  const read = await readEntry(context.data, objectId);
  if (read?.value.state !== 'active') return 'not_active';
  if (!(await isWhole(context, read.value))) return 'kept';
  const generation = read.value.last + 1;
  try {
    await writeEntry(context.data, read, { ...read.value, last: generation });
  } catch (error) {
    if (error instanceof Conflict) return sumObjectAgain(context, objectId);
    throw error;
  }
  const reserved = await readEntry(context.data, objectId);
  if (reserved?.value.last !== generation || reserved.value.state !== 'active')
    return sumObjectAgain(context, objectId);
  const marker = await begin(context, reserved.value);
  const written = await writeBatches(context, reserved.value);
  try {
    if (!written) throw new Conflict('changed', objectId);
    await writeEntry(context.data, reserved, { ...reserved.value, generation });
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    return lost(context, marker);
  }
  await deleteStaleBatches(context.data, marker, { ...reserved.value, generation });
  await context.messages.consolidate(reserved.value.windows);
  return 'summed';
}

/** Its own batches have to be there as well as those of others in its windows, and for more than a day. */
async function isWhole(context: SumAgainContext, entry: LedgerEntry): Promise<boolean> {
  return (await unmergeableWindows(context, entry, 'own batches too')).length === 0;
}

async function begin(context: SumAgainContext, entry: LedgerEntry): Promise<Marker> {
  const marker: Marker = {
    operation: 'sum-again',
    object_id: entry.object_id,
    attempt: context.newId(),
    generation: entry.last,
    windows: entry.windows,
    begun: context.now(),
  };
  await writeMarker(context.data, marker);
  return marker;
}

/** False when a batch of the present generation has gone: somebody else is at work on the object. */
async function writeBatches(context: SumAgainContext, entry: LedgerEntry): Promise<boolean> {
  for (const window of entry.windows) {
    const bytes = await context.batchAgain(window, entry, entry.last);
    if (bytes === undefined) return false;
    const key = rawBatchKey(window.feed, window.window, entry.object_id, entry.last);
    await context.data.put(key, bytes, { contentType: 'application/vnd.apache.parquet' });
  }
  return true;
}

/** Another writer decided first: what was written for this generation counts for nobody. */
async function lost(context: SumAgainContext, marker: Marker): Promise<SumAgainOutcome> {
  const entry = (await readEntry(context.data, marker.object_id))?.value;
  await deleteStaleBatches(context.data, marker, entry, 'given up');
  await deleteMarker(context.data, marker);
  return sumObjectAgain(context, marker.object_id);
}
