import { describe, expect, test } from '@jest/globals';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import { Conflict, compareAndSet, readJson, writeJson } from '@sgraph-backbone/layer/store';
import { aroundObjectStore, failing, StoreFailure } from '../../stores/index.ts';

describe('Compare and set', () => {
  test('makes an absent object and changes a present one', async () => {
    const store = memoryObjectStore();
    expect(await compareAndSet<number>(store, 'k', (n) => (n ?? 10) + 1)).toBe(11);
    expect(await compareAndSet<number>(store, 'k', async (n) => n! + 1, { gzip: true })).toBe(12);
    expect(await readJson(store, 'k')).toMatchObject({ value: 12 });
    expect((await store.head('k'))!.contentEncoding).toBe('gzip');
  });

  test('leaves everything as it is when the change says nothing', async () => {
    const store = memoryObjectStore();
    expect(await compareAndSet<number>(store, 'k', () => undefined)).toBeUndefined();
    expect(await store.head('k')).toBeUndefined();
    const { etag } = await writeJson(store, 'k', 5);
    expect(await compareAndSet<number>(store, 'k', () => undefined)).toBe(5);
    expect((await store.head('k'))!.etag).toBe(etag);
  });

  test('starts again from what is there now, after a wait that grows to 50 ms', async () => {
    const store = memoryObjectStore();
    const waits: number[] = [];
    const sleep = async (ms: number) => void waits.push(ms);
    const seen: unknown[] = [];
    const change = async (n: number | undefined) => {
      seen.push(n);
      if (seen.length <= 8) await writeJson(store, 'k', seen.length);
      return -1;
    };
    expect(await compareAndSet<number>(store, 'k', change, { sleep, random: () => 1 })).toBe(-1);
    expect(seen).toEqual([undefined, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(waits).toEqual([2, 4, 8, 16, 32, 50, 50, 50]);
  });

  test('gives up after its tries, with the last Conflict', async () => {
    const store = memoryObjectStore();
    let count = 0;
    const change = async () => {
      await writeJson(store, 'k', ++count);
      return -1;
    };
    const options = { tries: 3, sleep: async () => {} };
    await expect(compareAndSet<number>(store, 'k', change, options)).rejects.toThrow(Conflict);
    expect(count).toBe(3);
  });

  test('lets every other failure through', async () => {
    const store = aroundObjectStore(memoryObjectStore(), failing({ seed: 1, rate: 1 }));
    await expect(compareAndSet<number>(store, 'k', () => 1)).rejects.toThrow(StoreFailure);
  });
});
