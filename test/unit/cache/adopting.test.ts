import { describe, expect, test } from '@jest/globals';
import { type AdoptRequest, hashOfString, STRATEGIES, textOf } from '@sgraph-backbone/layer/cache';
import { bytesOf } from '../../contract/rows.ts';
import { aCache, aString, START } from './a-cache.ts';

const id = (n: number) => `0000000${n}-1111-4222-8333-444444444444`;

function anOld(n: number, more: Partial<AdoptRequest> = {}): AdoptRequest {
  const hash = hashOfString('field');
  return { ...aString(`text ${n}`), hash, cacheId: id(n), storedAt: START - 1000 + n, ...more };
}

describe('An adopted entry', () => {
  test.each(STRATEGIES)('keeps its id, hash and time (%s), and again changes nothing', async (strategy) => {
    const { cache, keys } = aCache();
    const request = anOld(1, { strategy, cacheKey: 'k', fileId: 'f' });
    const info = await cache.adopt(request);
    expect(info).toMatchObject({
      cacheId: id(1),
      hash: request.hash,
      storedAt: START - 999,
      cacheKey: 'k',
      fileId: 'f',
    });
    const before = await keys();
    expect(await cache.adopt(request)).toEqual(info);
    expect(await keys()).toEqual(before);
    expect(textOf((await cache.retrieveById('ns', id(1)))!)).toBe('text 1');
    await cache.remove('ns', id(1));
    expect(await keys()).toEqual([]);
  });

  test('stands in the order of its time, or of its turn within a millisecond', async () => {
    const { cache } = aCache();
    for (const [n, turn] of [
      [2, 1],
      [1, 2],
      [3, 0],
    ] as const)
      await cache.adopt(anOld(n, { storedAt: START, turn }));
    const { items } = await cache.idsOfHash('ns', hashOfString('field'));
    expect(items.map(({ cacheId }) => cacheId)).toEqual([id(1), id(2), id(3)]);
  });

  test('that shared its file with another keeps its id, and is removed without the other', async () => {
    const { cache } = aCache();
    const place = { strategy: 'key_based', cacheKey: 'k', fileId: 'f' } as const;
    await cache.adopt(anOld(1, place));
    await cache.adopt(anOld(2, place));
    expect(await cache.infoById('ns', id(2))).toMatchObject({ cacheId: id(2), storedAt: START - 998 });
    expect(textOf((await cache.retrieveById('ns', id(2)))!)).toBe('text 1');
    expect((await cache.ids('ns')).items).toEqual([id(2), id(1)]);
    await cache.remove('ns', id(2));
    expect(await cache.infoById('ns', id(1))).toMatchObject({ cacheId: id(1) });
    expect(await cache.infoByHash('ns', hashOfString('field'))).toMatchObject({ cacheId: id(1) });
  });
});

describe('An object that others write', () => {
  const path = 'sa-x/data/key-based/feed/daily/2026-02-16.json';
  const alias = {
    namespace: 'sa-x',
    strategy: 'key_based',
    cacheKey: 'feed/daily',
    fileId: '2026-02-16',
    cacheId: id(1),
    hash: hashOfString('analytics:daily:2026-02-16'),
    path,
    type: 'json',
    storedAt: START,
  } as const;

  test('is found by the id and the hash that it is given, with the content it has now', async () => {
    const { cache, data } = aCache();
    await cache.alias(alias);
    expect(await cache.infoByHash('sa-x', alias.hash)).toBeUndefined();
    await data.put(path, bytesOf('{"a":1}'));
    expect(await cache.retrieveByHash('sa-x', alias.hash)).toMatchObject({
      cacheId: id(1),
      path,
      bytes: bytesOf('{"a":1}'),
    });
    await data.put(path, bytesOf('{"a":2}'));
    await cache.alias({ ...alias, storedAt: START + 99 });
    expect(await cache.retrieveById('sa-x', id(1))).toMatchObject({
      storedAt: START,
      bytes: bytesOf('{"a":2}'),
    });
    expect((await cache.idsOfHash('sa-x', alias.hash)).items).toHaveLength(1);
  });

  test('stays when its id is removed', async () => {
    const { cache, data, keys } = aCache();
    await data.put(path, bytesOf('{}'));
    await cache.alias(alias);
    expect((await cache.remove('sa-x', id(1)))!.paths).not.toContain(path);
    expect(await keys()).toEqual([path]);
  });
});
