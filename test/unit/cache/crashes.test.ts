import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import {
  type Cache,
  createCache,
  hashOfString,
  STRATEGIES,
  type StoreRequest,
  textOf,
} from '@sgraph-backbone/layer/cache';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { aroundObjectStore, crashing, Killed } from '../../stores/index.ts';
import { aString, START } from './a-cache.ts';

const child = { dataKey: 'k', dataFileId: 'c', content: { type: 'string', text: 'child' } } as const;

function cacheOn(data: ObjectStore): Cache {
  let ms = START;
  return createCache({ data, now: () => ms++, newId: randomUUID });
}

/**
 * Runs a piece of work on a prepared store, killed before and after every call that it makes, and lets another
 * process look at what is left.
 */
async function killedEverywhere(
  prepare: (cache: Cache) => Promise<string>,
  work: (cache: Cache, id: string) => Promise<unknown>,
  look: (cache: Cache, id: string, data: ObjectStore) => Promise<void>,
): Promise<number> {
  let deaths = 0;
  for (const when of ['before', 'after'] as const) {
    for (let at = 1; ; at++) {
      const data = memoryObjectStore();
      const id = await prepare(cacheOn(data));
      const { around, calls } = crashing({ at, when });
      const died = await work(cacheOn(aroundObjectStore(data, around)), id).then(
        () => false,
        (error: unknown) => error instanceof Killed || Promise.reject(error),
      );
      await look(cacheOn(data), id, data);
      if (!died && calls() < at) break;
      deaths++;
    }
  }
  return deaths;
}

/** Whatever is found is whole, and what leads to it and what it says of itself agree. */
async function expectWhole(cache: Cache, texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    const found = await cache.retrieveByHash('ns', hashOfString(text));
    if (found !== undefined)
      expect({ text: textOf(found), hash: found.hash }).toEqual({ text, hash: hashOfString(text) });
  }
  for (const id of (await cache.ids('ns')).items) {
    const found = await cache.retrieveById('ns', id);
    if (found !== undefined) expect(hashOfString(textOf(found))).toBe(found.hash);
  }
}

async function keysOf(data: ObjectStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const row of data.list('')) if ('key' in row) keys.push(row.key);
  return keys;
}

describe.each(STRATEGIES)('A process that is killed at any call, with %s entries', (strategy) => {
  const request = (text: string): StoreRequest => aString(text, { strategy, cacheKey: 'k', fileId: 'f' });
  const isSeries = strategy.startsWith('temporal_');

  test('while it stores leaves the entry found by its hash, or as good as absent', async () => {
    const deaths = await killedEverywhere(
      async () => '',
      (cache) => cache.store(request('one')),
      async (cache, _id, data) => {
        await expectWhole(cache, ['one']);
        const { cacheId, hash } = await cache.store(request('one'));
        const ids = (await cache.idsOfHash('ns', hash)).items.map((row) => row.cacheId);
        expect(ids[0]).toBe(cacheId);
        expect(ids.length).toBeLessThanOrEqual(isSeries ? 2 : 1);
        expect(await cache.infoByHash('ns', hash)).toMatchObject({ cacheId });
        if (isSeries) return;
        await cache.remove('ns', cacheId);
        expect(await keysOf(data)).toEqual([]);
      },
    );
    expect(deaths).toBeGreaterThanOrEqual(6);
  });

  test('while it removes leaves nothing half: the next removal carries it through', async () => {
    await killedEverywhere(
      async (cache) => {
        const { cacheId } = await cache.store(request('one'));
        await cache.child.put('ns', cacheId, child);
        return cacheId;
      },
      (cache, id) => cache.remove('ns', id),
      async (cache, id, data) => {
        await expectWhole(cache, ['one']);
        const entry = await cache.retrieveById('ns', id);
        const found = await cache.child.get('ns', id, { ...child, type: 'string' });
        if (entry === undefined) expect(found).toBeUndefined();
        await cache.remove('ns', id);
        expect(await cache.ids('ns')).toEqual({ items: [] });
        expect(await keysOf(data)).toEqual([]);
      },
    );
  });
});

describe('A process that is killed at any call', () => {
  const place = { strategy: 'key_based', cacheKey: 'k', fileId: 'f' } as const;

  test('while it stores on a key and file id leaves the old content or the new, under one id', async () => {
    await killedEverywhere(
      async (cache) => (await cache.store(aString('old', place))).cacheId,
      (cache) => cache.store(aString('new', place)),
      async (cache, id, data) => {
        await expectWhole(cache, ['old', 'new']);
        expect(['old', 'new']).toContain(textOf((await cache.retrieveById('ns', id))!));
        const again = await cache.store(aString('newer', place));
        expect(again.cacheId).toBe(id);
        expect(await cache.hashes('ns')).toEqual({ items: [hashOfString('newer')] });
        expect(await cache.ids('ns')).toEqual({ items: [id] });
        expect(await keysOf(data)).toHaveLength(3);
      },
    );
  });

  test('while it updates leaves the old content or the new', async () => {
    await killedEverywhere(
      async (cache) => (await cache.store(aString('old', place))).cacheId,
      (cache, id) => cache.update('ns', id, { type: 'string', text: 'new' }),
      async (cache, id) => {
        const found = (await cache.retrieveByHash('ns', hashOfString('old')))!;
        expect(found.cacheId).toBe(id);
        expect(['old', 'new']).toContain(textOf(found));
      },
    );
  });

  test('while it sweeps leaves what has expired absent, for the next sweep to remove', async () => {
    const later = (data: ObjectStore) => createCache({ data, now: () => START + 9e6, newId: randomUUID });
    const data = memoryObjectStore();
    for (let at = 1, ended = false; !ended; at++) {
      for (const strategy of STRATEGIES) {
        const { cacheId } = await cacheOn(data).store(aString('one', { ...place, strategy, ttlHours: 1 }));
        await cacheOn(data).child.put('ns', cacheId, child);
      }
      const { around, calls } = crashing({ at });
      ended = await later(aroundObjectStore(data, around))
        .sweepExpired('ns')
        .then(
          () => true,
          () => false,
        );
      expect(calls()).toBeGreaterThan(0);
      expect(await later(data).ids('ns')).toEqual({ items: [] });
      expect(await later(data).infoByHash('ns', hashOfString('one'))).toBeUndefined();
    }
    await later(data).sweepExpired('ns');
    expect(await keysOf(data)).toEqual([]);
  });

  test('while it adopts an entry leaves it for the next run, which ends as the first would have', async () => {
    const adopt = (cache: Cache) =>
      cache.adopt({
        ...aString('one', place),
        cacheId: '00000001-1111-4222-8333-444444444444',
        hash: hashOfString('one'),
        storedAt: START,
      });
    const whole = memoryObjectStore();
    await adopt(cacheOn(whole));
    await killedEverywhere(
      async () => '',
      adopt,
      async (cache, _id, data) => {
        await adopt(cache);
        expect(await keysOf(data)).toEqual(await keysOf(whole));
      },
    );
  });
});
