import { describe, expect, test } from '@jest/globals';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import { readJson, writeJson } from '@sgraph-backbone/layer/store';
import { bytesOf, textOf } from '../../contract/rows.ts';

describe('JSON in a store', () => {
  test('comes back as it was written, with the ETag to change it by', async () => {
    const store = memoryObjectStore();
    const { etag } = await writeJson(store, 'a.json', { n: 1, text: 'ü' });
    expect(await readJson(store, 'a.json')).toEqual({ value: { n: 1, text: 'ü' }, etag });
    expect(await readJson(store, 'absent.json')).toBeUndefined();
    expect(await store.head('a.json')).toMatchObject({ contentType: 'application/json' });
    expect((await store.head('a.json'))!.contentEncoding).toBeUndefined();
  });

  test('can be gzipped, says so, and is read all the same', async () => {
    const store = memoryObjectStore();
    const value = { text: 'x'.repeat(1000) };
    await writeJson(store, 'a.json', value, { gzip: true, metadata: { a: 'b' } });
    const info = await store.head('a.json');
    expect(info).toMatchObject({
      contentEncoding: 'gzip',
      contentType: 'application/json',
      metadata: { a: 'b' },
    });
    expect(info!.size).toBeLessThan(100);
    expect((await readJson(store, 'a.json'))?.value).toEqual(value);
  });

  test('keeps the conditions of a put', async () => {
    const store = memoryObjectStore();
    await writeJson(store, 'a.json', 1, { ifNoneMatch: '*' });
    await expect(writeJson(store, 'a.json', 2, { ifNoneMatch: '*' })).rejects.toMatchObject({
      reason: 'exists',
    });
    expect(textOf((await store.get('a.json'))?.bytes)).toBe('1');
  });

  test.each([['{"half":'], ['\u001f\u008b broken']])(
    'that is none throws, naming the key (%j)',
    async (text) => {
      const store = memoryObjectStore();
      await store.put('a/broken.json', bytesOf(text));
      await expect(readJson(store, 'a/broken.json')).rejects.toThrow('a/broken.json does not hold JSON');
    },
  );
});
