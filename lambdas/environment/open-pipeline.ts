import { randomBytes, randomUUID } from 'node:crypto';
import { carryThrough, type SitePipeline } from '@sgraph-backbone/layer/derived';
import {
  bucketOpener,
  type Messages,
  type OpenPlace,
  placeOpener,
  type Run,
  type Step,
} from '@sgraph-backbone/layer/ledger';
import { createLogReader } from '@sgraph-backbone/layer/logs';
import { calendarOf } from '@sgraph-backbone/layer/rollups';
import { processLevel, processLog, readEnvironment, schema as z } from '@sgraph-backbone/layer/runtime';
import { checkStoreFormat, readSettings, type SiteSettings } from '@sgraph-backbone/layer/settings';
import type { ObjectStore, Store } from '@sgraph-backbone/layer/store';
import type { IngestOptions } from '../ingest/ingest.ts';
import { COUNTRY_TABLE, countryTable, type ReadFile } from './country-table.ts';
import { LARGEST_LOG, largestLog } from './largest-log.ts';
import { oncePerMinute, withMemory } from './memory.ts';
import { OWN_ADDRESSES } from './own-addresses.ts';
import { queuedMessages } from './queues.ts';

const DAY = 86_400_000;

/** Process settings of the steps. */
const ENVIRONMENT = {
  BACKBONE_STORE: z.string().meta({ description: 'URL of the store' }),
  BACKBONE_RAW_RETENTION_DAYS: z
    .string()
    .regex(/^([2-9]|[1-9]\d+)$/, 'a whole number of days, at least 2')
    .default('90'),
  BACKBONE_COUNTRY_TABLE: z
    .string()
    .default(COUNTRY_TABLE)
    .meta({ description: 'folder of the country table' }),
  ...LARGEST_LOG,
  ...OWN_ADDRESSES,
};

/** What a step of this process works with. */
export interface OpenedPipeline {
  readonly pipeline: SitePipeline;
  readonly options: IngestOptions;
  readonly openPlace: OpenPlace;
  /** Whether steps send messages to queues; else what they send is done when they are. */
  readonly isQueued: boolean;
}

export interface PipelineOptions {
  /** Small reads that every message repeats may be answered from memory, up to a minute old. @default false */
  readonly memory?: boolean;
  /** How steps tell each other what to look at. @default through the queues that the environment names */
  readonly messages?: Messages;
  /** Reads the country table. @default logs that name no country have none */
  readonly readFile?: ReadFile;
  /** Opens a bucket that somebody else keeps logs in. @default none is ever opened */
  readonly openBucket?: (name: string) => Promise<ObjectStore>;
}

/**
 * The pipeline of the store that the environment names, opened at the first call and kept for the life of the
 * process. Settings are read at each call: a change takes effect with the next invocation, or after a minute where
 * the process has a memory. Without queues in the environment, what a step sends is carried up to the year before the
 * step is done.
 */
export function pipelineFrom(
  environment: Readonly<Record<string, string | undefined>>,
  open: (url: string) => Promise<Store>,
  temporaryFolder: string,
  options: PipelineOptions = {},
): () => Promise<OpenedPipeline> {
  let opened: Promise<() => Promise<OpenedPipeline>> | undefined;
  return async () => {
    opened ??= openProcess(environment, open, temporaryFolder, options);
    return (await opened)();
  };
}

async function openProcess(
  environment: Readonly<Record<string, string | undefined>>,
  open: (url: string) => Promise<Store>,
  temporaryFolder: string,
  { memory = false, messages, readFile, openBucket }: PipelineOptions,
): Promise<() => Promise<OpenedPipeline>> {
  const settings = readEnvironment(ENVIRONMENT, environment);
  const { BACKBONE_STORE, BACKBONE_RAW_RETENTION_DAYS, BACKBONE_EXCLUDE_ADDRESSES } = settings;
  const largest = largestLog(Number(settings.BACKBONE_MOST_LOG_BYTES), BACKBONE_STORE);
  const queued = messages ?? queuedMessages(environment, Date.now);
  const opened = await open(BACKBONE_STORE);
  await checkStoreFormat(opened.data);
  const { data, observability } = memory ? withMemory(opened, Date.now) : opened;
  const openPlace = placeOpener(observability, openBucket && bucketOpener(openBucket));
  const excludeAddress = BACKBONE_EXCLUDE_ADDRESSES;
  const country = readFile && countryTable(settings.BACKBONE_COUNTRY_TABLE, readFile);
  const reading = { reader: createLogReader(), temporaryFolder, openPlace, excludeAddress, largest, country };
  const rawRetention = Number(BACKBONE_RAW_RETENTION_DAYS) * DAY;
  const behind = queued && { ...behindQueues(queued), fresh: opened.data };
  return async () => {
    const settings = await readSettings(data);
    const pipeline = { ...pipelineOf({ data, observability }, settings, rawRetention), ...behind };
    return { pipeline, options: { ...reading, settings }, openPlace, isQueued: queued !== undefined };
  };
}

function pipelineOf(
  { data, observability }: Pick<Store, 'data' | 'observability'>,
  settings: SiteSettings,
  rawRetention: number,
): SitePipeline {
  const pipeline: SitePipeline = {
    data,
    observability,
    messages: atOnce(() => pipeline),
    calendar: calendarOf(settings.timezone),
    hosts: settings.hosts,
    now: Date.now,
    newId: randomUUID,
    randomness: { bytes: () => randomBytes(32), id: () => randomBytes(4).toString('hex') },
    rawRetention,
  };
  return pipeline;
}

/** Where each message is a call, a run is a line in the log: a record in the store would be written by all of them. */
function behindQueues(messages: Messages) {
  const log = processLog(processLevel());
  return {
    messages,
    abreast: 16,
    isNotedLater: oncePerMinute(Date.now),
    noteRun: (step: Step, run: Run) => log.info('run', { step, ...run }),
  };
}

/** Consolidating carries everything through, so that nothing is left to send above it. */
function atOnce(pipeline: () => SitePipeline): Messages {
  return {
    consolidate: (windows) => carryThrough(pipeline(), windows),
    aggregate: async () => {},
  };
}
