import { type BatchName, deleteSuperseded, listBatches } from './batches-of.ts';
import type { WindowOfFeed } from './entry.ts';
import type { Marker } from './markers.ts';
import { writeMarker } from './markers.ts';
import { putBatch } from './record.ts';
import type { RemoveContext } from './remove.ts';
import { hasOneDay } from './remove.ts';
import type { SumAgainOutcome } from './sum-again.ts';

export interface SumRecordedContext extends Omit<RemoveContext, 'observability'> {
  /** The batch of the next generation from the rows of the present one; undefined when these are gone. */
  readonly batchAgain: (
    window: WindowOfFeed,
    from: Pick<BatchName, 'object_id' | 'generation'>,
    generation: number,
  ) => Promise<Uint8Array | undefined>;
}

/**
 * Sums the rows of recorded events of one window again under today's rules, as the next generation, which counts from
 * the moment that it is there. Where raw data of the window has expired, all of it keeps its sums.
 */
export async function sumRecordedAgain(
  context: SumRecordedContext,
  window: WindowOfFeed,
  name: string,
): Promise<SumAgainOutcome> {
  const listed = await listBatches(context.data, window);
  const own = listed.filter(({ object_id }) => object_id === name).map(({ generation }) => generation);
  if (own.length === 0) return 'not_active';
  if (!(await isWhole(context, window, listed))) return 'kept';
  const highest = Math.max(...own);
  const next = highest + 1;
  const bytes = await context.batchAgain(window, { object_id: name, generation: highest }, next);
  // Somebody else has just done the same.
  if (bytes === undefined) return 'not_active';
  const marker = markerOf(context, window, name, next);
  await writeMarker(context.data, marker);
  await putBatch(context.data, name, window, next, bytes);
  await deleteSuperseded(context.data, marker);
  await context.messages.consolidate([window]);
  return 'summed';
}

/** What the window holds is there, in whatever generation, and for more than a day: else it can't be merged anew. */
async function isWhole(
  context: SumRecordedContext,
  window: WindowOfFeed,
  listed: readonly BatchName[],
): Promise<boolean> {
  const held = await context.heldBatches(window);
  return held.every((batch) => {
    const object = batch.slice(0, batch.lastIndexOf('.'));
    const newest = listed.filter(({ object_id }) => object_id === object).map(({ written }) => written);
    return hasOneDay(context, Math.max(...newest));
  });
}

function markerOf(
  { newId, now }: SumRecordedContext,
  window: WindowOfFeed,
  object_id: string,
  generation: number,
): Marker {
  return {
    operation: 'record',
    object_id,
    attempt: newId(),
    generation,
    windows: [window],
    begun: now(),
  };
}
