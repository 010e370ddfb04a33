import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { zipOf } from '@sgraph-backbone/layer/cache';
import { type Served, served } from './served.ts';

interface Zip {
  readonly cache_id: string;
  readonly cache_hash: string;
}
const MISSING = '00000000-0000-7000-8000-000000000000';
const BYTES = 'application/octet-stream';
const zip = (members: Readonly<Record<string, string>>) =>
  new Uint8Array(zipOf(new Map(Object.entries(members).map(([name, text]) => [name, Buffer.from(text)]))));

let cache: Served;
beforeAll(async () => {
  cache = await served();
});
afterAll(() => cache.close());

const store = (members: Readonly<Record<string, string>>) =>
  cache.post<Zip>('/z/key_based/zip/store/archives/one/file', zip(members), BYTES);
const filesOf = async (id: string) =>
  (await cache.get<{ file_list: string[] }>(`/z/zip/${id}/files/list`)).file_list;

describe('zips', () => {
  test('are changed by storing a new one; the original stays', async () => {
    const first = await store({ 'a.txt': 'a' });
    const added = await cache.post<Zip>(`/z/zip/${first.cache_id}/file/add/from/string/b/c.txt`, '"text"');
    expect(added.cache_id).not.toBe(first.cache_id);
    expect(await filesOf(first.cache_id)).toEqual(['a.txt']);
    expect(await filesOf(added.cache_id)).toEqual(['a.txt', 'b/c.txt']);
    const removed = await cache.ask(`/z/zip/${added.cache_id}/file/delete/a.txt`, { method: 'DELETE' });
    expect(await removed.json()).toMatchObject({ operation: 'remove', file_list: ['b/c.txt'] });
  });

  test('come back as a file to download, byte for byte', async () => {
    const bytes = zip({ 'a.txt': 'a' });
    const { cache_id } = await cache.post<Zip>('/z/direct/zip/store/k/f', bytes, 'application/zip');
    const answer = await cache.ask(`/z/zip/${cache_id}/retrieve`);
    expect(answer.headers.get('content-type')).toBe('application/zip');
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename=${cache_id}.zip`);
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(bytes);
  });

  test('that are absent, or none, are refused in the words of the original', async () => {
    const text = await cache.post<Zip>('/z/direct/store/string', '"no zip"');
    const asked = async (path: string) => {
      const answer = await cache.ask(path);
      return [answer.status, ((await answer.json()) as { detail: string }).detail];
    };
    expect(await asked(`/z/zip/${MISSING}/retrieve`)).toEqual([404, 'Zip file not found']);
    expect(await asked(`/z/zip/${MISSING}/files/list`)).toEqual([404, 'Zip file not found in cache']);
    expect(await asked(`/z/zip/${text.cache_id}/retrieve`)).toEqual([
      400,
      'Cached item is not a binary file',
    ]);
    expect(await asked(`/z/zip/${text.cache_id}/files/list`)).toEqual([
      400,
      'Cached item is not a binary file',
    ]);
  });

  test('a batch that must hold together changes nothing where one step fails', async () => {
    const { cache_id } = await store({ 'a.txt': 'a' });
    const operations = [
      { action: 'add', path: 'b.txt', content: 'b' },
      { action: 'rename', path: 'absent.txt', new_path: 'c.txt' },
    ];
    const run = (atomic: boolean) =>
      cache.post(`/z/zip/${cache_id}/batch/operations`, JSON.stringify({ operations, atomic }));
    expect(await run(true)).toMatchObject({
      success: false,
      cache_id,
      operations_applied: 1,
      operations_failed: 1,
      files_added: [],
      rollback_performed: true,
      error_message: expect.stringContaining('Atomic batch failed'),
    });
    const loose = await run(false);
    expect(loose).toMatchObject({
      success: true,
      operations_applied: 1,
      operations_failed: 1,
      files_added: ['b.txt'],
    });
    expect(await filesOf(loose.cache_id as string)).toEqual(['a.txt', 'b.txt']);
  });

  test('a batch on no zip is answered as a failure, and one that is none as 400', async () => {
    const answer = await cache.post(`/z/zip/${MISSING}/batch/operations`, '{"operations":[]}');
    expect(answer).toMatchObject({ success: false, error_message: 'Zip file not found in cache' });
    for (const body of ['{}', '[]', '{"operations":[{}]}', '{"operations":[],"atomic":3}', 'x']) {
      const refused = await cache.ask(`/z/zip/${MISSING}/batch/operations`, { method: 'POST', body });
      expect(refused.status).toBe(400);
    }
  });

  test('names that would leave the zip are refused', async () => {
    const { cache_id } = await store({ 'a.txt': 'a' });
    const added = (path: string) =>
      cache.ask(`/z/zip/${cache_id}/file/add/from/string/${path}`, { method: 'POST', body: '"x"' });
    for (const path of ['..%2Fa', 'a%2F..%2F..%2Fb', '%2Fetc%2Fpasswd'])
      expect((await added(path)).status).toBe(400);
    const slip = zip({ 'aa/evil.txt': 'x' });
    const at = Buffer.from(slip).indexOf('aa/evil');
    for (let from = at; from >= 0; from = Buffer.from(slip).indexOf('aa/evil', from))
      slip.set(Buffer.from('../evil'), from);
    const refused = await cache.ask('/z/direct/zip/store/k/f', {
      method: 'POST',
      body: slip,
      headers: { 'content-type': BYTES },
    });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('Invalid zip file');
  });
});
