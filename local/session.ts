import { tmpdir } from 'node:os';
import { carryThrough, type SitePipeline } from '@sgraph-backbone/layer/derived';
import {
  destroyDayKeys,
  finishMarkers,
  type Messages,
  type OpenPlace,
  placeOpener,
  sourceOpener,
  type WindowOfFeed,
} from '@sgraph-backbone/layer/ledger';
import { createLogReader } from '@sgraph-backbone/layer/logs';
import { checkStoreFormat, readSettings } from '@sgraph-backbone/layer/settings';
import type { Store } from '@sgraph-backbone/layer/store';
import { ownAddresses } from '../lambdas/environment/own-addresses.ts';
import { type IngestOptions, ingestSource } from '../lambdas/ingest/ingest.ts';
import { countryOf } from './country-table.ts';
import { openFile } from './files/file-source.ts';
import { localPipeline, type Machine } from './pipeline.ts';

/** An open store on which one command works; windows are summed when the command says so. */
export interface Session {
  readonly pipeline: SitePipeline;
  readonly ingestOptions: IngestOptions;
  /** Finishes what is pending, this command's own work included, up to the year. */
  carryThrough(): Promise<void>;
  close(): Promise<void>;
}

/** Begins a session: finishes what killed commands left, and destroys day keys that are over. */
export async function createSession(
  store: Store,
  { machine, openPlace = openFile }: { readonly machine?: Machine; readonly openPlace?: OpenPlace } = {},
): Promise<Session> {
  await checkStoreFormat(store.data);
  const touched = new Map<string, WindowOfFeed>();
  const settings = await readSettings(store.data);
  const pipeline = localPipeline(store, settings, collector(touched), machine);
  const ingestOptions: IngestOptions = {
    settings,
    reader: createLogReader(),
    temporaryFolder: tmpdir(),
    country: countryOf,
    excludeAddress: ownAddresses(process.env),
    openPlace: placeOpener(store.observability, openPlace),
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
    addAgain: async (source, readAs) =>
      void (await ingestSource(pipeline, { ...options, ...readAs }, source)),
    carryThrough: async (windows) => {
      await carryThrough(pipeline, windows);
      for (const { feed, window } of windows) touched.delete(`${feed}/${window}`);
    },
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
