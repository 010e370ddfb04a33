import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createCache, hashOfString } from '@sgraph-backbone/layer/cache';
import { writeJson } from '@sgraph-backbone/layer/store';
import { KEY_NAME, KEY_VALUE, type Served, served } from './served.ts';

let cache: Served;
beforeAll(async () => {
  cache = await served();
  await writeJson(cache.data, 'sa-cloudfront-aggregate/data/key-based/standard.E1/daily/2026-02-16.json', {
    measures: { total_requests: 7 },
    merge: { visitors: 'c2VjcmV0' },
  });
  await cache.data.put('sa-cloudfront-raw/data/key-based/batch.parquet', Buffer.from('PAR1'));
  await writeJson(cache.data, 'bb-keys/data/key-based/keys.json', { hash: 'secret' });
  for (const namespace of ['own', 'other']) await cache.post(`/${namespace}/direct/store/string`, '"x"');
});
afterAll(() => cache.close());

const status = async (path: string, headers: Record<string, string>, method = 'GET', body?: string) =>
  (await cache.ask(path, { bare: true, method, headers, body })).status;

describe('the key of the service', () => {
  test.each<[string, Record<string, string>]>([
    ['its header', { [KEY_NAME]: KEY_VALUE }],
    ['its header in other letters', { [KEY_NAME.toUpperCase()]: KEY_VALUE }],
    ['a cookie of that name', { cookie: `a=b; ${KEY_NAME}=${KEY_VALUE}` }],
    ['Authorization: Bearer, as the client sends it too', { authorization: `Bearer ${KEY_VALUE}` }],
  ])('lets in by %s', async (_, headers) => {
    expect(await status('/info/health', headers)).toBe(200);
  });

  test('the header wins over the cookie', async () => {
    const headers = { [KEY_NAME]: 'wrong', cookie: `${KEY_NAME}=${KEY_VALUE}` };
    expect(await status('/info/health', headers)).toBe(401);
  });

  test('without it, and with another, the answer is that of the original', async () => {
    const missing = await cache.ask('/info/health', { bare: true });
    expect(missing.status).toBe(401);
    expect(await missing.json()).toEqual({
      data: null,
      error: null,
      message: 'Client API key is missing, you need to set it on a header or cookie',
      status: 'error',
    });
    const wrong = await cache.ask('/info/health', { bare: true, headers: { [KEY_NAME]: 'wrong' } });
    expect(await wrong.json()).toMatchObject({ message: 'Invalid API key value' });
  });

  test.each([
    [{ name: KEY_NAME }, 'Server does not have API key value setup'],
    [{ value: KEY_VALUE }, 'Server does not have API key name setup'],
  ])('where half of it is set, nobody gets in with it', async (serviceKey, message) => {
    const half = await served({ serviceKey });
    const answer = await half.ask('/info/health');
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ message });
    await half.close();
  });

  test('unknown routes tell nothing to those without a key', async () => {
    expect(await status('/nothing/here/at/all', {})).toBe(401);
  });

  test('the reference and the cookie need none', async () => {
    expect(await status('/openapi.json', {})).toBe(200);
    const body = JSON.stringify({ cookie_value: KEY_VALUE });
    const set = await cache.ask('/auth/set-auth-cookie', { bare: true, method: 'POST', body });
    expect(await set.json()).toEqual({
      message: 'Cookie set successfully',
      cookie_name: KEY_NAME,
      cookie_value: KEY_VALUE,
    });
    const cookie = set.headers.get('set-cookie')!;
    expect(cookie).toMatch(/HttpOnly.*SameSite=strict$/);
    expect(await status('/info/health', { cookie: cookie.split(';')[0]! })).toBe(200);
    const broken = JSON.stringify({ cookie_value: 'a; Domain=evil' });
    expect(await status('/auth/set-auth-cookie', {}, 'POST', broken)).toBe(400);
  });
});

describe('keys of our own', () => {
  const own = { 'x-api-key': 'own-key' };
  const reader = { authorization: 'Bearer reader-key' };
  const admin = { 'x-api-key': 'admin-key' };

  test('with cache:<namespace> read and write that namespace and no other', async () => {
    expect(await status('/own/stats', own)).toBe(200);
    expect(await status('/own/direct/store/string', own, 'POST', '"y"')).toBe(200);
    for (const path of [
      '/other/stats',
      '/own-er/stats',
      '/admin/storage/files/all/other',
      '/sa-cloudfront-aggregate/stats',
    ]) {
      expect(await status(path, own)).toBe(403);
    }
    expect(await status('/other/direct/store/string', own, 'POST', '"y"')).toBe(403);
    expect(await status('/admin/storage/file/delete/other/a.json', own, 'DELETE')).toBe(403);
  });

  test('see in lists what they may read', async () => {
    const listed = async (path: string, headers: Record<string, string>) =>
      (await (await cache.ask(path, { bare: true, headers })).json()) as string[];
    expect(await listed('/namespaces/list', own)).toEqual(['own']);
    expect(await listed('/admin/storage/folders/?return_full_path=true', own)).toEqual(['own']);
    expect(await listed('/namespaces/list', admin)).toEqual(
      expect.arrayContaining(['other', 'own', 'sa-cloudfront-raw']),
    );
    expect(await listed('/namespaces/list', admin)).not.toContain('bb-keys');
  });

  test('with cache:read read what the pipeline has stored, and no other namespace', async () => {
    const file = 'sa-cloudfront-aggregate/data/key-based/standard.E1/daily/2026-02-16.json';
    const answer = await cache.ask(`/admin/storage/file/json/${file}`, { bare: true, headers: reader });
    expect(await answer.json()).toEqual({ measures: { total_requests: 7 } });
    expect(await status('/own/stats', reader)).toBe(403);
    expect(await status('/read/direct/store/string', reader, 'POST', '"x"')).toBe(403);
  });

  test('read tokens, transfers and the audit trail with the scopes for these beside cache:read', async () => {
    const opened = async (key: string) => {
      const namespaces = ['bb-settings', 'bb-tokens', 'bb-transfers', 'bb-audit', 'bb-keys'];
      const headers = { 'x-api-key': key };
      const statuses = namespaces.map(async (namespace) => [
        namespace,
        await status(`/${namespace}/stats`, headers),
      ]);
      return (await Promise.all(statuses)).filter(([, code]) => code === 200).map(([namespace]) => namespace);
    };
    expect(await opened('reader-key')).toEqual(['bb-settings']);
    expect(await opened('tokens-key')).toEqual(['bb-settings', 'bb-tokens']);
    expect(await opened('tokens-alone-key')).toEqual([]);
    expect(await opened('read-key')).toEqual(['bb-settings', 'bb-tokens', 'bb-transfers', 'bb-audit']);
    const refused = await cache.ask('/bb-tokens/stats', { bare: true, headers: reader });
    expect(await refused.text()).toContain('it needs the scopes cache:read and tokens:read');
  });
});

describe('namespaces of the pipeline', () => {
  const id = '00000000-0000-7000-8000-000000000000';
  test.each([
    ['POST', '/sa-cloudfront-raw/direct/store/string'],
    ['POST', '/bb-settings/key_based/store/json/k'],
    ['POST', `/sa-anything/update/${id}/json`],
    ['DELETE', `/bb-audit/delete/${id}`],
    ['POST', `/sa-x/cache/${id}/data/store/json/file`],
    ['DELETE', `/sa-x/cache/${id}/data/delete/all`],
    ['POST', '/sa-x/direct/zip/create/k/f'],
    ['DELETE', '/admin/storage/file/delete/sa-cloudfront-raw/data/key-based/batch.parquet'],
  ])('%s %s is refused even to the admin', async (method, path) => {
    const body = method === 'POST' ? '{}' : undefined;
    const keys: Record<string, string>[] = [{ 'x-api-key': 'admin-key' }, { [KEY_NAME]: KEY_VALUE }];
    for (const headers of keys) {
      expect(await status(path, headers, method, body)).toBe(403);
    }
  });

  test('are read without sketches of visitors, in no form with them', async () => {
    const file = 'sa-cloudfront-aggregate/data/key-based/standard.E1/daily/2026-02-16.json';
    for (const form of ['bytes', 'json', 'content']) {
      const answer = await (await cache.ask(`/admin/storage/file/${form}/${file}`)).text();
      expect(answer).toContain('total_requests');
      expect(answer).not.toContain('c2VjcmV0');
    }
    const rows = await cache.ask('/admin/storage/file/bytes/sa-cloudfront-raw/data/key-based/batch.parquet');
    expect(rows.status).toBe(403);
  });

  test('have roll-ups that any client finds by the hash of their name', async () => {
    const namespace = 'sa-analytics-aggregate';
    const path = `${namespace}/data/key-based/all/daily/2026-02-16.json`;
    const rollup = { measures: { total_requests: 7 }, merge: { visitors: 'c2VjcmV0' } };
    await writeJson(cache.data, path, rollup, { gzip: true });
    const now = () => Date.parse('2026-02-17T00:00:00Z');
    const own = createCache({ data: cache.data, now, newId: randomUUID });
    const hash = hashOfString('analytics:daily:2026-02-16');
    const cacheId = '019c6a2e-0000-7000-8000-000000000001';
    const place = { namespace, strategy: 'key_based', cacheKey: 'all/daily', fileId: '2026-02-16' } as const;
    await own.alias({
      ...place,
      cacheId,
      hash,
      path,
      type: 'json',
      contentEncoding: 'gzip',
      storedAt: now(),
    });
    const found = await cache.get<{ cache_id: string }>(`/${namespace}/retrieve/hash/${hash}/cache-id`);
    expect(found.cache_id).toBe(cacheId);
    for (const form of ['/json', '/string', '/binary', '']) {
      const answer = await (await cache.ask(`/${namespace}/retrieve/${cacheId}${form}`)).text();
      expect(answer).toContain('total_requests');
      expect(answer).not.toContain('c2VjcmV0');
    }
  });

  test('the one with the hashes of keys is not read by anybody', async () => {
    for (const path of ['/bb-keys/stats', '/admin/storage/file/bytes/bb-keys/data/key-based/keys.json']) {
      expect(await status(path, { 'x-api-key': 'admin-key' })).toBe(403);
      expect(await status(path, { [KEY_NAME]: KEY_VALUE })).toBe(403);
    }
    expect(await (await cache.ask('/admin/storage/files/all/')).text()).not.toContain('bb-keys');
  });
});
