import { describe, expect, test } from '@jest/globals';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import { Conflict, compareAndSet, readJson, remembered, writeJson } from '@sgraph-backbone/layer/store';
import { aroundObjectStore, recording } from '../../stores/index.ts';

function world() {
  const clock = { now: 0 };
  const { around, calls } = recording();
  const inner = memoryObjectStore();
  const store = remembered(aroundObjectStore(inner, around), {
    isRemembered: (key) => key.startsWith('small/'),
    mayBeAbsent: (key) => key === 'small/default',
    isForever: (key) => key.startsWith('rules/'),
    milliseconds: 60_000,
    now: () => clock.now,
  });
  const asked = () => calls.splice(0).map(({ method, key }) => `${method} ${key}`);
  return { clock, inner, store, asked };
}

describe('a store that remembers', () => {
  test('asks once in a minute for what may be a minute old, and each time for the rest', async () => {
    const { clock, inner, store, asked } = world();
    for (const key of ['small/a', 'large/b']) await writeJson(inner, key, 1);
    for (let read = 0; read < 3; read++) for (const key of ['small/a', 'large/b']) await readJson(store, key);
    expect(asked()).toEqual(['get small/a', 'get large/b', 'get large/b', 'get large/b']);
    clock.now = 60_000;
    await readJson(store, 'small/a');
    expect(asked()).toEqual(['get small/a']);
  });

  test('remembers that something is absent only where it may', async () => {
    const { inner, store, asked } = world();
    for (let read = 0; read < 2; read++) expect(await readJson(store, 'small/default')).toBeUndefined();
    expect(asked()).toEqual(['get small/default']);
    expect(await readJson(store, 'small/a')).toBeUndefined();
    await writeJson(inner, 'small/a', 1);
    expect(await readJson(store, 'small/a')).toMatchObject({ value: 1 });
  });

  test('loses no change to what it remembers of before', async () => {
    const { inner, store } = world();
    await writeJson(inner, 'small/a', 1);
    await readJson(store, 'small/a');
    await writeJson(inner, 'small/a', 10);
    await compareAndSet<number>(store, 'small/a', (current = 0) => current + 1, { sleep: async () => {} });
    expect(await readJson(store, 'small/a')).toMatchObject({ value: 11 });
  });

  test('asks nobody again for what stands for ever', async () => {
    const { store, asked } = world();
    const put = () => writeJson(store, 'rules/1', 1, { ifNoneMatch: '*' });
    await put();
    await expect(put()).rejects.toThrow(Conflict);
    await expect(put()).rejects.toThrow(Conflict);
    expect(asked()).toEqual(['put rules/1']);
  });
});
