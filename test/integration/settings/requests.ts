import { gzipSync } from 'node:zlib';
import { settleFeed } from '@sgraph-backbone/layer/derived';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { extendCoverage, rollupKey, type Source } from '@sgraph-backbone/layer/ledger';
import type { Period, Rollup } from '@sgraph-backbone/layer/rollups';
import { readStampedSettings, replaceSettings, siteSettings } from '@sgraph-backbone/layer/settings';
import { readJson } from '@sgraph-backbone/layer/store';
import { STANDARD_HEADER, standardLine } from '../../../local/demo/log-line.ts';
import { createWorld, importFiles, openSession, type World } from '../protocol/world.ts';

export const FEED = 'standard.EWORLD';

/** A request; what is left out is the same for all. */
export interface Asked {
  /** RFC 3339. */
  readonly at: string;
  /** Last part of the address. */
  readonly from?: number;
  readonly address?: string;
  readonly host?: string;
  readonly path?: string;
}

/** A world at an instant, with settings. */
export async function createSettled(now: string, settings: Record<string, unknown> = {}): Promise<World> {
  const clock = { now: Date.parse(now) };
  const store = await openStore('memory:', { now: () => clock.now });
  const world = { ...(await createWorld(clock.now, store)), clock };
  await changeSettings(world, settings);
  return world;
}

/** As `settings set` does it. */
export async function changeSettings({ store }: World, members: Record<string, unknown>): Promise<void> {
  const { settings, stamp } = await readStampedSettings(store.data);
  await replaceSettings(store.data, siteSettings.parse({ ...settings, ...members }), stamp);
}

/** A log file as CloudFront packs it. */
export function requestFile(asked: readonly Asked[]): Uint8Array {
  return gzipSync(STANDARD_HEADER + asked.map(line).join(''));
}

let files = 0;

/** Imports a log file with these requests. */
export async function importRequests(world: World, asked: readonly Asked[]): Promise<void> {
  const name = `${++files}.gz`;
  world.files.set(name, requestFile(asked));
  const [answer] = await importFiles(world, [name]);
  if (answer?.errors[0] !== undefined) throw new Error(answer.errors[0]);
}

/** A log file with these requests that nobody moves or changes. */
export function requestSource(asked: readonly Asked[]): Source {
  const bytes = requestFile(asked);
  return {
    location: `file:/${++files}.gz`,
    etag: '1',
    name: `${files}.gz`,
    size: bytes.length,
    chunks: async function* () {
      yield bytes;
    },
    isStillThere: async () => true,
  };
}

/** As `import --complete-from … --complete-through …` does it. */
export async function complete(world: World, from: string, through: string): Promise<void> {
  const interval = { start: Date.parse(from), end: Date.parse(through) };
  await extendCoverage(world.store.data, FEED, interval);
  await settleFeed((await openSession(world)).pipeline, FEED);
}

export async function rollup(
  { store }: World,
  period: Period,
  key: string,
  host?: string,
): Promise<Rollup | undefined> {
  return (await readJson<Rollup>(store.data, rollupKey(FEED, period, key, host)))?.value;
}

function line({ at, from = 1, address, host = 'send.example.org', path = '/' }: Asked): string {
  return standardLine({
    finished: Date.parse(at),
    edge: 'LIS50-P1',
    bytes: 1_000,
    requestBytes: 100,
    address: address ?? `192.0.2.${from}`,
    port: 50_000,
    method: 'GET',
    path,
    query: '',
    status: '200',
    referrer: '',
    agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
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
    contentType: 'text/html',
    contentLength: 900,
    rangeStart: -1,
    rangeEnd: -1,
  });
}
