import { randomBytes, randomUUID } from 'node:crypto';
import { carryThrough, type SitePipeline } from '@sgraph-backbone/layer/derived';
import { type Messages, type OpenPlace, placeOpener } from '@sgraph-backbone/layer/ledger';
import { createLogReader } from '@sgraph-backbone/layer/logs';
import { createCalendar } from '@sgraph-backbone/layer/rollups';
import { readEnvironment, schema as z } from '@sgraph-backbone/layer/runtime';
import { checkStoreFormat, readSettings } from '@sgraph-backbone/layer/settings';
import type { Store } from '@sgraph-backbone/layer/store';
import type { IngestOptions } from '../ingest/ingest.ts';

const DAY = 86_400_000;

/** Process settings of the steps. */
const ENVIRONMENT = {
  BACKBONE_STORE: z.string().meta({ description: 'URL of the store' }),
  BACKBONE_RAW_RETENTION_DAYS: z
    .string()
    .regex(/^([2-9]|[1-9]\d+)$/, 'a whole number of days, at least 2')
    .default('90'),
};

/** What a step of this process works with. */
export interface OpenedPipeline {
  readonly pipeline: SitePipeline;
  readonly options: IngestOptions;
  readonly openPlace: OpenPlace;
}

/**
 * The pipeline of the store that the environment names, opened at the first call and kept for the life of the
 * process. There is no queue: what a step sends is carried up to the year before the step is done.
 */
export function pipelineFrom(
  environment: Readonly<Record<string, string | undefined>>,
  open: (url: string) => Promise<Store>,
  temporaryFolder: string,
): () => Promise<OpenedPipeline> {
  let opened: Promise<OpenedPipeline> | undefined;
  return () => {
    opened ??= openPipeline(environment, open, temporaryFolder);
    return opened;
  };
}

async function openPipeline(
  environment: Readonly<Record<string, string | undefined>>,
  open: (url: string) => Promise<Store>,
  temporaryFolder: string,
): Promise<OpenedPipeline> {
  const { BACKBONE_STORE, BACKBONE_RAW_RETENTION_DAYS } = readEnvironment(ENVIRONMENT, environment);
  const { data, observability } = await open(BACKBONE_STORE);
  await checkStoreFormat(data);
  const settings = await readSettings(data);
  const pipeline: SitePipeline = {
    data,
    observability,
    messages: atOnce(() => pipeline),
    calendar: createCalendar(settings.timezone),
    hosts: settings.hosts,
    now: Date.now,
    newId: randomUUID,
    randomness: { bytes: () => randomBytes(32), id: () => randomBytes(4).toString('hex') },
    rawRetention: Number(BACKBONE_RAW_RETENTION_DAYS) * DAY,
  };
  const openPlace = placeOpener(observability);
  const options = { settings, reader: createLogReader(), temporaryFolder, openPlace };
  return { pipeline, options, openPlace };
}

/** Consolidating carries everything through, so that nothing is left to send above it. */
function atOnce(pipeline: () => SitePipeline): Messages {
  return {
    consolidate: (windows) => carryThrough(pipeline(), windows),
    aggregate: async () => {},
  };
}
