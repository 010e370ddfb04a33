import { describe, expect, test } from '@jest/globals';
import { hashOfString, STRATEGIES } from '@sgraph-backbone/layer/cache';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import { aroundObjectStore, type Recorded, recording } from '../../stores/index.ts';
import { aCache, aJson, aString } from './a-cache.ts';

/** A cache whose calls of the store are counted, and which rows of listings were taken. */
function counted() {
  const { around, calls } = recording();
  const memory = memoryObjectStore();
  let rows = 0;
  const data = aroundObjectStore(
    {
      ...memory,
      async *list(prefix, options) {
        for await (const row of memory.list(prefix, options)) {
          rows++;
          yield row;
        }
      },
    },
    around,
  );
  const costOf = async (work: () => Promise<unknown>) => {
    calls.length = 0;
    rows = 0;
    await work();
    return { ...countOf(calls), rows };
  };
  return { ...aCache({ data }), costOf };
}

function countOf(calls: readonly Recorded[]) {
  const count = (method: string) => calls.filter((call) => call.method === method).length;
  const bytes = calls.reduce((sum, call) => sum + (call.bytes?.length ?? 0), 0);
  return {
    put: count('put'),
    get: count('get') + count('head'),
    list: count('list'),
    delete: count('delete'),
    bytes,
  };
}

const NEW = { get: 0, list: 0, delete: 0 };

describe('What a request asks of the store', () => {
  test.each([
    ['direct', 2],
    ['temporal', 2],
    ['temporal_latest', 3],
    ['temporal_versioned', 3],
    ['key_based', 3],
  ] as const)('to store one as %s: %i puts', async (strategy, put) => {
    const { cache, costOf } = counted();
    const cost = await costOf(() => cache.store(aString('x', { strategy, cacheKey: 'k' })));
    expect(cost).toMatchObject({ ...NEW, put });
  });

  test('to store on a key and file id: a look whether somebody was faster', async () => {
    const { cache, costOf } = counted();
    const place = { strategy: 'key_based', cacheKey: 'k', fileId: 'f' } as const;
    expect(await costOf(() => cache.store(aString('x', place)))).toMatchObject({
      put: 3,
      get: 1,
      list: 0,
      delete: 0,
    });
    const again = await costOf(() => cache.store(aString('y', place)));
    expect(again).toMatchObject({ put: 4, get: 2, list: 1, delete: 1 });
  });

  test.each(STRATEGIES)(
    'to read a %s entry: by id two gets at most, by hash a listing more',
    async (strategy) => {
      const { cache, costOf } = counted();
      const { cacheId, hash } = await cache.store(aString('x', { strategy, cacheKey: 'k', fileId: 'f' }));
      const byId = await costOf(() => cache.retrieveById('ns', cacheId));
      expect(byId).toMatchObject({ get: 2, list: 0, put: 0 });
      expect(await costOf(() => cache.retrieveByHash('ns', hash))).toMatchObject({
        get: 2,
        list: 1,
        put: 0,
        rows: 1,
      });
    },
  );

  test.each(['direct', 'temporal'] as const)(
    'to read a %s entry whose id says its place: one get',
    async (strategy) => {
      const { cache, costOf } = counted();
      const { cacheId, hash } = await cache.store(aString('x', { strategy }));
      expect(await costOf(() => cache.retrieveById('ns', cacheId))).toMatchObject({ get: 1, list: 0 });
      expect(await costOf(() => cache.retrieveByHash('ns', hash))).toMatchObject({ get: 1, list: 1 });
    },
  );

  test('to tell whether an entry exists, its content is not read', async () => {
    const { around, calls } = recording();
    const { cache } = aCache({ data: aroundObjectStore(memoryObjectStore(), around) });
    const { cacheId, hash } = await cache.store(aString('x'));
    calls.length = 0;
    await cache.infoById('ns', cacheId);
    await cache.infoByHash('ns', hash);
    await cache.hashes('ns');
    await cache.ids('ns');
    expect(calls.map(({ method }) => method)).toEqual(['head', 'list', 'head', 'list', 'list']);
  });

  test.each(STRATEGIES)(
    'for the 2,000th %s version of a hash: no more than for the 10th',
    async (strategy) => {
      const { cache, costOf } = counted();
      const store = (n: number) =>
        cache.store(
          aJson(
            { key: 'same', n: n % 10 },
            { strategy, cacheKey: `k${strategy === 'key_based' ? n : ''}`, jsonFieldPath: 'key' },
          ),
        );
      const hash = hashOfString('same');
      const costs = [];
      for (const upTo of [9, 1999]) {
        for (let n = (await cache.idsOfHash('ns', hash)).items.length; n < upTo; n++) await store(n);
        const stored = await costOf(() => store(upTo));
        const read = await costOf(() => cache.retrieveByHash('ns', hash));
        costs.push({ stored, read });
      }
      const [tenth, last] = costs;
      expect((await cache.idsOfHash('ns', hash)).items).toHaveLength(2000);
      expect(last!.read).toEqual(tenth!.read);
      const { bytes, ...calls } = last!.stored;
      expect(tenth!.stored).toMatchObject(calls);
      expect(bytes).toBeLessThanOrEqual(tenth!.stored.bytes * 1.5);
    },
  );

  test('for the 2,000th time on the same key and file id: no more than for the 10th', async () => {
    const { cache, costOf } = counted();
    const place = { strategy: 'key_based', cacheKey: 'k', fileId: 'f', jsonFieldPath: 'key' } as const;
    const store = (n: number) => cache.store(aJson({ key: 'same', n: n % 10 }, place));
    const costs = [];
    for (let n = 0; n < 2000; n++) costs.push(await costOf(() => store(n)));
    expect(costs[1999]).toEqual(costs[9]);
  });
});
