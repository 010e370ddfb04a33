import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CacheApiContext } from '../../../lambdas/cache-api/context.ts';
import { createRouteTable } from '../../../lambdas/cache-api/route-table.ts';
import { cacheApiRoutes } from '../../../lambdas/cache-api/routes.ts';
import { type Served, served } from './served.ts';

interface Stored {
  readonly cache_id: string;
  readonly cache_hash: string;
  readonly paths: Readonly<Record<'data' | 'by_hash' | 'by_id', readonly string[]>>;
}

const FIXTURES = join(import.meta.dirname, '../../fixtures/cache-client');
/** Routes that the Python client has no method for; each has a test below. */
const OTHERS = [
  'GET /admin/storage/file/content/{path+}',
  'GET /admin/storage/file/html/{path+}',
  'GET /{namespace}/versions/{cache_key+}',
  'GET /openapi.json',
  'POST /auth/set-auth-cookie',
];

let cache: Served;
beforeAll(async () => {
  cache = await served();
});
afterAll(() => cache.close());
const JSON_TYPE = { 'content-type': 'application/json' };
const store = (path: string, body: unknown) => cache.post<Stored>(path, JSON.stringify(body));

describe('routes', () => {
  const routes = cacheApiRoutes({} as CacheApiContext);
  const named = routes.map(({ method, path }) => `${method} ${path}`);

  test('are all in the reference, with an id of their own', async () => {
    const { paths } = await cache.get<{ paths: Record<string, Record<string, { operationId: string }>> }>(
      '/openapi.json',
    );
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(
      routes.map(({ method, path }) => `${method} /cache${path.replaceAll('+}', '}')}`).sort(),
    );
  });

  test('have answers that the reference knows', async () => {
    const { components } = await cache.get<{ components: { schemas: object } }>('/openapi.json');
    const media = routes.filter(({ answer }) => !answer.includes('/'));
    for (const { answer } of media) expect(components.schemas).toHaveProperty(answer);
    expect(media.length).toBeGreaterThan(40);
  });

  test('are each asked over HTTP: by a request of the client, or by a test of this file', () => {
    const lookUp = createRouteTable(routes);
    const asked = new Set(OTHERS);
    for (const file of readdirSync(FIXTURES)) {
      const records = JSON.parse(readFileSync(join(FIXTURES, file), 'utf8'));
      for (const { request } of records as { request: { method: string; path: string } }[]) {
        const found = lookUp(request.method, request.path.split('?')[0]!);
        if (found.kind === 'found') asked.add(`${found.found.route.method} ${found.found.route.path}`);
      }
    }
    expect(named.filter((route) => !asked.has(route))).toEqual([]);
    expect(OTHERS.filter((route) => !named.includes(route))).toEqual([]);
  });
});

describe('routes without a method of the client', () => {
  test('file/content answers with the type of the extension', async () => {
    const { paths } = await store('/c/key_based/store/json/k?file_id=f', { a: 1 });
    const answer = await cache.ask(`/admin/storage/file/content/${paths.data[0]}`);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(await answer.text()).toBe('{\n  "a": 1\n}');
    expect((await cache.ask('/admin/storage/file/content/c/absent.txt')).status).toBe(404);
  });
  test('file/html shows the member of a JSON file as a page that runs nothing', async () => {
    const { paths } = await store('/c/key_based/store/json/p?file_id=f', { html: '<p>é</p>' });
    const answer = await cache.ask(`/admin/storage/file/html/${paths.data[0]}`);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await answer.text()).toBe('<p>é</p>');
    const missing = await cache.ask('/admin/storage/file/html/c/absent.json');
    expect([missing.status, await missing.text()]).toEqual([404, 'File not found.']);
  });
  test('versions lists what a series was, newest first, and each of them can be read', async () => {
    const path = '/c/temporal_versioned/store/json/series?file_id=s';
    for (const version of [1, 2, 3]) await store(path, { version });
    await store('/c/temporal_versioned/store/json/series-2?file_id=s', { version: 0 });
    const { versions } = await cache.get<{ versions: { cache_id: string; file_id: string }[] }>(
      '/c/versions/series',
    );
    const contents = await Promise.all(
      versions.map(({ cache_id }) => cache.get(`/c/retrieve/${cache_id}/json`)),
    );
    expect(contents).toEqual([{ version: 3 }, { version: 2 }, { version: 1 }]);
    expect((await cache.ask('/c/versions/series?file_id=other')).status).toBe(200);
    expect(await cache.get('/c/versions/series?file_id=other')).toMatchObject({ versions: [] });
  });
});

describe('paths that answers name', () => {
  test.each(['direct', 'temporal', 'temporal_latest', 'temporal_versioned', 'key_based'])(
    'of strategy %s resolve in the storage routes',
    async (strategy) => {
      const { cache_id, cache_hash, paths } = await store(`/p/${strategy}/store/json/k`, { strategy });
      const refs = await cache.get<{ all_paths: Stored['paths'] }>(`/p/retrieve/${cache_id}/refs`);
      expect(refs.all_paths).toEqual(paths);
      for (const path of [...paths.data, ...paths.by_hash, ...paths.by_id]) {
        expect(await cache.get(`/admin/storage/file/exists/${path}`)).toEqual({ exists: true, path });
      }
      expect(await cache.get(`/admin/storage/file/json/${paths.by_id[0]}`)).toMatchObject({
        cache_id,
        strategy,
      });
      const byHash = await cache.get(`/admin/storage/file/json/${paths.by_hash[0]}`);
      expect(byHash).toMatchObject({ cache_hash, latest_id: cache_id });
      const child = await store(`/p/cache/${cache_id}/data/store/json/file`, { a: 1 });
      const { data_files_created } = child as unknown as { data_files_created: string[] };
      expect(await cache.get(`/admin/storage/file/json/${data_files_created[0]}`)).toEqual({ a: 1 });
    },
  );
});

describe('lists', () => {
  test('have pages without a gap or a repetition, and say in a header that there is more', async () => {
    for (let index = 0; index < 7; index++) await store('/l/direct/store/string', `text ${index}`);
    for (const list of ['file-hashes', 'file-ids']) {
      const all = await cache.ask(`/l/${list}`);
      expect(all.headers.get('x-truncated')).toBeNull();
      const seen: string[] = [];
      for (let cursor = ''; ; ) {
        const page = await cache.ask(`/l/${list}?limit=3&cursor=${cursor}`);
        seen.push(...((await page.json()) as string[]));
        if (page.headers.get('x-truncated') === null) break;
        cursor = page.headers.get('x-next-cursor')!;
      }
      expect(seen.sort()).toEqual(await all.json());
      expect(seen).toHaveLength(7);
    }
  });
  test('of files and folders have pages, too', async () => {
    for (const key of ['a', 'a-b', 'a/c', 'b'])
      await store(`/f/key_based/store/json/${key}?file_id=x`, { key });
    const folder = '/admin/storage/folders/f/data/key-based?recursive=True';
    const first = await cache.ask(`${folder}&limit=2`);
    const rest = await cache.ask(`${folder}&cursor=${first.headers.get('x-next-cursor')}`);
    const names = [...((await first.json()) as string[]), ...((await rest.json()) as string[])];
    expect(names).toEqual(['a-b', 'a', 'a/c', 'b']);
    const files = await cache.ask('/admin/storage/files/in/f/data/key-based/a?recursive=1&limit=1');
    expect(files.headers.get('x-truncated')).toBe('true');
  });
});

describe('conditions', () => {
  test('what has not changed is 304, what has is read again', async () => {
    const { cache_id } = await store('/e/direct/store/json', { a: 1 });
    for (const form of ['', '/json', '/string', '/binary']) {
      const path = `/e/retrieve/${cache_id}${form}`;
      const etag = (await cache.ask(path)).headers.get('etag')!;
      expect(etag).toMatch(/^"[^"]+"$/);
      const again = await cache.ask(path, { headers: { 'if-none-match': etag } });
      expect([again.status, await again.text()]).toEqual([304, '']);
    }
    const before = (await cache.ask(`/e/retrieve/${cache_id}/json`)).headers.get('etag')!;
    await store(`/e/update/${cache_id}/json`, { a: 2 });
    const after = await cache.ask(`/e/retrieve/${cache_id}/json`, { headers: { 'if-none-match': before } });
    expect([after.status, await after.json()]).toEqual([200, { a: 2 }]);
  });
  test('a change that was made from another state is 412', async () => {
    const { cache_id } = await store('/e/direct/store/json', { a: 1 });
    const etag = (await cache.ask(`/e/retrieve/${cache_id}/json`)).headers.get('etag')!;
    await store(`/e/update/${cache_id}/json`, { a: 2 });
    const stale = { 'if-match': etag };
    const init = { method: 'POST', body: '{"a":3}', headers: { ...stale, ...JSON_TYPE } };
    expect((await cache.ask(`/e/update/${cache_id}/json`, init)).status).toBe(412);
    expect((await cache.ask(`/e/delete/${cache_id}`, { method: 'DELETE', headers: stale })).status).toBe(412);
    const any = { method: 'DELETE', headers: { 'if-match': '*' } };
    expect((await cache.ask(`/e/delete/${cache_id}`, any)).status).toBe(200);
    const several = { method: 'DELETE', headers: { 'if-match': '"a", "b"' } };
    expect((await cache.ask(`/e/delete/${cache_id}`, several)).status).toBe(400);
  });
  test('If-None-Match: * stores only where nothing is', async () => {
    const init = { method: 'POST', body: '{"a":1}', headers: { 'if-none-match': '*', ...JSON_TYPE } };
    const path = '/e/key_based/store/json/once?file_id=once';
    expect((await cache.ask(path, init)).status).toBe(200);
    const again = await cache.ask(path, init);
    expect(again.status).toBe(412);
    expect(JSON.stringify(await again.json())).toContain('exists already');
  });
  test('of ten read-modify-writes at once with If-Match none is lost', async () => {
    const { cache_id } = await store('/e/direct/store/json', { uses: 0 });
    const use = async (): Promise<void> => {
      const read = await cache.ask(`/e/retrieve/${cache_id}/json`);
      const { uses } = (await read.json()) as { uses: number };
      const headers = { 'if-match': read.headers.get('etag')!, 'content-type': 'application/json' };
      const body = JSON.stringify({ uses: uses + 1 });
      const { status } = await cache.ask(`/e/update/${cache_id}/json`, { method: 'POST', body, headers });
      return status === 412 ? use() : undefined;
    };
    await Promise.all(Array.from({ length: 10 }, use));
    expect(await cache.get(`/e/retrieve/${cache_id}/json`)).toEqual({ uses: 10 });
  });
});

describe('forms of a content', () => {
  test('numbers, order and characters stay what they were in every form', async () => {
    const { cache_id } = await cache.post<Stored>(
      '/v/direct/store/json',
      '{"z":1.0,"a":12345678901234567890,"é":"日"}',
    );
    const read = async (form: string) => (await cache.ask(`/v/retrieve/${cache_id}${form}`)).text();
    expect(await read('/json')).toBe('{"z":1.0,"a":12345678901234567890,"é":"日"}');
    expect(await read('/string')).toBe('{"z": 1.0, "a": 12345678901234567890, "\\u00e9": "\\u65e5"}');
    expect(await read('')).toContain('"data":{"z":1.0,"a":12345678901234567890,"é":"日"},"metadata"');
  });
  test('bytes are base64 as text by id, and text by hash where they are', async () => {
    const stored = await cache.post<Stored>('/v/direct/store/binary', 'text', 'application/octet-stream');
    expect(await (await cache.ask(`/v/retrieve/${stored.cache_id}/string`)).text()).toBe('dGV4dA==');
    expect(await (await cache.ask(`/v/retrieve/hash/${stored.cache_hash}/string`)).text()).toBe('text');
    expect(await cache.get(`/v/retrieve/${stored.cache_id}/json`)).toEqual({
      data_type: 'binary',
      encoding: 'base64',
      data: 'dGV4dA==',
    });
  });
  test('a text that is JSON is answered as JSON', async () => {
    const { cache_id } = await store('/v/direct/store/string', '[1.0, true]');
    expect(await (await cache.ask(`/v/retrieve/${cache_id}/json`)).text()).toBe('[1.0,true]');
  });
});
