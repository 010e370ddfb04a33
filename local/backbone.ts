import { tmpdir } from 'node:os';
import type { SitePipeline } from '@sgraph-backbone/layer/derived';
import {
  type Messages,
  placeOpener,
  type RollupOfFeed,
  sourceOpener,
  type WindowOfFeed,
} from '@sgraph-backbone/layer/ledger';
import { createLogReader } from '@sgraph-backbone/layer/logs';
import type { Log } from '@sgraph-backbone/layer/runtime';
import { checkStoreFormat, readSettings } from '@sgraph-backbone/layer/settings';
import type { Store } from '@sgraph-backbone/layer/store';
import type { S3Event } from 'aws-lambda';
import { createAggregateHandler } from '../lambdas/aggregate/handler.ts';
import { createConsolidateHandler } from '../lambdas/consolidate/handler.ts';
import { createIngestHandler } from '../lambdas/ingest/handler.ts';
import type { IngestOptions } from '../lambdas/ingest/ingest.ts';
import { DEFAULT_RETENTION } from '../lambdas/sweep/expire.ts';
import { createSweepHandler } from '../lambdas/sweep/handler.ts';
import type { SweepAnswer } from '../lambdas/sweep/sweep.ts';
import { countryOf } from './country-table.ts';
import { openFile } from './files/file-source.ts';
import { localPipeline } from './pipeline.ts';
import { createLocalQueue } from './queue.ts';

/** The steps of one store, running in this process: the same handlers that AWS runs. */
export interface Backbone {
  readonly pipeline: SitePipeline;
  readonly options: IngestOptions;
  /** An object has arrived below `live/`. */
  arrived(key: string): Promise<void>;
  sweep(): Promise<SweepAnswer>;
  /** Settles when all that was sent has been looked at. */
  idle(): Promise<void>;
}

export interface BackboneOptions {
  /** Epoch ms. @default Date.now */
  readonly now?: () => number;
  /** Sends nothing: what was begun is carried through by the next sweep, each window once. @default false */
  readonly quiet?: boolean;
  /** How long changes of one window are gathered before it is looked at, ms. @default 250 */
  readonly gathering?: number;
}

/** Starts the steps of a store. */
export async function createBackbone(
  store: Store,
  log: Log,
  { now = Date.now, quiet = false, gathering = 250 }: BackboneOptions = {},
): Promise<Backbone> {
  await checkStoreFormat(store.data);
  const settings = await readSettings(store.data);
  const queues = createQueues(() => Promise.resolve(pipeline), log, gathering);
  const pipeline: SitePipeline = {
    ...localPipeline(store, settings, quiet ? SILENCE : queues.messages),
    now,
  };
  const openPlace = placeOpener(store.observability, openFile);
  const options: IngestOptions = {
    settings,
    reader: createLogReader(),
    temporaryFolder: tmpdir(),
    country: countryOf,
    openPlace,
  };
  const ingest = createIngestHandler(async () => ({ pipeline, options: async () => options }), log);
  const sweep = createSweepHandler(
    async () => ({ pipeline, options, openSource: sourceOpener(openPlace), retention: DEFAULT_RETENTION }),
    log,
  );
  return {
    pipeline,
    options,
    arrived: async (key) => void (await ingest(s3Event(key))),
    sweep: () => sweep({}),
    idle: queues.idle,
  };
}

function createQueues(pipeline: () => Promise<SitePipeline>, log: Log, delay: number) {
  const windows = createLocalQueue<WindowOfFeed>({
    groupOf: ({ feed, window }) => `${feed}/${window}`,
    handler: createConsolidateHandler(pipeline, log),
    delay,
    log,
  });
  const rollups = createLocalQueue<RollupOfFeed>({
    groupOf: ({ feed, period, time_key }) => `${feed}/${period}/${time_key}`,
    handler: createAggregateHandler(pipeline, log),
    delay,
    log,
  });
  const messages: Messages = {
    consolidate: async (sent) => windows.send(sent),
    aggregate: async (sent) => rollups.send(sent),
  };
  const idle = async () => {
    await windows.idle();
    await rollups.idle();
  };
  return { messages, idle };
}

const SILENCE: Messages = { consolidate: async () => {}, aggregate: async () => {} };

/** As S3 announces a new object: the key is form-encoded. */
function s3Event(key: string): S3Event {
  const encoded = encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');
  return { Records: [{ eventSource: 'aws:s3', s3: { object: { key: encoded } } }] } as unknown as S3Event;
}
