import { describe, expect, test } from '@jest/globals';
import { STRATEGIES } from '@sgraph-backbone/layer/cache';
import { aCache, aString } from './a-cache.ts';

const text = { type: 'string', text: 'child' } as const;

describe('Whatever is done to', () => {
  test.each(STRATEGIES)('namespace x never touches x-other (%s)', async (strategy) => {
    const { cache, keys, clock } = aCache();
    const place = { strategy, cacheKey: 'k', fileId: 'f', ttlHours: 1 };
    const own = await cache.store(aString('same', { ...place, namespace: 'x' }));
    const other = await cache.store(aString('same', { ...place, namespace: 'x-other' }));
    await cache.child.put('x-other', other.cacheId, { dataFileId: 'c', content: text });
    const before = await keys('x-other/');
    expect(await cache.ids('x')).toEqual({ items: [own.cacheId] });
    expect((await cache.idsOfHash('x', own.hash)).items).toHaveLength(1);
    expect(await cache.stats('x')).toMatchObject({ hashes: 1, childFiles: 0 });
    expect(await cache.infoById('x', other.cacheId)).toBeUndefined();
    expect(await cache.remove('x', other.cacheId)).toBeUndefined();
    await cache.child.removeAll('x', other.cacheId);
    await cache.store(aString('new', { ...place, namespace: 'x' }));
    clock.ms += 10 * 3_600_000;
    await cache.sweepExpired('x');
    expect(await keys('x/')).toEqual([]);
    expect(await keys('x-other/')).toEqual(before);
  });

  test.each(STRATEGIES)('key k never touches k2, nor k/2 (%s)', async (strategy) => {
    const { cache } = aCache();
    const store = (cacheKey: string) =>
      cache.store(aString('same', { strategy, cacheKey, fileId: `${cacheKey.length}` }));
    const own = await store('k');
    const others = [await store('k2'), await store('k/222')];
    const series = await cache.versions('ns', 'k');
    expect(series.items.length).toBeLessThanOrEqual(1);
    await cache.remove('ns', own.cacheId);
    for (const { cacheId } of others) expect(await cache.infoById('ns', cacheId)).toMatchObject({ cacheId });
  });

  test('the child data of key k never touches those of k2', async () => {
    const { cache } = aCache();
    const { cacheId } = await cache.store(aString('x'));
    const other = await cache.store(aString('y'));
    for (const dataKey of ['k', 'k/deep', 'k2', '']) {
      await cache.child.put('ns', cacheId, { dataKey, dataFileId: 'c', content: text });
      await cache.child.put('ns', other.cacheId, { dataKey, dataFileId: 'c', content: text });
    }
    expect(
      (await cache.child.list('ns', cacheId, { dataKey: 'k' }))!.items.map(({ dataKey }) => dataKey),
    ).toEqual(['k', 'k/deep']);
    const direct = await cache.child.list('ns', cacheId, { dataKey: 'k', recursive: false });
    expect(direct!.items.map(({ dataKey }) => dataKey)).toEqual(['k']);
    expect(await cache.child.removeAll('ns', cacheId, 'k')).toHaveLength(2);
    expect((await cache.child.list('ns', cacheId))!.items.map(({ dataKey }) => dataKey)).toEqual(['', 'k2']);
    expect((await cache.child.list('ns', other.cacheId))!.items).toHaveLength(4);
  });

  test('an entry never meets the child data of another', async () => {
    const { cache } = aCache();
    const place = { strategy: 'key_based', cacheKey: 'k', fileId: 'f' } as const;
    const { cacheId } = await cache.store(aString('x', place));
    await cache.child.put('ns', cacheId, { dataKey: 'd', dataFileId: 'c', content: text });
    const keys = [`k/f/data/d`, `k/f/d`, `k/f`, `../data/children/${cacheId}/d`];
    for (const cacheKey of keys.slice(0, 3))
      await cache.store(aString('y', { ...place, cacheKey, fileId: 'c' }));
    await expect(cache.store(aString('y', { ...place, cacheKey: keys[3] }))).rejects.toThrow(
      'no segment ".."',
    );
    expect((await cache.child.list('ns', cacheId))!.items).toHaveLength(1);
  });
});
