import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { openBucket, openStore } from '@sgraph-backbone/layer/drivers';
import { createKeyStore, type KeyStore } from '@sgraph-backbone/layer/keys';
import { listFeeds, recordRun } from '@sgraph-backbone/layer/ledger';
import { adminKey, type HttpHandler, knownKey, type Log } from '@sgraph-backbone/layer/runtime';
import type { Store } from '@sgraph-backbone/layer/store';
import { buildDashboard } from '../dashboard/build.ts';
import type { AdminSource } from '../lambdas/admin-api/admin-source.ts';
import { createAdminApi } from '../lambdas/admin-api/handler.ts';
import { costsFrom } from '../lambdas/collect-costs/open-costs.ts';
import { runCollection } from '../lambdas/collect-costs/run-collection.ts';
import { type Arrivals, watchArrivals } from './arrivals.ts';
import { askLater } from './ask-later.ts';
import { type Backbone, createBackbone } from './backbone.ts';
import { createDemo } from './demo-store.ts';
import { createLocalServer, type LocalServer } from './http/index.ts';
import { mountedCache, type SweptCache } from './mounted-cache.ts';
import { shownSteps } from './shown-steps.ts';

export interface ServerOptions {
  readonly store: string;
  /** 0: any free one. */
  readonly port: number;
  /** Where `arrivals/` and `admin-key` are. */
  readonly folder: string;
  /** Else the one in `<folder>/admin-key`, made at the first start. */
  readonly adminKey?: string;
  readonly version: string;
  readonly log: Log;
  /** Told before the demo week is made, which takes seconds. */
  readonly onDemo?: () => void;
}

export interface RunningServer {
  readonly url: string;
  /** Opens the page with its key in the fragment, which browsers do not send; without one that opens no longer. */
  readonly signInUrl: string;
  readonly arrivals: string;
  readonly demo: boolean;
  close(): Promise<void>;
}

/** Between two sweeps, ms. */
const SWEEP_INTERVAL = 60_000;

/** Between two sweeps of the cache's expired entries, ms: each lists every marker. */
const EXPIRY_INTERVAL = 3_600_000;

/**
 * Starts the whole application on this machine: store, steps, arrivals, API and page. The port is taken first: what
 * asks meanwhile waits. Throws PortTaken; after any failure nothing is left running.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const store = await openStore(options.store);
  try {
    return await startOn(store, options);
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function startOn(store: Store, options: ServerOptions): Promise<RunningServer> {
  const key = options.adminKey ?? (await storedKey(join(options.folder, 'admin-key')));
  const brought = [adminKey(key)];
  const keys = createKeyStore({
    data: () => store.data,
    bootstrap: () => brought,
    now: Date.now,
    random: randomBytes,
    log: options.log,
  });
  const ready = Promise.withResolvers<HttpHandler>();
  // Whoever waits is told; it is no failure of its own when nobody does.
  ready.promise.catch(() => {});
  const cache = mountedCache({
    store,
    keyring: keys.keyring,
    version: options.version,
    environment: process.env,
  });
  const server = await createLocalServer({
    handler: async (event, invocation) => (await ready.promise)(event, invocation),
    assets: await buildDashboard(),
    cache,
    port: options.port,
    log: options.log,
  });
  try {
    const running = await startBehind(server, ready.resolve, store, options, key, keys);
    const expiring = setInterval(() => void removeExpired(cache, options.log), EXPIRY_INTERVAL);
    const close = () => {
      clearInterval(expiring);
      return running.close();
    };
    return { ...running, close };
  } catch (error) {
    ready.reject(error);
    await server.close();
    throw error;
  }
}

async function startBehind(
  server: LocalServer,
  serve: (handler: HttpHandler) => void,
  store: Store,
  options: ServerOptions,
  key: string,
  keys: KeyStore,
): Promise<RunningServer> {
  const { log } = options;
  const real = await createBackbone(store, log);
  await real.sweep();
  const demo = (await hasData(real)) ? undefined : await announcedDemo(options);
  const folder = join(options.folder, 'arrivals');
  const onArrival = (arrived: string) => void takeIn(real, arrived, log);
  const onIncomplete = (message: string) => void noteIncomplete(real, message, log);
  const { observability } = store;
  const arrivals = await watchArrivals({ folder, observability, onArrival, onIncomplete, log });
  const sweeping = setInterval(() => void sweepLogged(real, log), SWEEP_INTERVAL);
  serve(createHandler(options, keys, real, demo));
  return {
    url: server.url,
    signInUrl: (await opens(keys, key)) ? `${server.url}/#key=${key}` : server.url,
    arrivals: folder,
    demo: demo !== undefined,
    close: () => stop(server, arrivals, sweeping, real, store),
  };
}

function announcedDemo({ onDemo, log }: ServerOptions): Promise<Backbone> {
  onDemo?.();
  return createDemo(Date.now(), log);
}

function createHandler(
  { log, version, adminKey: given, folder }: ServerOptions,
  keys: KeyStore,
  real: Backbone,
  demo: Backbone | undefined,
): HttpHandler {
  const keyFile = given === undefined ? resolve(folder, 'admin-key') : undefined;
  const costs = costsFrom(process.env, { ask: askLater(), openBucket });
  return createAdminApi({
    source: sourceOf(real, demo, keyFile),
    now: Date.now,
    version,
    keyring: keys.keyring,
    keys,
    log,
    collectCosts: async (range) => runCollection(costs(await real.here()), range, log),
  });
}

/** Whether this key has not been replaced by one in the store. */
async function opens({ keyring }: KeyStore, key: string): Promise<boolean> {
  return knownKey(key, await keyring()) !== undefined;
}

/** The demo until the first real log has been counted; the two never mix. */
function sourceOf(
  real: Backbone,
  demo: Backbone | undefined,
  keyFile: string | undefined,
): () => Promise<AdminSource> {
  let switched = demo === undefined;
  return async () => {
    switched ||= await hasData(real);
    const store = switched ? ('real' as const) : ('demo' as const);
    const shown = switched ? real : (demo as Backbone);
    const steps = await shownSteps(shown, real, keyFile);
    const { events, normaliser } = real;
    return { data: shown.data, steps, store, settings: real.data, events, normaliser };
  };
}

async function hasData({ data }: Backbone): Promise<boolean> {
  return (await listFeeds(data)).length > 0;
}

/** Ingested, on the page, and out of `live/`, within seconds. */
async function takeIn(backbone: Backbone, key: string, log: Log): Promise<void> {
  try {
    await backbone.arrived(key);
    await backbone.idle();
  } catch (error) {
    log.error('an arrival failed; the next sweep tries again', { key, error });
  }
  await sweepLogged(backbone, log);
}

/** The status tells why a file is not counted yet. */
async function noteIncomplete({ data }: Backbone, message: string, log: Log): Promise<void> {
  try {
    await recordRun(data, 'ingest', { processed: 0, error: message }, Date.now());
  } catch (error) {
    log.error('the status could not be written', { error });
  }
}

async function sweepLogged(backbone: Backbone, log: Log): Promise<void> {
  try {
    await backbone.sweep();
  } catch (error) {
    log.error('a sweep failed; the next one tries again', { error });
  }
}

async function removeExpired(cache: SweptCache, log: Log): Promise<void> {
  try {
    await cache.sweepExpired();
  } catch (error) {
    log.error('expired entries could not be removed; the next sweep tries again', { error });
  }
}

async function storedKey(file: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  const fresh = randomBytes(24).toString('base64url');
  try {
    await writeFile(file, `${fresh}\n`, { flag: 'wx', mode: 0o600 });
    return fresh;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    await chmod(file, 0o600);
    return (await readFile(file, 'utf8')).trim();
  }
}

async function stop(
  server: LocalServer,
  arrivals: Arrivals,
  sweeping: NodeJS.Timeout,
  real: Backbone,
  store: Store,
): Promise<void> {
  clearInterval(sweeping);
  arrivals.stop();
  await server.close();
  await real.idle();
  await store.close();
}
