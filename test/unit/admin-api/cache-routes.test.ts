import { beforeAll, describe, expect, test } from '@jest/globals';
import { keyBasedPath } from '@sgraph-backbone/layer/cache';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import { rawBatchKey, rollupKey } from '@sgraph-backbone/layer/ledger';
import { adminKey, createLog, httpLambda } from '@sgraph-backbone/layer/runtime';
import { NAMESPACES, writeJson } from '@sgraph-backbone/layer/store';
import type { AdminContext } from '../../../lambdas/admin-api/admin-source.ts';
import { cacheRoutes } from '../../../lambdas/admin-api/cache/cache-routes.ts';
import { ask } from '../runtime/http-events.ts';

const data = memoryObjectStore({ now: () => 1_771_252_200_000 });
const context = { source: () => ({ data }) } as unknown as AdminContext;
const log = createLog({ level: 'error', write: () => {}, now: () => 0 });
const handler = httpLambda({
  name: 'test',
  log,
  routes: cacheRoutes(context),
  keyring: () => [adminKey('the-admin-key')],
});
const get = (path: string) => ask(handler, `/api/sa/cache/${path}`);
const DAY = rollupKey('standard.E1', 'daily', '2026-02-16');
const API_KEYS = keyBasedPath(NAMESPACES.keys, 'k', 'k', 'json');

beforeAll(async () => {
  const rollup = {
    status: 'final',
    measures: { all: { total_requests: 7 } },
    merge: { visitors: 'c2VjcmV0' },
  };
  await writeJson(data, DAY, rollup, { gzip: true });
  await writeJson(data, rollupKey('standard.E1', 'daily', '2026-02-17'), {});
  await writeJson(data, rollupKey('standard.E1', 'weekly', '2026-W08'), {});
  await writeJson(data, rollupKey('standard.E1', 'hourly', '2026-02-16-14'), {});
  await data.put(rawBatchKey('standard.E1', '2026-02-16/14-30', 'ab'.repeat(16), 1), Buffer.from('PAR1'));
  await writeJson(data, API_KEYS, { hash: 'x' });
});

describe('a list of the store as CSV', () => {
  test('has a line for each folder and entry', async () => {
    const folder = DAY.slice(0, DAY.lastIndexOf('/'));
    const { text } = await get(`browse/${folder}?format=csv`);
    const [heading, first] = text.split('\r\n');
    expect(heading).toBe('key,size,etag,modified');
    expect(first).toMatch(/2026-02-16\.json,\d+,[^,]+,1771252200000$/);
    expect((await get('browse?format=csv')).text).toContain('sa-cloudfront-aggregate/,,,\r\n');
  });
  test('has a line for each namespace', async () => {
    const { text } = await get('stats?format=csv');
    expect(text).toMatch(/^namespace,objects,bytes,complete\r\n/);
    expect(text).toMatch(/\r\nsa-cloudfront-raw,1,4,true\r\n/);
  });
});

describe('browsing the store', () => {
  test('the root lists the readable namespaces, and not the one with the keys', async () => {
    const { json } = await get('browse');
    expect(json.folders).toContain('sa-cloudfront-aggregate/');
    expect(json.folders).not.toContain(`${NAMESPACES.keys}/`);
  });
  test('a path lists folders and entries directly below it', async () => {
    const { json } = await get('browse/sa-cloudfront-aggregate/data/key-based/standard.E1/');
    expect(json.folders.map((folder: string) => folder.split('/').at(-2))).toEqual([
      'daily',
      'hourly',
      'weekly',
    ]);
    const days = await get('browse/sa-cloudfront-aggregate/data/key-based/standard.E1/daily');
    expect(days.json.entries.map(({ key }: { key: string }) => key)).toEqual([DAY, DAY.replace('16', '17')]);
    expect(days.json.entries[0].modified).toBe(1_771_252_200_000);
  });
  test('pages follow each other without a gap or a repetition, over folders too', async () => {
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = await get(`browse/sa-cloudfront-aggregate/data/key-based/standard.E1?limit=1${cursor}`);
      seen.push(...page.json.folders);
      cursor = page.json.next_cursor === null ? '' : `&cursor=${page.json.next_cursor}`;
    } while (cursor !== '');
    expect(seen.map((folder) => folder.split('/').at(-2))).toEqual(['daily', 'hourly', 'weekly']);
  });
  test('a cursor that is not ours is refused', async () => {
    expect((await get('browse/sa-cloudfront-raw?cursor=%7B')).status).toBe(400);
  });
  test.each([
    'browse/bb-keys',
    'browse/bb-audit',
    `entry/${API_KEYS}`,
    'browse/..',
    'entry/../data',
    'browse/sa-cloudfront-ra',
  ])('%s is not there for anybody', async (path) => expect((await get(path)).status).toBe(404));
});

describe('an entry', () => {
  test('shows JSON, also when it is stored compressed, without the sketches', async () => {
    const { status, text, json } = await get(`entry/${DAY}`);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      key: DAY,
      omitted: null,
      content: { measures: { all: { total_requests: 7 } } },
    });
    expect(text).not.toContain('c2VjcmV0');
  });
  test('of another kind shows its facts and says why there is no content', async () => {
    const key = rawBatchKey('standard.E1', '2026-02-16/14-30', 'ab'.repeat(16), 1);
    expect((await get(`entry/${key}`)).json).toMatchObject({
      size: 4,
      content: null,
      omitted: expect.any(String),
    });
  });
  test('that does not exist is 404', async () => {
    expect((await get(`entry/${DAY}x`)).status).toBe(404);
  });
  test('that did not change is 304', async () => {
    const { headers } = await get(`entry/${DAY}`);
    const again = await ask(handler, `/api/sa/cache/entry/${DAY}`, {
      headers: { 'if-none-match': headers.etag! },
    });
    expect(again.status).toBe(304);
  });
});

test('statistics count objects and bytes per namespace', async () => {
  const { json } = await get('stats');
  const raw = json.namespaces.find(
    ({ namespace }: { namespace: string }) => namespace === 'sa-cloudfront-raw',
  );
  expect(raw).toEqual({ namespace: 'sa-cloudfront-raw', objects: 1, bytes: 4, complete: true });
  expect(json).toMatchObject({ objects: 5, complete: true });
});
