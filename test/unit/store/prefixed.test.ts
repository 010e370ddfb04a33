import { describe, expect, test } from '@jest/globals';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import { BadStoreInput, prefixed } from '@sgraph-backbone/layer/store';
import { bytesOf, rowsOf } from '../../contract/rows.ts';

describe('A prefixed store', () => {
  test('shows what is below its prefix and nothing beside it', async () => {
    const store = memoryObjectStore();
    for (const key of ['cache/a/b', 'cache/c', 'cache2/d', 'e']) await store.put(key, bytesOf(key));
    const view = prefixed(store, 'cache/');
    expect(await rowsOf(view, '')).toEqual(['a/b', 'c']);
    expect(await rowsOf(view, '', { delimiter: '/', startAfter: 'a/b' })).toEqual(['c']);
    expect((await view.get('a/b'))!.key).toBe('a/b');
    expect(await view.head('../e')).toBeUndefined();
  });

  test('names the key that was asked for in a Conflict', async () => {
    const view = prefixed(memoryObjectStore(), 'cache/');
    await view.put('k', bytesOf('x'));
    const again = view.put('k', bytesOf('y'), { ifNoneMatch: '*' });
    await expect(again).rejects.toMatchObject({ name: 'Conflict', reason: 'exists', key: 'k' });
  });

  test('counts its prefix into the length of a key', async () => {
    const view = prefixed(memoryObjectStore(), 'cache/');
    await view.put('x'.repeat(1018), bytesOf(''));
    await expect(view.put('x'.repeat(1019), bytesOf(''))).rejects.toThrow(BadStoreInput);
    await expect(view.put('', bytesOf(''))).rejects.toThrow(BadStoreInput);
    expect(() => prefixed(memoryObjectStore(), 'cache')).toThrow(BadStoreInput);
  });
});
