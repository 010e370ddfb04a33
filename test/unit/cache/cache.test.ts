import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import {
  BadContent,
  BadJson,
  BadName,
  type EntryInfo,
  hashOfBytes,
  hashOfString,
  NoSuchField,
  STRATEGIES,
  textOf,
} from '@sgraph-backbone/layer/cache';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import { Conflict } from '@sgraph-backbone/layer/store';
import { aroundObjectStore } from '../../stores/index.ts';
import { aCache, aJson, aString, HOUR, idsOf, START } from './a-cache.ts';

const bytes = Uint8Array.of(0, 1, 255);

describe.each(STRATEGIES)('An entry stored as %s', (strategy) => {
  test('is found by its id and by its hash, as it was stored', async () => {
    const { cache } = aCache();
    const stored = await cache.store(aString('hello', { strategy, cacheKey: 'a/b c', fileId: 'f1' }));
    expect(stored).toMatchObject({
      namespace: 'ns',
      hash: hashOfString('hello'),
      strategy,
      cacheKey: 'a/b c',
      fileId: 'f1',
      type: 'string',
      storedAt: START,
      size: 7,
    });
    const byId = (await cache.retrieveById('ns', stored.cacheId))!;
    expect(textOf(byId)).toBe('hello');
    const { bytes: _, ...info } = byId;
    expect(info).toEqual(stored);
    expect(await cache.retrieveByHash('ns', stored.hash)).toEqual(byId);
    expect(await cache.infoById('ns', stored.cacheId)).toEqual(stored);
    expect(await cache.infoByHash('ns', stored.hash)).toEqual(stored);
  });

  test('is named after its id where no file id is given', async () => {
    const { cache } = aCache();
    const stored = await cache.store(aString('hello', { strategy }));
    expect(stored).toMatchObject({ fileId: stored.cacheId, cacheKey: '' });
    expect(stored.path).toContain(stored.cacheId);
    expect(await cache.retrieveById('ns', stored.cacheId)).toMatchObject(stored);
  });

  test('keeps bytes, and text beyond ASCII', async () => {
    const { cache } = aCache();
    const binary = await cache.store(aString('', { strategy, content: { type: 'binary', bytes } }));
    expect(await cache.retrieveByHash('ns', hashOfBytes(bytes))).toMatchObject({ ...binary, bytes });
    const text = await cache.store(aString('日本 😀 "\n', { strategy }));
    expect(textOf((await cache.retrieveById('ns', text.cacheId))!)).toBe('日本 😀 "\n');
  });

  test('leaves nothing behind when it is removed', async () => {
    const { cache, keys } = aCache();
    const { cacheId, hash } = await cache.store(aString('hello', { strategy, cacheKey: 'k', fileId: 'f' }));
    const content = { type: 'string', text: 'child' } as const;
    await cache.child.put('ns', cacheId, { dataKey: 'deep/er', dataFileId: 'c', content });
    const before = await keys();
    const removed = await cache.remove('ns', cacheId);
    expect([...removed!.paths].sort()).toEqual(before.sort());
    expect(await keys()).toEqual([]);
    expect(await cache.retrieveById('ns', cacheId)).toBeUndefined();
    expect(await cache.retrieveByHash('ns', hash)).toBeUndefined();
    expect(await cache.remove('ns', cacheId)).toBeUndefined();
  });

  test('takes as few objects as the layout allows', async () => {
    const { cache, keys } = aCache();
    await cache.store(aString('hello', { strategy, cacheKey: 'k' }));
    expect(await keys()).toHaveLength(strategy === 'direct' || strategy === 'temporal' ? 2 : 3);
  });
});

describe('JSON entries', () => {
  test('are stored as the original stores them: two blanks, ASCII, the order and numbers of the request', async () => {
    const { cache } = aCache();
    const text = '{"z":1.0,"é":[1e2,{}],"a":{"n":12345678901234567890},"a":{"m":[]}}';
    const { path, size, cacheId } = await cache.store(aString('', { content: { type: 'json', text } }));
    expect(path).toMatch(/\.json$/);
    const stored = '{\n  "z": 1.0,\n  "\\u00e9": [\n    100.0,\n    {}\n  ],\n  "a": {\n    "m": []\n  }\n}';
    expect(textOf((await cache.retrieveById('ns', cacheId))!)).toBe(stored);
    expect(size).toBe(stored.length);
  });

  test('are found by a field', async () => {
    const { cache } = aCache();
    const stored = await cache.store(aJson({ user: { name: 'hello' } }, { jsonFieldPath: 'user.name' }));
    expect(stored).toMatchObject({ hash: hashOfString('hello'), jsonFieldPath: 'user.name' });
    await expect(cache.store(aJson({ user: 1 }, { jsonFieldPath: 'user.name' }))).rejects.toThrow(
      NoSuchField,
    );
  });

  test('are objects', async () => {
    const { cache, keys } = aCache();
    for (const value of [[1], 'x', 1, null]) await expect(cache.store(aJson(value))).rejects.toThrow(BadJson);
    expect(await keys()).toEqual([]);
  });
});

describe('Storing again on the same key and file id', () => {
  const place = { strategy: 'key_based', cacheKey: 'k', fileId: 'f' } as const;

  test('keeps the id, swaps the content and moves the hash marker', async () => {
    const { cache, keys, clock } = aCache();
    const first = await cache.store(aString('one', place));
    clock.ms += 5;
    const second = await cache.store(aString('two', place));
    expect(second).toMatchObject({
      cacheId: first.cacheId,
      path: 'ns/data/key-based/k/f.json',
      storedAt: START + 5,
    });
    expect(textOf((await cache.retrieveById('ns', first.cacheId))!)).toBe('two');
    expect(await cache.retrieveByHash('ns', first.hash)).toBeUndefined();
    expect(await cache.hashes('ns')).toEqual({ items: [second.hash] });
    expect(await keys()).toHaveLength(3);
  });

  test('with the same content is one entry still, and the newest of its hash', async () => {
    const { cache, keys } = aCache();
    const first = await cache.store(aString('one', place));
    const other = await cache.store(aString('one'));
    expect(await cache.infoByHash('ns', first.hash)).toMatchObject({ cacheId: other.cacheId });
    await cache.store(aString('one', place));
    expect(await cache.infoByHash('ns', first.hash)).toMatchObject({ cacheId: first.cacheId });
    expect((await cache.idsOfHash('ns', first.hash)).items).toHaveLength(2);
    expect(await keys()).toHaveLength(5);
  });

  test('keeps child data', async () => {
    const { cache } = aCache();
    const { cacheId } = await cache.store(aString('one', place));
    const content = { type: 'binary', bytes } as const;
    await cache.child.put('ns', cacheId, { dataFileId: 'c', content });
    await cache.store(aString('two', place));
    expect(await cache.child.get('ns', cacheId, { dataFileId: 'c', type: 'binary' })).toMatchObject({
      bytes,
    });
  });

  test('only where nothing is, or what was read, loses with a Conflict', async () => {
    const { cache } = aCache();
    const first = await cache.store(aString('one', { ...place, ifNoneMatch: '*' }));
    await expect(cache.store(aString('two', { ...place, ifNoneMatch: '*' }))).rejects.toThrow(Conflict);
    await cache.store(aString('two', { ...place, ifMatch: first.etag }));
    await expect(cache.store(aString('three', { ...place, ifMatch: first.etag }))).rejects.toThrow(Conflict);
    await expect(cache.store(aString('x', { ...place, cacheKey: 'new', ifMatch: 'e' }))).rejects.toThrow(
      Conflict,
    );
    expect(textOf((await cache.retrieveById('ns', first.cacheId))!)).toBe('two');
  });

  test('after a removal begins anew under the id of the place, without the child data', async () => {
    const { cache } = aCache();
    const first = await cache.store(aString('one', place));
    await cache.child.put('ns', first.cacheId, { dataFileId: 'c', content: { type: 'string', text: 'x' } });
    await cache.remove('ns', first.cacheId);
    expect(await cache.infoById('ns', first.cacheId)).toBeUndefined();
    const second = await cache.store(aString('one', place));
    expect(second.cacheId).toBe(first.cacheId);
    expect((await cache.child.list('ns', second.cacheId))!.items).toEqual([]);
    expect(await cache.ids('ns')).toEqual({ items: [second.cacheId] });
  });

  test('has an id of its own in every place', async () => {
    const { cache } = aCache();
    const ids = new Set<string>();
    for (const namespace of ['ns', 'ns2'])
      for (const strategy of ['key_based', 'direct', 'temporal'] as const)
        for (const fileId of ['f', 'f2'])
          ids.add((await cache.store(aString('one', { namespace, strategy, fileId }))).cacheId);
    expect(ids.size).toBe(12);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

describe('An update', () => {
  test('changes the content and its type, and keeps id, hash and expiry', async () => {
    const { cache, clock } = aCache();
    const stored = await cache.store(aString('one', { ttlHours: 2 }));
    clock.ms += 7;
    const updated = (await cache.update('ns', stored.cacheId, { type: 'json', text: '{"a":1}' }))!;
    expect(updated).toMatchObject({ hash: stored.hash, type: 'json', size: 12, updatedAt: START + 7 });
    expect(updated.expiresAt).toBe(stored.expiresAt);
    expect(await cache.infoByHash('ns', stored.hash)).toEqual(updated);
    const again = (await cache.update('ns', stored.cacheId, { type: 'binary', bytes }))!;
    expect(await cache.retrieveById('ns', stored.cacheId)).toEqual({ ...again, bytes });
  });

  test('gives an entry its marker back where others have taken it away meanwhile', async () => {
    const memory = memoryObjectStore();
    let meanwhile = async () => {};
    const data = aroundObjectStore(memory, async (call, run) => {
      if (call.method === 'put') await meanwhile();
      return run();
    });
    const { cache } = aCache({ data });
    const place = { strategy: 'key_based', cacheKey: 'k', fileId: 'f' } as const;
    const { cacheId, hash, hashPath } = await cache.store(aString('one', place));
    meanwhile = () => {
      meanwhile = async () => {};
      return memory.delete(hashPath);
    };
    await cache.update('ns', cacheId, { type: 'string', text: 'two' });
    expect(textOf((await cache.retrieveByHash('ns', hash))!)).toBe('two');
    expect(await cache.ids('ns')).toEqual({ items: [cacheId] });
  });

  test('of an absent entry, or of another content than was read, does nothing', async () => {
    const { cache } = aCache();
    const { cacheId, etag } = await cache.store(aString('one'));
    const content = { type: 'string', text: 'two' } as const;
    await cache.update('ns', cacheId, content, { ifMatch: etag });
    await expect(cache.update('ns', cacheId, content, { ifMatch: etag })).rejects.toThrow(Conflict);
    await expect(cache.remove('ns', cacheId, { ifMatch: etag })).rejects.toThrow(Conflict);
    expect(await cache.ids('ns')).toEqual({ items: [cacheId] });
    expect(await cache.update('other', cacheId, content)).toBeUndefined();
  });
});

describe('Versions', () => {
  test.each(['temporal_latest', 'temporal_versioned'] as const)(
    'of a %s series are kept, newest first',
    async (strategy) => {
      const { cache } = aCache();
      const stored: EntryInfo[] = [];
      for (const text of ['one', 'two', 'three'])
        stored.push(await cache.store(aString(text, { strategy, cacheKey: 'k', fileId: 'f' })));
      await cache.store(aString('else', { strategy, cacheKey: 'k/f', fileId: 'f' }));
      const other = await cache.store(aString('other', { strategy, cacheKey: 'k', fileId: 'f2' }));
      const { items } = await cache.versions('ns', 'k');
      expect(items.map(({ cacheId }) => cacheId)).toEqual([other.cacheId, ...idsOf(stored).reverse()]);
      expect(items[1]).toMatchObject({
        strategy,
        fileId: 'f',
        storedAt: START,
        size: 7,
        path: stored[2]!.path,
      });
      const series = await cache.versions('ns', 'k', { fileId: 'f' });
      expect(series.items).toHaveLength(3);
      expect(textOf((await cache.retrieveById('ns', stored[0]!.cacheId))!)).toBe('one');
    },
  );

  test('are listed by pages', async () => {
    const { cache } = aCache();
    for (let n = 0; n < 5; n++)
      await cache.store(aString(`v${n}`, { strategy: 'temporal_versioned', cacheKey: 'k' }));
    const whole = await cache.versions('ns', 'k');
    const first = await cache.versions('ns', 'k', { limit: 2 });
    const rest = await cache.versions('ns', 'k', { limit: 3, cursor: first.cursor });
    expect([...first.items, ...rest.items]).toEqual(whole.items);
    expect(rest.cursor).toBeUndefined();
  });
});

describe('Listings', () => {
  test('name each hash once, and every id', async () => {
    const { cache } = aCache();
    const stored: EntryInfo[] = [];
    for (const text of ['a', 'b', 'a', 'c', 'a']) stored.push(await cache.store(aString(text)));
    expect((await cache.hashes('ns')).items).toEqual(
      ['a', 'b', 'c'].map((text) => hashOfString(text)).sort(),
    );
    expect([...(await cache.ids('ns')).items].sort()).toEqual(idsOf(stored).sort());
    const { items } = await cache.idsOfHash('ns', hashOfString('a'));
    expect(items.map(({ cacheId }) => cacheId)).toEqual([4, 2, 0].map((at) => stored[at]!.cacheId));
    expect(await cache.namespaces()).toEqual(['ns']);
  });

  test.each([1, 2, 3, 100])('by pages of %i are what they are in whole', async (limit) => {
    const { cache } = aCache();
    for (let n = 0; n < 12; n++) await cache.store(aString(`text ${n % 5}`));
    for (const list of [cache.hashes, cache.ids]) {
      const { items, cursor } = await list('ns');
      expect(cursor).toBeUndefined();
      const paged: string[] = [];
      for (let after: string | undefined, more = true; more; ) {
        const page = await list('ns', { limit, cursor: after });
        paged.push(...page.items);
        after = page.cursor;
        more = after !== undefined;
      }
      expect(paged).toEqual(items);
    }
  });

  test('by hash pass any number of entries that are gone', async () => {
    const { cache, data, clock } = aCache();
    const hash = hashOfString('same');
    const live = await cache.store(aString('same'));
    for (let n = 0; n < 1100; n++) {
      const { path } = await cache.store(aString('same', { ttlHours: n % 2 }));
      if (n % 2 === 0) await data.delete(path);
    }
    clock.ms += HOUR + 100;
    expect(await cache.infoByHash('ns', hash)).toEqual(live);
  });

  test('of hashes pass those with thousands of versions', async () => {
    const { cache } = aCache();
    for (let n = 0; n < 2500; n++) await cache.store(aString('many'));
    for (const text of ['a', 'b', 'c', 'd']) await cache.store(aString(text));
    expect((await cache.hashes('ns')).items).toHaveLength(5);
    expect((await cache.hashes('ns', { limit: 2 })).items).toHaveLength(2);
  });

  test('count what is there', async () => {
    const { cache, keys } = aCache();
    for (const strategy of STRATEGIES)
      await cache.store(aString('one', { strategy, cacheKey: 'k', fileId: 'f' }));
    const { cacheId } = await cache.store(aString('two', { strategy: 'key_based', cacheKey: 'k2' }));
    await cache.child.put('ns', cacheId, { dataFileId: 'c', content: { type: 'string', text: '' } });
    await cache.store(aString('other', { namespace: 'ns-other' }));
    const files = (await keys('ns/')).length;
    expect(await cache.stats('ns')).toEqual({
      entries: { direct: 1, temporal: 1, temporal_latest: 1, temporal_versioned: 1, key_based: 2 },
      hashes: 2,
      hashMarkers: 6,
      idReferences: 6,
      childFiles: 1,
      files,
    });
  });
});

describe('Expiry', () => {
  test('is none unless it is asked for', async () => {
    const { cache, clock } = aCache();
    const stored = await cache.store(aString('one'));
    expect(stored.expiresAt).toBeUndefined();
    clock.ms += 100_000 * HOUR;
    expect(await cache.infoById('ns', stored.cacheId)).toEqual(stored);
  });

  test.each(STRATEGIES)('makes a %s entry absent everywhere, and the sweep removes it', async (strategy) => {
    const { cache, clock, keys } = aCache();
    const place = { strategy, cacheKey: 'k', fileId: 'f' };
    const { cacheId, hash, expiresAt } = await cache.store(aString('one', { ...place, ttlHours: 1 }));
    await cache.child.put('ns', cacheId, { dataFileId: 'c', content: { type: 'string', text: 'x' } });
    expect(expiresAt).toBe(START + HOUR);
    clock.ms += HOUR - 1;
    expect(await cache.infoByHash('ns', hash)).toMatchObject({ cacheId });
    expect(await cache.sweepExpired('ns')).toBe(0);
    clock.ms += 1;
    expect(await cache.infoById('ns', cacheId)).toBeUndefined();
    expect(await cache.retrieveById('ns', cacheId)).toBeUndefined();
    expect(await cache.retrieveByHash('ns', hash)).toBeUndefined();
    expect(await cache.update('ns', cacheId, { type: 'string', text: 'x' })).toBeUndefined();
    expect(await cache.remove('ns', cacheId)).toBeUndefined();
    for (const list of [cache.hashes, cache.ids]) expect(await list('ns')).toEqual({ items: [] });
    expect(await cache.idsOfHash('ns', hash)).toEqual({ items: [] });
    expect(await cache.versions('ns', 'k')).toEqual({ items: [] });
    expect(await cache.child.get('ns', cacheId, { dataFileId: 'c', type: 'string' })).toBeUndefined();
    expect(await cache.child.exists('ns', cacheId, { dataFileId: 'c', type: 'string' })).toBe(false);
    expect(await cache.child.list('ns', cacheId)).toBeUndefined();
    expect(await cache.stats('ns')).toMatchObject({ hashes: 0, files: 0 });
    expect(await cache.sweepExpired('ns')).toBe(1);
    expect(await keys()).toEqual([]);
  });

  test('of a namespace holds for entries that do not say otherwise', async () => {
    const { cache } = aCache({ ttlHours: (namespace) => (namespace === 'short' ? 1 : undefined) });
    const expiry = async (namespace: string, ttlHours?: number) =>
      (await cache.store(aString('x', { namespace, ttlHours }))).expiresAt;
    expect(await expiry('short')).toBe(START + HOUR);
    expect(await expiry('short', 2)).toBe(START + 2 * HOUR);
    expect(await expiry('short', 0)).toBeUndefined();
    expect(await expiry('long')).toBeUndefined();
  });

  test('ends with storing again: an entry that has expired begins anew then, one that has not lives on', async () => {
    const { cache, clock, keys } = aCache();
    const place = { strategy: 'key_based', cacheKey: 'k', fileId: 'f' } as const;
    const first = await cache.store(aString('one', { ...place, ttlHours: 1 }));
    const second = await cache.store(aString('one', place));
    expect(second.cacheId).toBe(first.cacheId);
    clock.ms += 2 * HOUR;
    expect(await cache.sweepExpired('ns')).toBe(0);
    expect(await cache.ids('ns')).toEqual({ items: [first.cacheId] });
    await cache.store(aString('one', { ...place, ttlHours: 1 }));
    await cache.child.put('ns', first.cacheId, { dataFileId: 'c', content: { type: 'string', text: 'x' } });
    clock.ms += 2 * HOUR;
    await cache.store(aString('one', place));
    expect(await keys()).toHaveLength(3);
  });
});

describe('Names', () => {
  test.each([
    { namespace: '' },
    { namespace: 'a.b' },
    { namespace: 'a/b' },
    { namespace: 'x'.repeat(129) },
    { fileId: 'a.b' },
    { fileId: '' },
    { fileId: 'x'.repeat(129) },
    { cacheKey: '../x' },
    { cacheKey: 'a/..' },
    { cacheKey: 'a\\..\\b' },
    { cacheKey: 'é' },
    { cacheKey: 'x'.repeat(1025) },
    { hash: 'ABCDEF0123456789' },
    { hash: '123' },
  ])('like %j are refused', async (names) => {
    const { cache, keys } = aCache();
    await expect(cache.store(aString('x', names))).rejects.toThrow(BadName);
    expect(await keys()).toEqual([]);
  });

  test('that would make a key of more than 1,024 bytes are refused with that limit', async () => {
    const { cache } = aCache();
    // cache/ns/data/key-based/ and /f.json are 31 bytes.
    const longest = { strategy: 'key_based', fileId: 'f', cacheKey: 'k'.repeat(1024 - 31) } as const;
    const { cacheId } = await cache.store(aString('x', longest));
    expect(await cache.infoById('ns', cacheId)).toMatchObject(longest);
    await expect(cache.store(aString('x', { ...longest, cacheKey: `${longest.cacheKey}k` }))).rejects.toThrow(
      /at most 1024 bytes; with this cache_key it has 1025/,
    );
  });

  test('of the longest kind come back as they were', async () => {
    const { cache } = aCache();
    const cacheKey = `${'a  b/'.repeat(204)}x y `;
    const stored = await cache.store(aString('x', { cacheKey, fileId: 'f'.repeat(128), ttlHours: 1 }));
    expect(await cache.infoById('ns', stored.cacheId)).toMatchObject({ cacheKey, fileId: 'f'.repeat(128) });
  });

  test('with dots that are no segment are accepted, and a closing slash joins', async () => {
    const { cache } = aCache();
    const { path } = await cache.store(
      aString('x', { strategy: 'key_based', cacheKey: 'a..b/c/', fileId: 'f' }),
    );
    expect(path).toBe('ns/data/key-based/a..b/c/f.json');
  });

  test('of ids are UUIDs of any kind; an upper-case one is not found', async () => {
    const { cache } = aCache();
    const { cacheId } = await cache.store(aString('x'));
    expect(cacheId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(await cache.infoById('ns', cacheId.toUpperCase())).toBeUndefined();
    await expect(cache.infoById('ns', 'no-uuid')).rejects.toThrow(BadName);
    await expect(cache.infoByHash('ns', 'xyz')).rejects.toThrow(BadName);
  });
});

describe('Contents', () => {
  test('that are empty, broken or no text are refused', async () => {
    const { cache } = aCache();
    await expect(cache.store(aString(''))).rejects.toThrow(BadContent);
    await expect(cache.store(aString('\ud800'))).rejects.toThrow(BadContent);
    const empty = { type: 'binary', bytes: new Uint8Array() } as const;
    await expect(cache.store(aString('', { content: empty }))).rejects.toThrow(BadContent);
    const broken = { type: 'binary', bytes: Uint8Array.of(1, 2), encoding: 'gzip' } as const;
    await expect(cache.store(aString('', { content: broken }))).rejects.toThrow(BadContent);
  });

  test('of gzip are kept as they came and hashed by what is inside', async () => {
    const { cache } = aCache();
    const packed = gzipSync(bytes);
    const content = { type: 'binary', bytes: packed, encoding: 'gzip' } as const;
    const { hash, cacheId } = await cache.store(aString('', { content }));
    expect(hash).toBe(hashOfBytes(bytes));
    const found = await cache.retrieveById('ns', cacheId);
    expect(found).toMatchObject({ contentEncoding: 'gzip', type: 'binary' });
    expect(Buffer.from(found!.bytes).equals(packed)).toBe(true);
  });
});
