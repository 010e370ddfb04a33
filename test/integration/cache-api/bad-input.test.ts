import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Served, served } from './served.ts';

const LIMIT = 200_000;
const JSON_TYPE = { 'content-type': 'application/json' };
const TEXT_TYPE = { 'content-type': 'text/plain' };
const BYTES_TYPE = { 'content-type': 'application/octet-stream' };
const ID = '00000000-0000-7000-8000-000000000000';

let cache: Served;
beforeAll(async () => {
  cache = await served({ bodyLimit: LIMIT });
});
afterAll(() => cache.close());

const post = (path: string, body: BodyInit | undefined, headers: Record<string, string> = JSON_TYPE) =>
  cache.ask(path, { method: 'POST', body, headers });

/** Status of an answer that is JSON and has a reason where it is none of success. */
async function answered(response: Promise<Response>): Promise<number> {
  const { status, headers } = await response;
  const body = (await (await response).json()) as { detail?: unknown };
  expect(headers.get('content-type')).toMatch(/^application\/json/);
  if (status >= 400) expect(JSON.stringify(body.detail).length).toBeGreaterThan(5);
  expect(JSON.stringify(body)).not.toMatch(/stack_trace|node_modules/);
  return status;
}

describe('names at, below and above their limits', () => {
  const stored = (path: string) => answered(post(path, '{"a":1}'));
  test.each([
    ['a namespace', 127, 128, 129, (length: number) => `/${'n'.repeat(length)}/direct/store/json`],
    [
      'a file id',
      127,
      128,
      129,
      (length: number) => `/n/key_based/store/json/k?file_id=${'f'.repeat(length)}`,
    ],
    [
      'a field path',
      255,
      256,
      257,
      (length: number) => `/n/direct/store/json?json_field_path=${'a'.repeat(length)}`,
    ],
  ])('%s of %i, %i and %i characters', async (name, below, at, above, path) => {
    // There is no such field: that is what a name that is taken ends with.
    const taken = name === 'a field path' ? 'is missing' : 'cache_id';
    for (const length of [below, at])
      expect(await (await post(path(length), '{"a":1}')).text()).toContain(taken);
    const refused = await post(path(above), '{"a":1}');
    expect(refused.status).toBe(400);
    expect(await refused.text()).toMatch(/at most (128|256) are possible/);
  });

  test('a cache key of 1,024 characters is taken where it is no path, and refused above', async () => {
    expect(await stored(`/n/direct/store/json/${'k'.repeat(1_024)}`)).toBe(200);
    expect(await stored(`/n/direct/store/json/${'k'.repeat(1_025)}`)).toBe(400);
  });

  test('a key that would exceed the 1,024 bytes of S3 is refused with that limit', async () => {
    const room = 1_024 - 'cache/n/data/key-based//f.json'.length;
    expect(await stored(`/n/key_based/store/json/${'k'.repeat(room)}?file_id=f`)).toBe(200);
    const refused = await post(`/n/key_based/store/json/${'k'.repeat(room + 1)}?file_id=f`, '{"a":1}');
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('1024 bytes');
  });

  test.each([
    [9, 400],
    [10, 404],
    [96, 404],
    [97, 400],
  ])('a hash of %i digits is answered %i', async (length, status) => {
    expect(await answered(cache.ask(`/n/retrieve/hash/${'a'.repeat(length)}/json`))).toBe(status);
  });

  test.each(['A'.repeat(16), 'g'.repeat(16), '%20'])('%s is no hash', async (hash) => {
    expect(await answered(cache.ask(`/n/exists/hash/${hash}`))).toBe(400);
  });

  test.each(['not-an-id', ID.replaceAll('-', ''), `{${ID}}`, `${ID}0`])('%s is no id', async (id) => {
    expect(await answered(cache.ask(`/n/retrieve/${encodeURIComponent(id)}`))).toBe(400);
  });

  test('an id in upper case is an id that is not found', async () => {
    const { cache_id } = await cache.post<{ cache_id: string }>('/n/direct/store/string', '"x"');
    expect(await answered(cache.ask(`/n/retrieve/${cache_id.toUpperCase()}/json`))).toBe(404);
    expect(await cache.get(`/n/exists/id/${cache_id}`)).toMatchObject({ exists: true });
  });

  test('names are sanitised, not refused', async () => {
    const answer = await cache.post<{ namespace: string; paths: { data: string[] } }>(
      '/n.o:d/key_based/store/json/a%20b/c$d%C3%A9?file_id=f.1',
      '{}',
    );
    expect(answer).toMatchObject({
      namespace: 'n_o_d',
      paths: { data: ['n_o_d/data/key-based/a b/c_d_/f_1.json'] },
    });
  });

  test.each(['%20', '$$', '%F0%9F%98%80'])('a cache key of "%s" alone is refused', async (key) => {
    expect(await stored(`/n/key_based/store/json/${key}`)).toBe(400);
  });

  test.each(['.a', 'a.', 'a..b'])('a field path "%s" is refused', async (path) => {
    expect(await stored(`/n/direct/store/json?json_field_path=${path}`)).toBe(400);
  });

  test.each(['0', '-1', '10001', 'ten', '1e3'])('limit=%s is refused', async (limit) => {
    expect(await answered(cache.ask(`/n/file-ids?limit=${limit}`))).toBe(400);
  });

  test.each(['-1', '0', '87600.1', '1e9', 'soon'])('ttl_hours=%s is refused', async (hours) => {
    expect(await stored(`/n/direct/store/json?ttl_hours=${hours}`)).toBe(400);
  });

  test('an unknown strategy is refused with the five that there are', async () => {
    const refused = await post('/n/eternal/store/json', '{}');
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      detail: [{ type: 'enum', input: 'eternal', msg: expect.stringContaining("'key_based'") }],
    });
  });

  test('booleans come in the spellings of Python, and nothing else is one', async () => {
    for (const flag of ['True', 'false', '1', 'yes', 'off']) {
      expect((await cache.ask(`/admin/storage/folders/n?recursive=${flag}`)).status).toBe(200);
    }
    expect(await answered(cache.ask('/admin/storage/folders/n?recursive=maybe'))).toBe(400);
  });
});

describe('bodies', () => {
  const store = (body: BodyInit | undefined, headers: Record<string, string> = JSON_TYPE) =>
    answered(post('/b/direct/store/json', body, headers));
  const invalidUtf8 = new Uint8Array([0x22, 0xc3, 0x28, 0x22]);

  test.each([
    '',
    '[]',
    '1',
    '"text"',
    'null',
    'true',
    'NaN',
    '{"a":NaN}',
    '{"a":Infinity}',
    '{',
    '{"a":1}x',
    '\u0000',
  ])('the JSON %j is no entry', async (body) => {
    expect(await store(body)).toBe(400);
  });
  test('an empty object is one', async () => expect(await store('{}')).toBe(200));
  test('JSON of another content type is refused', async () => expect(await store('{}', TEXT_TYPE)).toBe(400));
  test('JSON without a content type is JSON', async () => {
    expect(await store(new Uint8Array(Buffer.from('{"a":1}')), {})).toBe(200);
  });
  test('of duplicate keys the last counts', async () => {
    const answer = await cache.post<{ cache_hash: string }>('/b/direct/store/json', '{"a":2,"a":1}');
    expect(answer.cache_hash).toBe('f9d86028c6e0d64e');
  });
  test('ten thousand levels of JSON are answered, not a broken connection', async () => {
    for (const levels of [10_000, 60_000]) {
      expect(await store(`{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`)).toBe(400);
      expect(
        await answered(post('/b/direct/store/string', `${'['.repeat(levels)}${']'.repeat(levels)}`)),
      ).toBe(400);
    }
  });
  test('invalid UTF-8 is refused as JSON and as text, and stored as bytes', async () => {
    expect(await store(invalidUtf8)).toBe(400);
    expect(await answered(post('/b/direct/store/string', invalidUtf8))).toBe(400);
    expect(await answered(post('/b/direct/store/string', invalidUtf8, TEXT_TYPE))).toBe(400);
    expect(await answered(post('/b/direct/store/binary', invalidUtf8, BYTES_TYPE))).toBe(200);
  });
  test('half a surrogate pair is no text', async () => {
    expect(await answered(post('/b/direct/store/string', '"\\ud800"'))).toBe(400);
  });
  test('bytes of a JSON content type are those of a JSON string', async () => {
    expect(await answered(post('/b/direct/store/binary', '"é"'))).toBe(200);
    expect(await answered(post('/b/direct/store/binary', '{"a":1}'))).toBe(400);
  });
  test('an empty text and empty bytes say what is expected', async () => {
    const refused = await post('/b/direct/store/string', '""');
    expect(await refused.json()).toMatchObject({
      detail: { error_type: 'INVALID_INPUT', field_value: null, expected_type: 'non-empty_string' },
    });
    expect(await answered(post('/b/direct/store/binary', undefined, BYTES_TYPE))).toBe(400);
  });
  test('a body at the limit is taken, one byte more is 413 and names the limit', async () => {
    const text = (size: number) => 'x'.repeat(size);
    expect(await answered(post('/b/direct/store/string', text(LIMIT), TEXT_TYPE))).toBe(200);
    const refused = await post('/b/direct/store/string', text(LIMIT + 1), TEXT_TYPE);
    expect(refused.status).toBe(413);
    expect(await refused.text()).toContain(String(LIMIT));
  });
  test('a body of 100 MB is refused with an answer', async () => {
    const body = Buffer.alloc(100_000_000, 'x');
    expect(await answered(post('/b/direct/store/string', body, TEXT_TYPE))).toBe(413);
  }, 30_000);
  test('gzip is stored as it came and answered as what is in it', async () => {
    const headers = { ...BYTES_TYPE, 'content-encoding': 'gzip' };
    const stored = await post('/b/direct/store/binary', new Uint8Array(gzipSync('{"a":1}')), headers);
    const { cache_id, cache_hash } = (await stored.json()) as { cache_id: string; cache_hash: string };
    const { createHash } = await import('node:crypto');
    expect(cache_hash).toBe(createHash('sha256').update('{"a":1}').digest('hex').slice(0, 16));
    expect(await cache.get(`/b/retrieve/${cache_id}/json`)).toEqual({ a: 1 });
  });
  test('a bomb of gzip does not fill the memory', async () => {
    const headers = { ...BYTES_TYPE, 'content-encoding': 'gzip' };
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(300 * 1024 * 1024)));
    const large = await served({ bodyLimit: 1_000_000 });
    const refused = await large.ask('/b/direct/store/binary', { method: 'POST', body: bomb, headers });
    expect(refused.status).toBe(400);
    await large.close();
  }, 30_000);
  test('a text that is no JSON is 415 as JSON, with its beginning', async () => {
    const { cache_id } = await cache.post<{ cache_id: string }>('/b/direct/store/string', '"not json"');
    const refused = await cache.ask(`/b/retrieve/${cache_id}/json`);
    expect(refused.status).toBe(415);
    expect(await refused.json()).toEqual({ detail: 'Data is string, not JSON: not json' });
  });
});

describe('paths and methods', () => {
  test('a route that is none is 404, another method 405, both as JSON', async () => {
    expect(await (await cache.ask('/nothing/here/at/all')).json()).toEqual({ detail: 'Not Found' });
    const wrong = await cache.ask('/n/stats', { method: 'POST' });
    expect(wrong.status).toBe(405);
    expect(await wrong.json()).toEqual({ detail: 'Method Not Allowed' });
    expect((await cache.ask('/n/stats', { method: 'HEAD' })).status).toBe(405);
    expect((await cache.ask('/n/stats', { method: 'PUT' })).status).toBe(405);
  });
  test('a slash too much leads to the route without it', async () => {
    const redirect = await cache.ask('/n/stats/?a=1');
    expect(redirect.status).toBe(307);
    expect(redirect.headers.get('location')).toBe('/cache/n/stats?a=1');
    expect((await cache.ask('')).status).toBe(404);
  });
  test('a path that is not percent-encoded UTF-8 is 400', async () => {
    expect((await cache.ask('/n/%ff/store/json', { method: 'POST' })).status).toBe(400);
  });
  test('every answer has an id of its request', async () => {
    const ids = await Promise.all(
      ['/info/health', '/nothing'].map(async (path) =>
        (await cache.ask(path)).headers.get('fast-api-request-id'),
      ),
    );
    for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(ids).size).toBe(2);
  });
  test('nothing of this was a failure of the server', () => expect(cache.logged).toEqual([]));
});
