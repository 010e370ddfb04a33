import { randomBytes, randomUUID } from 'node:crypto';
import { carryThrough, type SitePipeline } from '@sgraph-backbone/layer/derived';
import { type Messages, type OpenPlace, placeOpener } from '@sgraph-backbone/layer/ledger';
import { createLogReader } from '@sgraph-backbone/layer/logs';
import { calendarOf } from '@sgraph-backbone/layer/rollups';
import { readEnvironment, schema as z } from '@sgraph-backbone/layer/runtime';
import { checkStoreFormat, readSettings, type SiteSettings } from '@sgraph-backbone/layer/settings';
import type { Store } from '@sgraph-backbone/layer/store';
import type { IngestOptions } from '../ingest/ingest.ts';
import { OWN_ADDRESSES } from './own-addresses.ts';

const DAY = 86_400_000;

/** Process settings of the steps. */
const ENVIRONMENT = {
  BACKBONE_STORE: z.string().meta({ description: 'URL of the store' }),
  BACKBONE_RAW_RETENTION_DAYS: z
    .string()
    .regex(/^([2-9]|[1-9]\d+)$/, 'a whole number of days, at least 2')
    .default('90'),
  ...OWN_ADDRESSES,
};

/** What a step of this process works with. */
export interface OpenedPipeline {
  readonly pipeline: SitePipeline;
  readonly options: IngestOptions;
  readonly openPlace: OpenPlace;
}

/**
 * The pipeline of the store that the environment names, opened at the first call and kept for the life of the
 * process. Settings are read at each call: a change takes effect with the next invocation. There is no queue: what
 * a step sends is carried up to the year before the step is done.
 */
export function pipelineFrom(
  environment: Readonly<Record<string, string | undefined>>,
  open: (url: string) => Promise<Store>,
  temporaryFolder: string,
): () => Promise<OpenedPipeline> {
  let opened: Promise<() => Promise<OpenedPipeline>> | undefined;
  return async () => {
    opened ??= openProcess(environment, open, temporaryFolder);
    return (await opened)();
  };
}

async function openProcess(
  environment: Readonly<Record<string, string | undefined>>,
  open: (url: string) => Promise<Store>,
  temporaryFolder: string,
): Promise<() => Promise<OpenedPipeline>> {
  const { BACKBONE_STORE, BACKBONE_RAW_RETENTION_DAYS, BACKBONE_EXCLUDE_ADDRESSES } = readEnvironment(
    ENVIRONMENT,
    environment,
  );
  const { data, observability } = await open(BACKBONE_STORE);
  await checkStoreFormat(data);
  const openPlace = placeOpener(observability);
  const excludeAddress = BACKBONE_EXCLUDE_ADDRESSES;
  const reading = { reader: createLogReader(), temporaryFolder, openPlace, excludeAddress };
  const rawRetention = Number(BACKBONE_RAW_RETENTION_DAYS) * DAY;
  return async () => {
    const settings = await readSettings(data);
    const pipeline = pipelineOf({ data, observability }, settings, rawRetention);
    return { pipeline, options: { ...reading, settings }, openPlace };
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

/** Consolidating carries everything through, so that nothing is left to send above it. */
function atOnce(pipeline: () => SitePipeline): Messages {
  return {
    consolidate: (windows) => carryThrough(pipeline(), windows),
    aggregate: async () => {},
  };
}
