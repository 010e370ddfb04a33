import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { recording } from '../../stores/index.ts';
import { temporaryFolder } from '../folder.ts';
import { KEY_NAME, type Served, served } from './served.ts';

interface Stored {
  readonly cache_id: string;
  readonly cache_hash: string;
  readonly size: number;
  readonly paths: Readonly<Record<'data' | 'by_hash' | 'by_id', string[]>>;
}
interface HashRefs {
  readonly cache_ids: readonly { readonly cache_id: string }[];
  readonly total_versions: number;
}

const MISSING = '00000000-0000-7000-8000-000000000000';
const sorted = (texts: readonly string[]) => [...texts].sort();

describe('flaws of the original that are gone', () => {
  const recorded = recording();
  let cache: Served;
  beforeAll(async () => {
    cache = await served({ around: recorded.around });
  });
  afterAll(() => cache.close());

  const store = (path: string, body: unknown) => cache.post<Stored>(`${path}`, JSON.stringify(body));
  const idsOf = async (namespace: string, hash: string) => {
    const refs = await cache.get<HashRefs>(`/${namespace}/retrieve/hash/${hash}/refs-hash`);
    return refs.cache_ids.map(({ cache_id }) => cache_id);
  };
  const status = async (method: string, path: string, body?: BodyInit, headers = {}) =>
    (await cache.ask(path, { method, body, headers })).status;

  test('1: no update is lost: 64 stores of one hash at once are 64 ids, and with deletes exactly the live ones', async () => {
    const stored = await Promise.all(
      Array.from({ length: 64 }, () => store('/one/direct/store/string', 'same')),
    );
    const hash = stored[0]!.cache_hash;
    const ids = stored.map(({ cache_id }) => cache_id);
    expect(sorted(await idsOf('one', hash))).toEqual(sorted(ids));
    const gone = ids.slice(0, 32).map((id) => cache.ask(`/one/delete/${id}`, { method: 'DELETE' }));
    const more = Array.from({ length: 32 }, () => store('/one/direct/store/string', 'same'));
    const added = (await Promise.all(more)).map(({ cache_id }) => cache_id);
    await Promise.all(gone);
    expect(sorted(await idsOf('one', hash))).toEqual(sorted([...ids.slice(32), ...added]));
  });

  test('2: on a local disk writes are whole: none of 64 stores at once fails, and no reader sees half of one', async () => {
    const disk = await served({ store: `disk:${temporaryFolder()}` });
    const content = JSON.stringify({ key: 'k', long: 'x'.repeat(20_000) });
    const path = '/two/key_based/store/json/k?file_id=k&json_field_path=key';
    const first = await disk.post<Stored>(path, content);
    const writes = Array.from({ length: 64 }, () => disk.post<Stored>(path, content));
    const reads = Array.from({ length: 64 }, () =>
      disk.get<{ long: string }>(`/two/retrieve/${first.cache_id}/json`),
    );
    expect((await Promise.all(reads)).every(({ long }) => long.length === 20_000)).toBe(true);
    expect(new Set((await Promise.all(writes)).map(({ cache_id }) => cache_id))).toEqual(
      new Set([first.cache_id]),
    );
    await disk.close();
  });

  test('3: prefixes do not bleed: k never touches k2, x never touches x-other', async () => {
    const { cache_id: id } = await store('/x/direct/store/json', { a: 1 });
    await store('/x-other/direct/store/json', { a: 1 });
    for (const key of ['k', 'k2', 'k/deeper'])
      await store(`/x/cache/${id}/data/store/json/${key}/file`, { key });
    const deleted = await (await cache.ask(`/x/cache/${id}/data/delete/all/k`, { method: 'DELETE' })).json();
    expect(deleted).toMatchObject({ deleted_count: 2 });
    expect(await cache.get(`/x/cache/${id}/data/json/k2/file`)).toEqual({ key: 'k2' });
    const { files } = await cache.get<{ files: string[] }>('/admin/storage/files/all/x');
    expect(files.length).toBeGreaterThan(0);
    expect(files.every((file) => file.startsWith('x/'))).toBe(true);
    await cache.ask(`/x/delete/${id}`, { method: 'DELETE' });
    expect(await cache.get('/x-other/file-ids')).toHaveLength(1);
  });

  test.each([
    '/four/key_based/store/json/..%2F..%2F..%2Fescaped',
    '/four/key_based/store/json/a%2F..%2F..%2F..%2Fb',
    '/four/key_based/store/json/a%5C..%5Cb',
    '/four/temporal_latest/store/json/..%2Fb',
  ])('4: no traversal: %s is refused', async (path) => {
    expect(await status('POST', path, '{}', { 'content-type': 'application/json' })).toBe(400);
  });
  test.each(['bytes', 'json', 'content', 'html', 'exists'])(
    '4: no traversal by admin file/%s',
    async (form) => {
      expect(await status('GET', `/admin/storage/file/${form}/four%2F..%2F..%2Fetc%2Fpasswd`)).toBe(400);
    },
  );

  test('5: a namespace "@@" breaks no listing', async () => {
    expect((await cache.ask('/@@/direct/store/string', { method: 'POST', body: '"x"' })).status).toBe(200);
    expect(await cache.get('/namespaces/list')).toContain('__');
  });

  test('6: a store costs the same however many versions its hash has', async () => {
    const cost = async () => {
      const before = recorded.calls.length;
      await store('/six/direct/store/string', 'often');
      const calls = recorded.calls.slice(before);
      return { calls: calls.length, bytes: calls.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0) };
    };
    const first = await cost();
    for (let version = 0; version < 300; version++) await store('/six/direct/store/string', 'often');
    expect(await cost()).toEqual(first);
  });

  test('7: few objects: a temporal store writes two, any other at most three', async () => {
    const written = async (strategy: string) => {
      const before = recorded.calls.length;
      await store(`/seven/${strategy}/store/json/k`, { strategy });
      return recorded.calls.slice(before).filter(({ method }) => method === 'put').length;
    };
    expect(await written('temporal')).toBe(2);
    for (const strategy of ['direct', 'temporal_latest', 'temporal_versioned', 'key_based']) {
      expect(await written(strategy)).toBeLessThanOrEqual(3);
    }
  });

  test('8: size, hash and metadata are true after an update, and so are the statistics', async () => {
    const { cache_id: id } = await store('/eight/key_based/store/json/k?file_id=k', { a: 1 });
    const changed = await store(`/eight/update/${id}/json`, { a: 'much longer' });
    const { metadata } = await cache.get<{ metadata: { content_size: number } }>(`/eight/retrieve/${id}`);
    const side = await cache.get<{ content__size: number; content__hash: string }>(
      `/eight/retrieve/${id}/metadata`,
    );
    const bytes = Buffer.from(
      await (await cache.ask(`/admin/storage/file/bytes/${changed.paths}`)).arrayBuffer(),
    );
    expect([metadata.content_size, side.content__size, changed.size]).toEqual(Array(3).fill(bytes.length));
    await store('/eight/direct/store/json', { b: 1 });
    const stats = await cache.get('/eight/stats');
    const listed = await cache.get<{ file_count: number }>('/admin/storage/files/all/eight');
    expect(stats).toMatchObject({
      key_based_files: 1,
      direct_files: 1,
      temporal_files: 0,
      total_files: listed.file_count,
    });
  });

  test('9: one file has one id, and its child data go with it', async () => {
    const path = '/nine/key_based/store/json/k?file_id=k';
    const first = await store(path, { a: 1 });
    const second = await store(path, { a: 2 });
    expect(second.cache_id).toBe(first.cache_id);
    expect(await status('GET', `/nine/exists/hash/${first.cache_hash}`)).toBe(200);
    expect(await cache.get(`/nine/exists/hash/${first.cache_hash}`)).toMatchObject({ exists: false });
    expect(await cache.get(`/nine/retrieve/hash/${second.cache_hash}/json`)).toEqual({ a: 2 });
    await store(`/nine/cache/${first.cache_id}/data/store/json/child`, { c: 1 });
    await cache.ask(`/nine/delete/${first.cache_id}`, { method: 'DELETE' });
    expect(await cache.get('/admin/storage/files/all/nine')).toMatchObject({ file_count: 0 });
  });

  test('10: what is missing or broken is 404 or 400, without a stack trace', async () => {
    const type = { 'content-type': 'application/json' };
    expect(await status('POST', `/ten/update/${MISSING}/json`, '{}', type)).toBe(404);
    expect(await status('DELETE', `/ten/delete/${MISSING}`)).toBe(404);
    const init = { method: 'POST', body: '{"a":1}', headers: type };
    const field = await cache.ask('/ten/direct/store/json?json_field_path=b', init);
    const gzip = { 'content-type': 'application/octet-stream', 'content-encoding': 'gzip' };
    const broken = await cache.ask('/ten/direct/store/binary', {
      method: 'POST',
      body: 'no gzip',
      headers: gzip,
    });
    expect([field.status, broken.status]).toEqual([400, 400]);
    const missing = await field.text();
    expect(missing).toContain('The field \\"b\\" is missing');
    const answers = `${missing}${await broken.text()}`;
    expect(answers).not.toMatch(/stack|\.ts:\d/);
    expect(answers).toContain('detail');
  });

  test('11: browsers may call: a preflight needs no key and allows DELETE and the header of the key', async () => {
    const preflight = await cache.ask(`/eleven/delete/${MISSING}`, {
      bare: true,
      method: 'OPTIONS',
      headers: { origin: 'https://app.example', 'access-control-request-method': 'DELETE' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-methods')).toContain('DELETE');
    expect(preflight.headers.get('access-control-allow-headers')).toContain(KEY_NAME.toLowerCase());
    const refused = await cache.ask('/eleven/stats', {
      bare: true,
      headers: { origin: 'https://app.example' },
    });
    expect(refused.status).toBe(401);
    expect(refused.headers.get('access-control-allow-origin')).toBe('*');
  });

  test('12: entries expire, lists have pages, writes may be conditional and versions are kept', async () => {
    let time = Date.parse('2026-02-16T12:00:00Z');
    const clock = await served({ now: () => time });
    const brief = await clock.post<Stored>('/n/direct/store/string?ttl_hours=1', '"brief"');
    const lasting = await clock.post<Stored>('/n/direct/store/string', '"lasting"');
    const versions = '/n/temporal_versioned/store/string/series?file_id=s';
    for (const text of ['1', '2', '3']) await clock.post(versions, JSON.stringify(text));
    expect(await clock.get('/n/versions/series')).toMatchObject({ versions: [{}, {}, {}] });
    time += 2 * 3_600_000;
    expect((await clock.ask(`/n/retrieve/${brief.cache_id}/string`)).status).toBe(404);
    expect(await clock.get(`/n/exists/hash/${brief.cache_hash}`)).toMatchObject({ exists: false });
    expect(await clock.get('/n/file-ids')).not.toContain(brief.cache_id);
    expect(await clock.get('/n/file-ids')).toContain(lasting.cache_id);
    const page = await clock.ask('/n/file-hashes?limit=2');
    expect(await page.json()).toHaveLength(2);
    expect(page.headers.get('x-truncated')).toBe('true');
    const read = await clock.ask(`/n/retrieve/${lasting.cache_id}/string`);
    const etag = read.headers.get('etag')!;
    const update = () =>
      clock.ask(`/n/update/${lasting.cache_id}/string`, {
        method: 'POST',
        body: '"other"',
        headers: { 'if-match': etag },
      });
    expect((await update()).status).toBe(200);
    expect((await update()).status).toBe(412);
    await clock.close();
  });

  test('13: a key of another length or text is refused alike: hashes are compared, in full', async () => {
    for (const key of ['', 'a', 'a-key-of-the-servicf', 'x'.repeat(5_000), 'é']) {
      const headers = { [KEY_NAME]: encodeURIComponent(key) };
      expect((await cache.ask('/info/health', { bare: true, headers })).status).toBe(401);
    }
    expect((await cache.ask('/info/health')).status).toBe(200);
  });
});
