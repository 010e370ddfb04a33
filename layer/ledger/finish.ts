import { Conflict } from '@sgraph-backbone/layer/store';
import type { AddContext } from './add.ts';
import { activeEntry } from './add.ts';
import { deleteStaleBatches, deleteSuperseded, hasAllBatches, hasAnyBatch } from './batches-of.ts';
import { type Delivered, noteDeliveries, noteDelivery } from './coverage.ts';
import type { LedgerEntry, ReadEntry, WindowOfFeed } from './entry.ts';
import { readEntry, writeEntry } from './entry.ts';
import { writeLocation } from './locations.ts';
import type { Marker, ReadAs } from './markers.ts';
import { deleteMarker, listMarkers } from './markers.ts';
import { arrivalOf } from './record.ts';
import type { OpenSource, Source } from './source.ts';

/** After this time nobody is still working on an attempt that left its marker without a result. */
const PATIENCE = 3_600_000;

export interface FinishContext extends AddContext {
  readonly openSource: OpenSource;
  /** Reads a source from its beginning and adds it, as a delivery would. */
  readonly addAgain: (source: Source, readAs: ReadAs) => Promise<void>;
  /** Consolidates and aggregates windows up to the year, here and now. */
  readonly carryThrough: (windows: readonly WindowOfFeed[]) => Promise<void>;
  /** Markers whose windows are carried through together. @default all */
  readonly together?: number;
  /** Whether time is up. @default never */
  readonly isEnough?: () => boolean;
}

export interface Finished {
  /** Markers that are gone: their work is in every roll-up, or was discarded. */
  readonly finished: number;
  /** Markers of attempts that may still be under way. */
  readonly waiting: number;
}

/**
 * Finishes what was begun and left: one listing, run by every command that opens a store and by the
 * sweeper. Windows that several markers name are carried through once; `together` markers at a time, until
 * `isEnough`: what is left then waits for the next who comes.
 */
export async function finishMarkers(context: FinishContext): Promise<Finished> {
  const { together = Number.POSITIVE_INFINITY, isEnough = () => false } = context;
  const markers = await listMarkers(context.data);
  let finished = 0;
  let waiting = 0;
  for (let from = 0; from < markers.length; from += together) {
    if (isEnough()) return { finished, waiting: waiting + markers.length - from };
    const part = markers.slice(from, from + together);
    const settled = await finishTogether(context, part);
    finished += settled;
    waiting += part.length - settled;
  }
  return { finished, waiting };
}

async function finishTogether(context: FinishContext, markers: readonly Marker[]): Promise<number> {
  const settled: Marker[] = [];
  for (const marker of markers) if (await isSettled(context, marker)) settled.push(marker);
  const windows = new Map<string, WindowOfFeed>();
  const delivered: Delivered[] = [];
  for (const marker of settled) {
    if (marker.operation === 'record') {
      for (const window of marker.windows) windows.set(`${window.feed}/${window.window}`, window);
      delivered.push(...(await recordedDeliveries(context, marker)));
      continue;
    }
    const entry = (await readEntry(context.data, marker.object_id))?.value;
    for (const window of windowsOf(marker, entry)) windows.set(`${window.feed}/${window.window}`, window);
    delivered.push(...deliveriesOf(marker, entry));
  }
  await noteDeliveries(context.data, delivered);
  if (windows.size > 0) await context.carryThrough([...windows.values()]);
  for (const marker of settled) await deleteMarker(context.data, marker);
  return settled.length;
}

/** The object's windows may be more than the marker's, when a later attempt used another feed name. */
function windowsOf(marker: Marker, entry: LedgerEntry | undefined): readonly WindowOfFeed[] {
  return [...marker.windows, ...(entry?.state === 'active' ? entry.windows : [])];
}

/** What is counted was delivered; who added it may have left it to the marker to say so. */
function deliveriesOf({ generation, deliveries = [], source }: Marker, entry: LedgerEntry | undefined) {
  if (entry?.state !== 'active' || entry.generation < generation) return [];
  return deliveries.map((delivery) => ({ ...delivery, arrived: source?.arrived }));
}

/** Brings the ledger to where the marker meant it to be, or takes the attempt back; false: not yet. */
async function isSettled(context: FinishContext, marker: Marker): Promise<boolean> {
  if (marker.operation === 'record') return isRecordSettled(context, marker);
  const read = await readEntry(context.data, marker.object_id);
  if (hasReached(marker, read?.value)) return clean(context, marker, read?.value);
  if (marker.operation === 'add') {
    if (await hasAllBatches(context.data, marker)) return complete(context, marker, read);
    if (await addAgain(context, marker)) return isReached(context, marker);
  }
  if (context.now() - marker.begun < PATIENCE) return false;
  return discard(context, marker, read);
}

/** What exists counts; what does not by now was never acknowledged, and whoever posted it has sent it again. */
async function isRecordSettled(context: FinishContext, marker: Marker): Promise<boolean> {
  if (!(await hasAllBatches(context.data, marker)) && context.now() - marker.begun < PATIENCE) return false;
  await deleteSuperseded(context.data, marker);
  return true;
}

/** Of feeds that something was written of. */
async function recordedDeliveries({ data }: FinishContext, marker: Marker): Promise<Delivered[]> {
  const delivered: Delivered[] = [];
  for (const delivery of marker.deliveries ?? []) {
    const windows = marker.windows.filter(({ feed }) => feed === delivery.feed);
    if (await hasAnyBatch(data, { ...marker, windows }))
      delivered.push({ ...delivery, arrived: arrivalOf(marker.object_id) });
  }
  return delivered;
}

function hasReached(marker: Marker, entry: LedgerEntry | undefined): boolean {
  if (entry === undefined) return false;
  if (marker.operation === 'add') return entry.last >= marker.generation;
  if (marker.operation === 'sum-again')
    return entry.state === 'removed' || entry.generation >= marker.generation;
  return entry.state === 'removed' || entry.generation > marker.generation;
}

async function isReached(context: FinishContext, marker: Marker): Promise<boolean> {
  const entry = (await readEntry(context.data, marker.object_id))?.value;
  return hasReached(marker, entry) && clean(context, marker, entry);
}

async function clean(
  context: FinishContext,
  marker: Marker,
  entry: LedgerEntry | undefined,
): Promise<boolean> {
  await deleteStaleBatches(context.data, marker, entry);
  return true;
}

async function complete(
  context: FinishContext,
  marker: Marker,
  read: ReadEntry | undefined,
): Promise<boolean> {
  const { source, facts, deliveries = [] } = marker;
  if (facts === undefined)
    throw new Error(`marker ${marker.object_id}/${marker.attempt}: an add without facts`);
  if (source)
    await writeLocation(context.data, { ...source, object_id: marker.object_id, at: context.now() });
  for (const delivery of deliveries) await noteDelivery(context.data, delivery, source?.arrived);
  const since = read?.value.since ?? context.now();
  return settle(context, marker, read, activeEntry(marker, facts, since, read?.value.locations));
}

/** True when the content is still where it was, and has been added from there. */
async function addAgain(context: FinishContext, marker: Marker): Promise<boolean> {
  const source = marker.source && (await context.openSource(marker.source));
  if (!source) return false;
  await context.addAgain(source, marker.read_as ?? {});
  return true;
}

/** The entry says so first: a slow owner then loses its compare-and-set and starts again. */
async function discard(
  context: FinishContext,
  marker: Marker,
  read: ReadEntry | undefined,
): Promise<boolean> {
  const { object_id, generation, facts } = marker;
  const entry = read?.value ?? {
    object_id,
    state: 'removed' as const,
    generation,
    locations: [],
    ...(facts ?? NOTHING),
    windows: [],
    since: context.now(),
  };
  const last = Math.max(read?.value.last ?? 0, generation);
  return settle(context, marker, read, { ...entry, last });
}

/** Writes the entry, then deletes what no longer counts. */
async function settle(
  context: FinishContext,
  marker: Marker,
  read: ReadEntry | undefined,
  entry: Omit<LedgerEntry, 'write'>,
): Promise<boolean> {
  try {
    await writeEntry(context.data, read, entry);
  } catch (error) {
    // Somebody else moved the ledger: look again at where it stands now.
    if (error instanceof Conflict) return isSettled(context, marker);
    throw error;
  }
  const now = (await readEntry(context.data, marker.object_id))?.value;
  await deleteStaleBatches(context.data, marker, now, 'given up');
  return true;
}

const NOTHING = {
  format: '',
  size: 0,
  records: 0,
  quarantined: 0,
  excluded: 0,
  visitors_unmeasured: 0,
  warnings: [],
};
