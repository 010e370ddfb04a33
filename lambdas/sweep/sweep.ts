import { carryThrough, type SitePipeline, settleFeed, sumAllFeeds } from '@sgraph-backbone/layer/derived';
import {
  finishMarkers,
  listFeeds,
  liveLocation,
  noteRun,
  type OpenSource,
  type Pipeline,
  readEntry,
  readLocation,
} from '@sgraph-backbone/layer/ledger';
import { archive, liveKeys } from '../archive/archive.ts';
import { type IngestOptions, ingestSource } from '../ingest/ingest.ts';
import { ingestLive } from '../ingest/ingest-live.ts';
import { expire, type Retention } from './expire.ts';
import { extendFeed, oldestWaiting } from './extend-coverage.ts';

export interface SweepContext {
  readonly pipeline: SitePipeline;
  readonly options: IngestOptions;
  readonly openSource: OpenSource;
  readonly retention: Retention;
}

export interface SweepAnswer {
  /** Log objects in `live/` that no event had announced. */
  readonly ingested: number;
  readonly finished: number;
  readonly waiting: number;
  readonly archived: number;
  readonly settled: number;
  readonly expired: number;
}

/**
 * What events missed, in the order that keeps coverage true: unprocessed objects, pending work, archive,
 * coverage, what it makes final, and what has reached its age.
 */
export async function sweep(context: SweepContext): Promise<SweepAnswer> {
  const { pipeline } = context;
  const waitingSince = await oldestWaiting(pipeline);
  const ingested = await ingestMissed(context);
  const { finished, waiting } = await finishMarkers({
    ...pipeline,
    openSource: context.openSource,
    addAgain: async (source, readAs) =>
      void (await ingestSource(pipeline, { ...context.options, ...readAs }, source)),
    carryThrough: (windows) => carryThrough(pipeline, windows),
  });
  const { archived } = await archive(pipeline);
  await noteRun(pipeline, 'archive', { processed: archived.length });
  const settled = await extendAndSettle(pipeline, waitingSince);
  const expired = await expire(pipeline, context.retention);
  await noteRun(pipeline, 'sweep', { processed: 1 });
  return { ingested, finished, waiting, archived: archived.length, settled, expired };
}

async function ingestMissed({ pipeline, options }: SweepContext): Promise<number> {
  let ingested = 0;
  for (const key of await liveKeys(pipeline)) {
    if (await isProcessed(pipeline, key)) continue;
    await ingestLive(pipeline, options, key);
    ingested++;
  }
  return ingested;
}

/** Whether this very content is counted; its roll-ups may be pending still. */
async function isProcessed({ data, observability }: Pipeline, key: string): Promise<boolean> {
  const seen = await readLocation(data, liveLocation(key));
  if (seen === undefined || (await observability.head(key))?.etag !== seen.etag) return false;
  return (await readEntry(data, seen.object_id))?.value.state === 'active';
}

async function extendAndSettle(pipeline: SitePipeline, waitingSince: number): Promise<number> {
  let settled = 0;
  await sumAllFeeds(pipeline);
  for (const coverage of await listFeeds(pipeline.data)) {
    const missed = await extendFeed(pipeline, coverage, waitingSince);
    await carryThrough(pipeline, missed);
    settled += await settleFeed(pipeline, coverage.feed);
  }
  return settled;
}
