import { describe, expect, test } from '@jest/globals';
import { BadContent, BadName } from '@sgraph-backbone/layer/cache';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import { Conflict } from '@sgraph-backbone/layer/store';
import { bytesOf } from '../../contract/rows.ts';
import { aroundObjectStore } from '../../stores/index.ts';
import { aCache, aString } from './a-cache.ts';

const ABSENT = '00000000-0000-4000-8000-000000000000';
const string = (text: string) => ({ type: 'string', text }) as const;

describe('Child data', () => {
  test('are kept as text, as JSON with an indent of 4, and as bytes', async () => {
    const { cache } = aCache();
    const { cacheId } = await cache.store(aString('x'));
    const put = (content: Parameters<typeof cache.child.put>[2]['content']) =>
      cache.child.put('ns', cacheId, { dataKey: 'a/b', dataFileId: 'c', content });
    expect(await put(string('é\n'))).toMatchObject({
      extension: 'txt',
      size: 3,
      dataKey: 'a/b',
      dataFileId: 'c',
    });
    await put({ type: 'json', text: '{"b":1.0,"a":[]}' });
    await put({ type: 'binary', bytes: Uint8Array.of(1, 2) });
    const get = async (type: 'string' | 'json' | 'binary') =>
      Buffer.from(
        (await cache.child.get('ns', cacheId, { dataKey: 'a/b', dataFileId: 'c', type }))!.bytes,
      ).toString();
    expect(await get('string')).toBe('é\n');
    expect(await get('json')).toBe('{\n    "b": 1.0,\n    "a": []\n}');
    expect(await get('binary')).toBe('\u0001\u0002');
    const { items } = (await cache.child.list('ns', cacheId))!;
    expect(items.map(({ type, extension }) => [type, extension])).toEqual([
      ['binary', 'bin'],
      ['json', 'json'],
      ['string', 'txt'],
    ]);
  });

  test('are replaced, changed where they are, and removed', async () => {
    const { cache } = aCache();
    const { cacheId } = await cache.store(aString('x'));
    const place = { dataFileId: 'c', type: 'string' } as const;
    const child = (text: string) => ({ dataFileId: 'c', content: string(text) });
    expect(await cache.child.update('ns', cacheId, child('none'))).toBeUndefined();
    await cache.child.put('ns', cacheId, child(''));
    const second = (await cache.child.put('ns', cacheId, child('two')))!;
    await cache.child.update('ns', cacheId, { ...child('three'), ifMatch: second.etag });
    await expect(
      cache.child.update('ns', cacheId, { ...child('four'), ifMatch: second.etag }),
    ).rejects.toThrow(Conflict);
    expect((await cache.child.get('ns', cacheId, place))!.bytes).toEqual(bytesOf('three'));
    expect(await cache.child.exists('ns', cacheId, place)).toBe(true);
    expect(await cache.child.remove('ns', cacheId, place)).toBe(true);
    expect(await cache.child.remove('ns', cacheId, place)).toBe(false);
    expect(await cache.child.exists('ns', cacheId, place)).toBe(false);
  });

  test('of an entry that is absent are absent, and nothing is written', async () => {
    const { cache, keys } = aCache();
    const place = { dataFileId: 'c', type: 'string' } as const;
    expect(await cache.child.put('ns', ABSENT, { dataFileId: 'c', content: string('x') })).toBeUndefined();
    expect(await cache.child.get('ns', ABSENT, place)).toBeUndefined();
    expect(await cache.child.list('ns', ABSENT)).toBeUndefined();
    expect(await cache.child.removeAll('ns', ABSENT)).toEqual([]);
    expect(await keys()).toEqual([]);
  });

  test('written while their entry is removed do not stay', async () => {
    let whenWritten = async () => {};
    const data = aroundObjectStore(memoryObjectStore(), async (call, run) => {
      if (call.method === 'put' && call.key.includes('/children/')) await whenWritten();
      return run();
    });
    const { cache, keys } = aCache({ data });
    const { cacheId } = await cache.store(aString('x'));
    whenWritten = async () => void (await cache.remove('ns', cacheId));
    expect(await cache.child.put('ns', cacheId, { dataFileId: 'c', content: string('x') })).toBeUndefined();
    expect(await keys()).toEqual([]);
  });

  test('are listed by pages', async () => {
    const { cache } = aCache();
    const { cacheId } = await cache.store(aString('x'));
    for (let n = 0; n < 5; n++)
      await cache.child.put('ns', cacheId, { dataKey: 'k', dataFileId: `c${n}`, content: string('x') });
    const first = (await cache.child.list('ns', cacheId, { limit: 3 }))!;
    const rest = (await cache.child.list('ns', cacheId, { limit: 3, cursor: first.cursor }))!;
    expect([...first.items, ...rest.items].map(({ dataFileId }) => dataFileId)).toEqual([
      'c0',
      'c1',
      'c2',
      'c3',
      'c4',
    ]);
    expect(rest.cursor).toBeUndefined();
  });

  test('with names that leave their entry, or without bytes, are refused', async () => {
    const { cache } = aCache();
    const { cacheId } = await cache.store(aString('x'));
    const put = (dataKey: string, dataFileId: string) =>
      cache.child.put('ns', cacheId, { dataKey, dataFileId, content: string('x') });
    for (const [dataKey, dataFileId] of [
      ['..', 'c'],
      ['a/../..', 'c'],
      ['a', '../c'],
      ['a', 'b/c'],
      ['k'.repeat(1000), 'c'],
    ] as const)
      await expect(put(dataKey, dataFileId)).rejects.toThrow(BadName);
    const content = { type: 'binary', bytes: new Uint8Array() } as const;
    await expect(cache.child.put('ns', cacheId, { dataFileId: 'c', content })).rejects.toThrow(BadContent);
  });
});
