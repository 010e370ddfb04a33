import { describe, expect, test } from '@jest/globals';
import { BadStoreInput, type ObjectStore } from '@sgraph-backbone/layer/store';
import { DRIVERS, withStore } from './opened-drivers.ts';
import { byBytes, bytesOf, NASTY_KEYS, rowsOf } from './rows.ts';

const KEYS = NASTY_KEYS.filter((key) => Buffer.byteLength(key) <= 1000).toSorted(byBytes);

/** What a listing of the whole store folds to. */
function folded(prefix: string): string[] {
  const rows = KEYS.filter((key) => key.startsWith(prefix)).map((key) => {
    const cut = key.indexOf('/', prefix.length);
    return cut < 0 ? key : key.slice(0, cut + 1);
  });
  return [...new Set(rows)];
}

async function fill(store: ObjectStore): Promise<void> {
  for (const key of KEYS) await store.put(key, bytesOf(key), { metadata: { any: 'thing' } });
}

describe.each(DRIVERS)('Listings in the driver $name', ({ open, emptyFolders }) => {
  const testWith = (name: string, use: (store: ObjectStore) => Promise<void>) =>
    test(name, () => withStore(open, use));

  testWith('all keys come in the order of their bytes, once', async (store) => {
    await fill(store);
    expect(await rowsOf(store, '')).toEqual(KEYS);
  });

  testWith('a prefix lists what is below it and nothing that merely begins alike', async (store) => {
    await fill(store);
    expect(await rowsOf(store, 'k/')).toEqual(['k/x', 'k/x/y.json']);
    expect(await rowsOf(store, 'nothing/here/')).toEqual([]);
    for (const prefix of ['/', 'a/', 'a//', '../', 'a.json/', 'long/', `long/${'x'.repeat(200)}/`]) {
      expect(await rowsOf(store, prefix)).toEqual(KEYS.filter((key) => key.startsWith(prefix)));
    }
  });

  testWith('a prefix that is no folder is refused', async (store) => {
    await expect(rowsOf(store, 'k')).rejects.toThrow(BadStoreInput);
    await expect(rowsOf(store, 'k', { delimiter: '/' })).rejects.toThrow('ends in "/"');
  });

  testWith('a delimiter folds folders, in the same order', async (store) => {
    await fill(store);
    for (const prefix of ['', 'k/', 'a/', 'long/']) {
      expect(await rowsOf(store, prefix, { delimiter: '/' })).toEqual(folded(prefix));
    }
  });

  testWith('a folder that was emptied is not listed', async (store) => {
    await store.put('a/b/c', bytesOf('x'), { metadata: { m: '1' } });
    await store.delete('a/b/c');
    const { etag } = await store.put('d/e', bytesOf('x'), { metadata: { m: '1' } });
    await store.move('d/e', 'f', { ifMatch: etag });
    const options = emptyFolders ? {} : { delimiter: '/' as const };
    expect(await rowsOf(store, '', options)).toEqual(['f']);
  });

  testWith('a listing goes on after any row, in pages of any size', async (store) => {
    await fill(store);
    for (const options of [{}, { delimiter: '/' as const }]) {
      const all = await rowsOf(store, '', options);
      const pages: string[] = [];
      for (;;) {
        const page = await rowsOf(store, '', { ...options, limit: 7, startAfter: pages.at(-1) });
        if (page.length === 0) break;
        expect(page.length).toBeLessThanOrEqual(7);
        pages.push(...page);
      }
      expect(pages).toEqual(all);
    }
    expect(await rowsOf(store, '', { limit: 0 })).toEqual([]);
  });

  testWith('"start after" takes a text that is no key', async (store) => {
    await fill(store);
    for (const startAfter of ['a.', 'a/', 'a/a', 'k/x/', `long/${'x'.repeat(201)}`, '\u{FFFF}', 'zzz']) {
      const expected = KEYS.filter((key) => byBytes(key, startAfter) > 0);
      expect(await rowsOf(store, '', { startAfter })).toEqual(expected);
      const rows = folded('').filter((row) => byBytes(row, startAfter) > 0);
      expect(await rowsOf(store, '', { startAfter, delimiter: '/' })).toEqual(rows);
    }
  });

  testWith('keys that stay are listed although others come and go meanwhile', async (store) => {
    const keys = Array.from({ length: 60 }, (_, n) => `f${n % 6}/k${n}`);
    for (const key of keys) await store.put(key, bytesOf(key));
    const seen: string[] = [];
    for await (const row of store.list('')) {
      if (!('key' in row)) continue;
      seen.push(row.key);
      await store.delete(`f${seen.length % 6}/gone${seen.length - 6}`);
      await store.put(`f${seen.length % 6}/gone${seen.length}`, bytesOf('x'));
      await store.put(row.key, bytesOf('again'));
    }
    expect(seen.filter((key) => !key.includes('gone'))).toEqual(keys.toSorted(byBytes));
    expect(new Set(seen).size).toBe(seen.length);
  });
});
