import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { Conflict, writeJson } from '@sgraph-backbone/layer/store';
import { deleteStaleBatches } from './batches-of.ts';
import { noteDelivery } from './coverage.ts';
import type { ObjectFacts, WindowOfFeed } from './entry.ts';
import { readEntry, writeEntry } from './entry.ts';
import { quarantineKey, rawBatchKey } from './keys.ts';
import { noteLocation, writeLocation } from './locations.ts';
import type { Delivery, Marker, ReadAs } from './markers.ts';
import { deleteMarker, writeMarker } from './markers.ts';
import type { Pipeline } from './pipeline.ts';
import type { Source } from './source.ts';

/** A log object that has been read to its end: nothing of it has been written yet. */
export interface ParsedObject {
  readonly object_id: string;
  readonly facts: ObjectFacts;
  readonly windows: readonly WindowOfFeed[];
  readonly deliveries: readonly Delivery[];
  readonly read_as: ReadAs;
  readonly quarantine: readonly { readonly line: number; readonly reason: string }[];
  /** The batch of one window as Parquet bytes. */
  batch(window: WindowOfFeed, generation: number): Promise<Uint8Array>;
}

export type AddContext = Pick<Pipeline, 'data' | 'messages' | 'now' | 'newId' | 'isNotedLater'>;

/** `changed`: the place holds other content by now, or another writer was faster: read the source again. */
export type AddOutcome = 'ingested' | 'already_known' | 'changed';

/**
 * Adds what an object holds, once, however often it is delivered. The order of the writes is what
 * survives a death anywhere: see docs/decisions/0003-order-of-writes.md.
 */
export async function addObject(
  context: AddContext,
  object: ParsedObject,
  source: Source,
): Promise<AddOutcome> {
  const read = await readEntry(context.data, object.object_id);
  // After the ledger was read: else a duplicate delivery would undo a removal that took the source away.
  if (!(await source.isStillThere())) return 'changed';
  if (read?.value.state === 'active') return knownAlready(context, object, source, read.value.windows);

  const marker = await begin(context, object, source, (read?.value.last ?? 0) + 1);
  await writeBatches(context, object, marker.generation);
  await noteSource(context, object, source);
  try {
    const since = read?.value.since ?? context.now();
    await writeEntry(context.data, read, activeEntry(marker, object.facts, since, read?.value.locations));
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    return lost(context, marker, source);
  }
  await context.messages.consolidate(object.windows);
  return 'ingested';
}

/** The ledger entry that an add leaves. */
export function activeEntry(
  marker: Marker,
  facts: ObjectFacts,
  since: number,
  locations: readonly string[] = [],
) {
  const { object_id, generation, windows, source } = marker;
  const places = source === undefined ? locations : [...new Set([...locations, source.location])];
  return {
    object_id,
    state: 'active' as const,
    generation,
    last: generation,
    locations: places,
    ...facts,
    windows,
    since,
  };
}

async function knownAlready(
  context: AddContext,
  object: ParsedObject,
  source: Source,
  windows: readonly WindowOfFeed[],
): Promise<AddOutcome> {
  await noteLocation(context.data, object.object_id, source.location);
  await noteSource(context, object, source);
  await context.messages.consolidate(windows);
  return 'already_known';
}

async function begin(
  context: AddContext,
  object: ParsedObject,
  source: Source,
  generation: number,
): Promise<Marker> {
  const marker: Marker = {
    operation: 'add',
    object_id: object.object_id,
    attempt: context.newId(),
    generation,
    windows: object.windows,
    source: { location: source.location, etag: source.etag, arrived: source.arrived },
    read_as: object.read_as,
    facts: object.facts,
    deliveries: object.deliveries,
    begun: context.now(),
  };
  await writeMarker(context.data, marker);
  return marker;
}

async function writeBatches(context: AddContext, object: ParsedObject, generation: number): Promise<void> {
  for (const window of object.windows) {
    const key = rawBatchKey(window.feed, window.window, object.object_id, generation);
    const options = { ifNoneMatch: '*' as const, contentType: 'application/vnd.apache.parquet' };
    await put(context.data, key, await object.batch(window, generation), options);
  }
  if (object.quarantine.length > 0)
    await writeJson(context.data, quarantineKey(object.object_id), {
      object_id: object.object_id,
      quarantined: object.facts.quarantined,
      lines: object.quarantine,
    });
}

/** A batch that exists stands: it is the same object in the same generation. */
async function put(
  data: ObjectStore,
  key: string,
  bytes: Uint8Array,
  options: { readonly ifNoneMatch: '*'; readonly contentType: string },
): Promise<void> {
  try {
    await data.put(key, bytes, options);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
  }
}

async function noteSource(context: AddContext, object: ParsedObject, source: Source): Promise<void> {
  const { location, etag } = source;
  await writeLocation(context.data, { location, etag, object_id: object.object_id, at: context.now() });
  for (const delivery of object.deliveries)
    if (!context.isNotedLater?.(delivery)) await noteDelivery(context.data, delivery, source.arrived);
}

/**
 * Another writer decided first, and its decision stands. If it activated this very generation, it either
 * completed our own attempt, whose place it then names, or brought a copy from elsewhere.
 */
async function lost(context: AddContext, marker: Marker, source: Source): Promise<AddOutcome> {
  const now = (await readEntry(context.data, marker.object_id))?.value;
  await deleteStaleBatches(context.data, marker, now);
  if (now?.state === 'active' && now.generation === marker.generation) {
    const isOurs = now.locations.includes(source.location);
    await noteLocation(context.data, marker.object_id, source.location);
    await context.messages.consolidate(now.windows);
    return isOurs ? 'ingested' : 'already_known';
  }
  await deleteMarker(context.data, marker);
  return 'changed';
}
