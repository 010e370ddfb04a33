import { tmpdir } from 'node:os';
import { carryThrough, type SitePipeline } from '@sgraph-backbone/layer/derived';
import { openStore } from '@sgraph-backbone/layer/drivers';
import {
  destroyDayKeys,
  finishMarkers,
  type Messages,
  placeOpener,
  sourceOpener,
  type WindowOfFeed,
} from '@sgraph-backbone/layer/ledger';
import { createLogReader } from '@sgraph-backbone/layer/logs';
import { readSettings } from '@sgraph-backbone/layer/settings';
import type { IngestOptions } from '../../lambdas/ingest/ingest.ts';
import { ingestSource } from '../../lambdas/ingest/ingest.ts';
import { countryTable } from '../country-table.ts';
import { openFile } from '../files/file-source.ts';
import { localPipeline } from '../pipeline.ts';

export const STORE_OPTION = {
  store: { type: 'string', value: 'url', meaning: 'where the data is (default: disk:.backbone)' },
} as const;

export const DEFAULT_STORE = 'disk:.backbone';

/** An open store on which one command works; windows are summed when the command says so. */
export interface Session {
  readonly pipeline: SitePipeline;
  readonly ingestOptions: IngestOptions;
  /** Finishes what is pending, this command's own work included, up to the year. */
  carryThrough(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a store, finishes what killed commands left, and destroys day keys that are over. */
export async function openSession(
  url: string = process.env.BACKBONE_STORE || DEFAULT_STORE,
): Promise<Session> {
  const store = await openStore(url);
  const touched = new Map<string, WindowOfFeed>();
  const settings = await readSettings(store.data);
  const pipeline = localPipeline(store, settings, collector(touched));
  const ingestOptions: IngestOptions = {
    settings,
    reader: createLogReader(),
    temporaryFolder: tmpdir(),
    country: countryTable(),
    openPlace: placeOpener(store.observability, openFile),
  };
  const session: Session = {
    pipeline,
    ingestOptions,
    carryThrough: () => finish(pipeline, ingestOptions, touched),
    close: () => store.close(),
  };
  await session.carryThrough();
  await destroyDayKeys(
    pipeline.observability,
    pipeline.now(),
    (day) => pipeline.calendar.span('daily', day).end,
  );
  return session;
}

async function finish(
  pipeline: SitePipeline,
  options: IngestOptions,
  touched: Map<string, WindowOfFeed>,
): Promise<void> {
  await finishMarkers({
    ...pipeline,
    openSource: sourceOpener(options.openPlace),
    addAgain: async (source) => void (await ingestSource(pipeline, options, source)),
    carryThrough: (windows) => carryThrough(pipeline, windows),
  });
  await carryThrough(pipeline, [...touched.values()]);
  touched.clear();
}

function collector(touched: Map<string, WindowOfFeed>): Messages {
  return {
    consolidate: async (windows) => {
      for (const window of windows) touched.set(`${window.feed}/${window.window}`, window);
    },
    aggregate: async () => {},
  };
}
