import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { createLog } from '@sgraph-backbone/layer/runtime';
import type { ObjectInfo, ObjectStore } from '@sgraph-backbone/layer/store';
import { type RunningServer, startServer } from '../../local/server.ts';
import { temporaryFolder } from './folder.ts';
import { linesBetween, logFile } from './protocol/log-files.ts';

const MORNING = Date.parse('2026-02-16T08:00:00Z');
const NAME = 'E2EXAMPLESITE1.2026-02-16-08.abcdef01.gz';
const DAILY = '/api/sa/traffic/summary?period=daily&key=2026-02-16&class=all';
const PATIENCE = 30_000;

describe('the local server', () => {
  const folder = temporaryFolder();
  const logged: string[] = [];
  const log = createLog({ level: 'warn', write: (line) => void logged.push(line), now: Date.now });
  const options = { store: `disk:${folder}`, port: 0, folder, version: '1.2.3', log };
  let server: RunningServer;
  let key: string;
  beforeAll(async () => {
    server = await startServer(options);
    key = readFileSync(join(folder, 'admin-key'), 'utf8').trim();
  });
  afterAll(() => server.close());

  const get = (path: string, headers: Record<string, string> = { 'x-api-key': key }) =>
    fetch(server.url + path, { headers });
  const answer = async <T>(path: string) => (await get(path)).json() as Promise<T>;
  const store = async () => (await answer<{ store: string }>('/api/health')).store;
  const requests = async () => (await answer<Summary>(DAILY)).data.total_requests;
  const ingest = async () => (await answer<Status>('/api/sa/cloudfront/status')).steps.ingest;

  test('has the cache service at /cache, on its own store, behind its key and for pages of any origin', async () => {
    const headers = { 'x-api-key': key, 'content-type': 'application/json' };
    const base = `${server.url}/cache`;
    expect((await fetch(`${base}/info/health`)).status).toBe(401);
    const path = '/tokens/key_based/store/json/community-x?file_id=community-x&json_field_path=token_name';
    const body = '{"token_name":"community-x","uses":3}';
    expect((await fetch(base + path, { method: 'POST', headers, body })).status).toBe(200);
    const read = await fetch(`${base}/tokens/retrieve/hash/6849a71fcf48b141/json`, { headers });
    expect(await read.text()).toBe(body);
    const foreign = { headers: { ...headers, origin: 'https://app.example' } };
    const health = await fetch(`${base}/info/health`, foreign);
    expect([health.status, health.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
    expect(await (await fetch(`${base}/server/storage/info`, { headers })).json()).toEqual({
      storage_mode: 'local_disk',
      ttl_hours: null,
      local_disk_path: folder,
    });
  });

  test('starts with the demo week, says so, and lets nobody in without the key', async () => {
    expect(server.demo).toBe(true);
    expect(await (await get('/api/health', {})).json()).toEqual({
      status: 'ok',
      version: '1.2.3',
      store: 'demo',
    });
    for (const headers of [{}, { 'x-api-key': 'wrong' }, { authorization: 'Bearer wrong' }])
      for (const path of [DAILY, '/api/sa/cloudfront/status', '/api/openapi.json', '/api/sa/cache/stats'])
        expect([path, (await get(path, headers as Record<string, string>)).status]).toEqual([path, 401]);
    expect((await get(DAILY, { authorization: `Bearer ${key}` })).status).toBe(200);
    expect(statSync(join(folder, 'admin-key')).mode & 0o777).toBe(0o600);
    expect(server.signInUrl).toBe(`${server.url}/#key=${key}`);
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  test('has a week of numbers in the demo, and none of them in the store', async () => {
    const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
    const { data } = await answer<Series>(
      `/api/sa/traffic/timeseries?from=${day(6)}&to=${day(0)}&granularity=daily`,
    );
    expect(data.points).toHaveLength(6);
    for (const point of data.points) expect(point.total_requests).toBeGreaterThan(100);
    await inStore(async ({ data }) => expect(await keysBelow(data, 'sa-cloudfront-aggregate/')).toEqual([]));
  });

  test('has generated costs in the demo, of each request where there were any, and none of them in the store', async () => {
    const costs = await answer<Costs>(
      `/api/costs/daily/${new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10)}`,
    );
    expect(costs.finality.sources).toEqual(['demo']);
    expect(costs.data.cost_per_request).toBeCloseTo(
      costs.data.total_cost_usd / costs.data.total_requests,
      10,
    );
    await inStore(async ({ data }) => expect(await keysBelow(data, 'bb-costs/')).toEqual([]));
  });

  test('keeps a file that is no log in refused/ with the reason, tells so, and goes on with the demo', async () => {
    writeFileSync(join(server.arrivals, 'notes.txt'), 'This is no log.\nNot at all.\n');
    const refused = await eventually(() =>
      inStore(({ observability }) => observability.head('refused/notes.txt')),
    );
    expect((refused as ObjectInfo).metadata?.reason).toMatch(
      /No line of this file is a record of a CloudFront log/,
    );
    expect(existsSync(join(server.arrivals, 'notes.txt'))).toBe(false);
    expect(await store()).toBe('demo');
    await eventually(() =>
      logged.some((line) => line.includes('notes.txt') && line.includes('No line of this file')),
    );
  });

  test('takes in a log that is put into arrivals/, and shows it instead of the demo within seconds', async () => {
    writeFileSync(join(folder, NAME), logFile(linesBetween(50, MORNING, MORNING + 7_200_000, 1)));
    copyFileSync(join(folder, NAME), join(server.arrivals, NAME));
    const since = Date.now();
    await eventually(async () => (await store()) === 'real' && (await requests()) === 50);
    expect(Date.now() - since).toBeLessThan(15_000);
    expect(existsSync(join(server.arrivals, NAME))).toBe(false);
    expect((await answer<Summary>(DAILY)).query.feeds).toEqual(['standard.E2EXAMPLESITE1']);
  });

  test('archives it, so that live/ is empty', async () => {
    const archived = await eventually(() =>
      inStore(({ observability }) => observability.get(`archive/${NAME}`)),
    );
    expect(Buffer.compare((archived as { bytes: Uint8Array }).bytes, readFileSync(join(folder, NAME)))).toBe(
      0,
    );
    await inStore(async ({ observability }) => expect(await keysBelow(observability, 'live/')).toEqual([]));
  });

  test('counts the same log under another name, and in a folder, no second time', async () => {
    mkdirSync(join(server.arrivals, 'again'));
    copyFileSync(join(folder, NAME), join(server.arrivals, 'again', 'copy.gz'));
    await eventually(() => inStore(({ observability }) => observability.head('archive/again/copy.gz')));
    expect(await requests()).toBe(50);
  });

  test('shows in its status what was processed and refused, and why', async () => {
    const before = await ingest();
    const damaged = logFile(linesBetween(9, MORNING, MORNING + 1, 2));
    damaged.fill(255, 40, 60);
    writeFileSync(join(server.arrivals, 'damaged.gz'), damaged);
    await eventually(async () => (await ingest()).refused > before.refused);
    const { waiting, processed, refused, last_error } = await ingest();
    expect({ waiting, processed, refused }).toEqual({ waiting: 0, processed: 4, refused: 2 });
    expect(last_error?.message).toMatch(/^live\/damaged\.gz: The gzip data is damaged/);
    expect(await requests()).toBe(50);
  });

  test('counts a copy that paused once it is whole, and says so long that it is incomplete', async () => {
    const whole = logFile(linesBetween(9, MORNING, MORNING + 1, 3));
    writeFileSync(join(server.arrivals, 'paused.gz'), whole.subarray(0, 80));
    await eventually(async () => (await ingest()).last_error?.message.includes('paused.gz is incomplete'));
    expect(existsSync(join(server.arrivals, 'paused.gz'))).toBe(true);
    expect(await requests()).toBe(50);
    writeFileSync(join(server.arrivals, 'paused.gz'), whole);
    await eventually(async () => (await requests()) === 59);
    expect((await ingest()).refused).toBe(2);
  });

  test('shows the real store at once when it is started again', async () => {
    await server.close();
    server = await startServer(options);
    expect(server.demo).toBe(false);
    expect(await store()).toBe('real');
    expect(await requests()).toBe(59);
  });

  /** Looks into the server's store as another process would. */
  async function inStore<T>(
    look: (store: { data: ObjectStore; observability: ObjectStore }) => Promise<T>,
  ): Promise<T> {
    const opened = await openStore(options.store);
    try {
      return await look(opened);
    } finally {
      await opened.close();
    }
  }
});

/** What comes true within the time that a slow machine needs, asked until it does. */
async function eventually<T>(ask: () => T | Promise<T>): Promise<T> {
  for (const until = Date.now() + PATIENCE; ; ) {
    const found = await ask();
    if (found || Date.now() > until) {
      expect(found).toBeTruthy();
      return found;
    }
    await new Promise((wake) => setTimeout(wake, 100));
  }
}

async function keysBelow(store: ObjectStore, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const row of store.list(prefix)) if (!('prefix' in row)) keys.push(row.key);
  return keys;
}

interface Summary {
  readonly query: { readonly feeds: readonly string[] };
  readonly data: { readonly total_requests: number | null };
}

interface Costs {
  readonly finality: { readonly sources: readonly string[] };
  readonly data: {
    readonly total_cost_usd: number;
    readonly total_requests: number;
    readonly cost_per_request: number;
  };
}

interface Series {
  readonly data: { readonly points: readonly { readonly total_requests: number }[] };
}

interface Status {
  readonly steps: {
    readonly ingest: {
      readonly waiting: number;
      readonly processed: number;
      readonly refused: number;
      readonly last_error: { readonly message: string } | null;
    };
  };
}
