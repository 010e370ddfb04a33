import { carryThrough, type SitePipeline, settleFeed, sumAllFeeds } from '@sgraph-backbone/layer/derived';
import type { EventSink } from '@sgraph-backbone/layer/events';
import {
  finishMarkers,
  type Kind,
  kindOf,
  listFeeds,
  listSource,
  liveLocation,
  noteRun,
  type OpenSource,
  type Pipeline,
  readEntry,
  readLocation,
  type SourceFolder,
} from '@sgraph-backbone/layer/ledger';
import { OBSERVABILITY, type ObjectStore } from '@sgraph-backbone/layer/store';
import { archive, liveKeys } from '../archive/archive.ts';
import { type IngestOptions, ingestSource } from '../ingest/ingest.ts';
import { ingestLive } from '../ingest/ingest-live.ts';
import type { PlaceFound } from '../ingest/object-events.ts';
import { expire, type Retention } from './expire.ts';
import { extendFeed, oldestWaiting } from './extend-coverage.ts';
import { emptyOutboxes } from './outboxes.ts';

/** A folder of another bucket that logs are delivered to. */
export interface Source extends SourceFolder {
  readonly kind: Kind;
  readonly store: () => Promise<ObjectStore>;
}

/** Sends messages to the step that ingests; returns when the queue has them. */
export type Announce = (
  messages: readonly (PlaceFound | { readonly detail: { readonly object: { readonly key: string } } })[],
) => Promise<void>;

export interface SweepContext {
  readonly pipeline: SitePipeline;
  readonly options: IngestOptions;
  readonly openSource: OpenSource;
  readonly retention: Retention;
  /** Sends what was missed to the step that ingests. @default it is ingested here */
  readonly announce?: Announce;
  /** Folders of other buckets that are listed again. @default none */
  readonly sources?: readonly Source[];
  /** Where events go that records of tokens and transfers have kept. @default they are left there */
  readonly events?: EventSink;
  /** Epoch ms: arrival of the oldest event that may not be recorded yet. @default all are */
  readonly recordedSince?: () => Promise<number>;
  /** Whether time is up; the next sweep does the rest. @default never */
  readonly isEnough?: () => boolean;
}

export interface SweepAnswer {
  /** Log objects in `live/` that no event had announced. */
  readonly ingested: number;
  /** Objects of other buckets that were sent to be ingested. */
  readonly found: number;
  readonly finished: number;
  readonly waiting: number;
  readonly archived: number;
  readonly settled: number;
  readonly expired: number;
  /** Transfers that were looked at, and events of tokens that were taken. */
  readonly told: number;
}

/**
 * What events missed, in the order that keeps coverage true: unprocessed objects, pending work, archive,
 * coverage, what it makes final, and what has reached its age.
 */
export async function sweep(context: SweepContext): Promise<SweepAnswer> {
  const { pipeline, isEnough } = context;
  const oldestLive = await oldestWaiting(pipeline);
  const unrecorded = Math.min(pipeline.now(), (await context.recordedSince?.()) ?? pipeline.now());
  const ingested = await ingestMissed(context);
  const { found, waitingSince } = await announceSources(context, oldestLive);
  const { finished, waiting } = await finishMarkers({
    ...pipeline,
    openSource: context.openSource,
    addAgain: async (source, readAs) =>
      void (await ingestSource(pipeline, { ...context.options, ...readAs }, source)),
    carryThrough: (windows) => carryThrough(pipeline, windows),
    // What was finished stays so when time is up in the middle.
    ...(isEnough && { together: 50, isEnough }),
  });
  const { archived } = await archive(pipeline, undefined, undefined, isEnough);
  await noteRun(pipeline, 'archive', { processed: archived.length });
  const settled = await extendAndSettle(context, { waitingSince, unrecorded });
  const expired = await expire(pipeline, context.retention);
  // Last: a record that can't be told keeps nothing else from being done.
  const { told } = context.events ? await emptyOutboxes(pipeline, context.events, isEnough) : { told: 0 };
  await noteRun(pipeline, 'sweep', { processed: 1 });
  return { ingested, found, finished, waiting, archived: archived.length, settled, expired, told };
}

async function ingestMissed(context: SweepContext): Promise<number> {
  const { pipeline, options, isEnough = () => false } = context;
  const missed: string[] = [];
  for (const key of await missedKeys(context)) {
    if (isEnough()) break;
    if (await isProcessed(pipeline, key)) continue;
    if (!context.announce) await ingestLive(pipeline, options, key);
    missed.push(key);
  }
  await context.announce?.(missed.map((key) => ({ detail: { object: { key } } })));
  return missed.length;
}

// An event comes within minutes, and what failed is tried again for some hours.
const OVERDUE = 2 * 3_600_000;

/** Without a queue everything in `live/` that is not counted was missed; with one, what it should have brought by now. */
async function missedKeys({ pipeline, announce }: SweepContext): Promise<string[]> {
  if (announce === undefined) return liveKeys(pipeline);
  const keys: string[] = [];
  for await (const row of pipeline.observability.list(OBSERVABILITY.live))
    if (!('prefix' in row) && row.modified < pipeline.now() - OVERDUE) keys.push(row.key);
  return keys;
}

/** What waits in buckets of others holds coverage back as what lies in `live/` does. */
async function announceSources(
  { pipeline, sources = [], announce, isEnough = () => false }: SweepContext,
  oldestLive: number,
): Promise<{ readonly found: number; readonly waitingSince: number }> {
  let found = 0;
  let waitingSince = oldestLive;
  for (const { store, kind, ...folder } of sources) {
    if (announce === undefined || isEnough()) break;
    const listing = await listSource(pipeline.data, await store(), folder, (locations) =>
      announce(locations.map((location) => ({ location, kind }))),
    );
    found += listing.found;
    waitingSince = Math.min(waitingSince, listing.oldestWaiting ?? waitingSince);
  }
  return { found, waitingSince };
}

/** Whether this very content is counted; its roll-ups may be pending still. */
async function isProcessed({ data, observability }: Pipeline, key: string): Promise<boolean> {
  const seen = await readLocation(data, liveLocation(key));
  if (seen === undefined || (await observability.head(key))?.etag !== seen.etag) return false;
  return (await readEntry(data, seen.object_id))?.value.state === 'active';
}

async function extendAndSettle(
  { pipeline, isEnough = () => false }: SweepContext,
  { waitingSince, unrecorded }: { readonly waitingSince: number; readonly unrecorded: number },
): Promise<number> {
  let settled = 0;
  if (isEnough()) return settled;
  await sumAllFeeds(pipeline);
  for (const coverage of await listFeeds(pipeline.data)) {
    if (isEnough()) break;
    // What lies in `live/` are logs.
    const waiting = kindOf(coverage.feed) === 'application' ? unrecorded : waitingSince;
    const missed = await extendFeed(pipeline, coverage, waiting);
    await carryThrough(pipeline, missed);
    settled += await settleFeed(pipeline, coverage.feed);
  }
  return settled;
}
