import { Conflict, type ObjectStore } from '@sgraph-backbone/layer/store';
import { noteDelivery } from './coverage.ts';
import type { WindowOfFeed } from './entry.ts';
import { rawBatchKey } from './keys.ts';
import type { Delivery } from './markers.ts';
import { writeMarker } from './markers.ts';
import type { Pipeline } from './pipeline.ts';

/** Events that came together. There is no ledger entry of them: a batch that exists counts. */
export interface RecordedEvents {
  /** `<arrival ms>-<content hash>`. */
  readonly name: string;
  readonly windows: readonly WindowOfFeed[];
  readonly deliveries: readonly Delivery[];
  /** Whether a marker is written before the batches: where nobody delivers again what a killed process had. */
  readonly marked: boolean;
  /** The batch of one window as Parquet bytes. */
  batch(window: WindowOfFeed, generation: number): Uint8Array;
}

export type AddRecordedContext = Pick<Pipeline, 'data' | 'messages' | 'now' | 'newId' | 'isNotedLater'>;

/** Writes the batches of events, once, and says so to the next step. Durable when it returns. */
export async function addRecorded(context: AddRecordedContext, events: RecordedEvents): Promise<void> {
  const { data, now, newId } = context;
  const { name, windows, deliveries } = events;
  if (events.marked)
    await writeMarker(data, {
      operation: 'record',
      object_id: name,
      attempt: newId(),
      generation: FIRST,
      windows,
      deliveries,
      begun: now(),
    });
  for (const window of windows) await putBatch(data, name, window, FIRST, events.batch(window, FIRST));
  // Only what a marker names is noted when that is finished.
  for (const delivery of deliveries)
    if (!events.marked || !context.isNotedLater?.(delivery))
      await noteDelivery(data, delivery, arrivalOf(name));
  await context.messages.consolidate(windows);
}

const FIRST = 1;

/** A batch that exists stands: it holds the same events. */
export async function putBatch(
  data: ObjectStore,
  name: string,
  { feed, window }: WindowOfFeed,
  generation: number,
  bytes: Uint8Array,
): Promise<void> {
  const options = { ifNoneMatch: '*' as const, contentType: 'application/vnd.apache.parquet' };
  try {
    await data.put(rawBatchKey(feed, window, name, generation), bytes, options);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
  }
}

const NAME = /^(\d{13})-[0-9a-f]{32}$/;

/** Whether an object id is the name of recorded events, of which the ledger knows nothing. */
export function isRecorded(objectId: string): boolean {
  return NAME.test(objectId);
}

/** Epoch ms. */
export function arrivalOf(name: string): number {
  return Number(NAME.exec(name)?.[1]);
}
