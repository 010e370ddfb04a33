import { tmpdir } from 'node:os';
import { carryThrough, type SitePipeline, type Summing } from '@sgraph-backbone/layer/derived';
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
import { placesHere } from './files/open-place.ts';
import { localPipeline, type Machine } from './pipeline.ts';

/** An open store on which one command works; windows are summed when the command says so. */
export interface Session {
  readonly pipeline: SitePipeline;
  readonly ingestOptions: IngestOptions;
  /** Finishes what is pending, this command's own work included, up to the year. */
  carryThrough(summing?: Summing): Promise<void>;
  close(): Promise<void>;
}

/** What tests have of their own. */
export interface SessionOptions {
  readonly machine?: Machine;
  readonly openPlace?: OpenPlace;
}

/** Begins a session: finishes what killed commands left, and destroys day keys that are over. */
export async function createSession(
  store: Store,
  { machine, openPlace }: SessionOptions = {},
): Promise<Session> {
  const touched = new Map<string, WindowOfFeed>();
  const bench = await openWorkbench(store, collector(touched), { machine, openPlace });
  const { pipeline } = bench;
  const session: Session = {
    ...bench,
    carryThrough: (summing) => finish(bench, touched, summing),
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

/**
 * What a session and the threads of an import work with: the store's settings, this machine's clock and country
 * table. Nothing is finished or destroyed. Throws when the store has another format.
 */
export async function openWorkbench(
  store: Store,
  messages: Messages,
  { machine, openPlace = placesHere() }: SessionOptions = {},
): Promise<Pick<Session, 'pipeline' | 'ingestOptions'>> {
  await checkStoreFormat(store.data);
  const settings = await readSettings(store.data);
  return {
    pipeline: localPipeline(store, settings, messages, machine),
    ingestOptions: {
      settings,
      reader: createLogReader(),
      temporaryFolder: tmpdir(),
      country: countryOf,
      excludeAddress: ownAddresses(process.env),
      openPlace: placeOpener(store.observability, openPlace),
    },
  };
}

async function finish(
  { pipeline, ingestOptions: options }: Pick<Session, 'pipeline' | 'ingestOptions'>,
  touched: Map<string, WindowOfFeed>,
  summing?: Summing,
): Promise<void> {
  await finishMarkers({
    ...pipeline,
    openSource: sourceOpener(options.openPlace),
    addAgain: async (source, readAs) =>
      void (await ingestSource(pipeline, { ...options, ...readAs }, source)),
    carryThrough: async (windows) => {
      await carryThrough(pipeline, windows, summing);
      for (const { feed, window } of windows) touched.delete(`${feed}/${window}`);
    },
  });
  await carryThrough(pipeline, [...touched.values()], summing);
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
