import { tmpdir } from 'node:os';
import type { SitePipeline } from '@sgraph-backbone/layer/derived';
import type { EventNormaliser, EventSink, PrivateEvent } from '@sgraph-backbone/layer/events';
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
import type { ObjectStore, Store } from '@sgraph-backbone/layer/store';
import type { S3Event } from 'aws-lambda';
import type { StepsHere } from '../lambdas/admin-api/pipeline/direct-steps.ts';
import { createAggregateHandler } from '../lambdas/aggregate/handler.ts';
import { createConsolidateHandler } from '../lambdas/consolidate/handler.ts';
import { oncePerMinute } from '../lambdas/environment/memory.ts';
import { ownAddresses } from '../lambdas/environment/own-addresses.ts';
import { createIngestHandler } from '../lambdas/ingest/handler.ts';
import { recordEvents } from '../lambdas/record-events/record-events.ts';
import { dayKeys, rememberedNormaliser, siteNormaliser } from '../lambdas/record-events/site-normaliser.ts';
import { DEFAULT_RETENTION } from '../lambdas/sweep/expire.ts';
import { createSweepHandler } from '../lambdas/sweep/handler.ts';
import type { SweepAnswer } from '../lambdas/sweep/sweep.ts';
import { countryOf } from './country-table.ts';
import { placesHere } from './files/open-place.ts';
import { groupCommit } from './group-commit.ts';
import { localPipeline } from './pipeline.ts';
import { createLocalQueue } from './queue.ts';

/** The steps of one store, running in this process: the same handlers that AWS runs. */
export interface Backbone {
  readonly data: ObjectStore;
  readonly now: () => number;
  /** What steps run with, under the settings of this moment. */
  here(): Promise<StepsHere>;
  /** Makes events durable, those of one moment together. */
  readonly events: EventSink;
  /** Makes posted events private under the settings of this moment. */
  normaliser(): Promise<EventNormaliser>;
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
  const openPlace = placeOpener(store.observability, placesHere());
  const reading = {
    reader: createLogReader(),
    temporaryFolder: tmpdir(),
    country: countryOf,
    excludeAddress: ownAddresses(process.env),
    openPlace,
  };
  // Settings are read at each invocation: a change takes effect with the next one.
  const here = async (): Promise<StepsHere> => {
    const settings = await readSettings(store.data);
    const pipeline = { ...localPipeline(store, settings, quiet ? SILENCE : queues.messages), now };
    return { pipeline, options: { ...reading, settings }, idle: queues.idle };
  };
  const queues = createQueues(async () => (await here()).pipeline, log, gathering);
  const ingest = createIngestHandler(here, log);
  const keys = dayKeys();
  const noted = oncePerMinute(now);
  const commit = async (events: readonly PrivateEvent[]) => {
    const { pipeline, options } = await here();
    await recordEvents({ pipeline: { ...pipeline, isNotedLater: noted }, ...options, marked: true }, events);
  };
  const events = groupCommit({ commit, log });
  const sweep = createSweepHandler(
    async () => ({
      ...(await here()),
      openSource: sourceOpener(openPlace),
      retention: DEFAULT_RETENTION,
      events,
    }),
    log,
  );
  return {
    data: store.data,
    now,
    here,
    events,
    normaliser: rememberedNormaliser(async () => {
      const { pipeline, options } = await here();
      return siteNormaliser(pipeline, options, keys);
    }, now),
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
