import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { keyBasedPath } from '@sgraph-backbone/layer/cache';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { createKeyStore, type KeyStore } from '@sgraph-backbone/layer/keys';
import { adminKey, createLog } from '@sgraph-backbone/layer/runtime';
import { NAMESPACES, OBSERVABILITY, type ObjectStore, writeJson } from '@sgraph-backbone/layer/store';
import type { AdminContext } from '../../../lambdas/admin-api/admin-source.ts';
import { createAdminApi } from '../../../lambdas/admin-api/handler.ts';
import { directSteps } from '../../../lambdas/admin-api/pipeline/direct-steps.ts';
import { type Backbone, createBackbone } from '../../../local/backbone.ts';
import { STANDARD_HEADER, standardLine } from '../../../local/demo/log-line.ts';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
const GOOGLEBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
export const HOST = 'send.example.org';
export const SETTINGS = keyBasedPath(NAMESPACES.settings, 'site', 'settings', 'json');

/** A request of the test site: instant, last part of the address, path, and what is unusual about it. */
export interface Seen {
  readonly at: string;
  readonly from: number;
  readonly path: string;
  readonly bot?: true;
  readonly status?: number;
  readonly host?: string;
}

export interface Site {
  readonly data: ObjectStore;
  readonly backbone: Backbone;
  readonly clock: { now: number };
  /** Delivers a log file and lets all steps follow. */
  deliver(distribution: string, arrival: string, seen: readonly Seen[]): Promise<void>;
  context(data?: ObjectStore): AdminContext & { readonly keys: KeyStore };
  api(data?: ObjectStore): ReturnType<typeof createAdminApi>;
}

const log = createLog({
  level: 'error',
  write: (line) => void process.stderr.write(`${line}\n`),
  now: Date.now,
});

/** A store that the real steps have filled, and the API on it. */
export async function createSite(settings: Record<string, unknown> = {}): Promise<Site> {
  const clock = { now: 0 };
  const store = await openStore('memory:', { now: () => clock.now });
  await writeJson(store.data, SETTINGS, settings);
  const backbone = await createBackbone(store, log, { now: () => clock.now, quiet: true });
  const keys = createKeyStore({
    data: () => store.data,
    bootstrap: () => [adminKey('the-admin-key')],
    now: () => clock.now,
    random: randomBytes,
    log,
  });
  const context = (data = store.data): AdminContext & { readonly keys: KeyStore } => ({
    source: async () => ({ ...backbone, data, steps: directSteps(await backbone.here()), store: 'real' }),
    now: () => clock.now,
    version: '0.0.0',
    keys,
  });
  let files = 0;
  return {
    data: store.data,
    backbone,
    clock,
    deliver: async (distribution, arrival, seen) => {
      clock.now = Date.parse(arrival);
      files += 1;
      const key = `${OBSERVABILITY.live}${distribution}.2026-02-16-00.${String(files).padStart(8, '0')}.gz`;
      await store.observability.put(key, gzipSync(STANDARD_HEADER + seen.map(line).join('')));
      await backbone.arrived(key);
      for (let round = 0; round < 2; round += 1) await backbone.sweep();
      await backbone.idle();
    },
    context,
    api: (data) => createAdminApi({ ...context(data), keyring: () => [adminKey('the-admin-key')], log }),
  };
}

function line({ at, from, path, bot, status = 200, host = HOST }: Seen): string {
  return standardLine({
    finished: Date.parse(at),
    edge: 'LIS50-P1',
    bytes: 1_000,
    requestBytes: 100,
    address: `192.0.2.${from}`,
    port: 50_000,
    method: 'GET',
    path,
    query: '',
    status: String(status),
    referrer: '',
    agent: bot ? GOOGLEBOT : FIREFOX,
    result: 'Hit',
    responseResult: 'Hit',
    detailedResult: 'Hit',
    requestId: 'x'.repeat(56),
    domain: 'd111111abcdef8.cloudfront.net',
    host,
    protocol: 'https',
    version: 'HTTP/2.0',
    timeTaken: 20,
    firstByte: 10,
    contentType: path.endsWith('/') ? 'text/html' : 'text/plain',
    contentLength: 900,
    rangeStart: -1,
    rangeEnd: -1,
  });
}
