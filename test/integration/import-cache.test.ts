import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { type Cache, createCache, STRATEGIES } from '@sgraph-backbone/layer/cache';
import { openBucket, openStore } from '@sgraph-backbone/layer/drivers';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { environmentOf, GATEWAY, NO_SERVER, temporaryBucket } from '../contract/s3-servers.ts';
import { backbone } from './command.ts';
import { temporaryFolder } from './folder.ts';
import { type OldStored, oldCache } from './old-cache.ts';

const AT = Date.parse('2026-02-16T14:30:00.123Z');
const HASH = '6849a71fcf48b141';

interface Imported {
  readonly entries: number;
  readonly hashes: number;
  readonly childFiles: number;
  readonly remarks: readonly { readonly kind: string; readonly file: string; readonly reason: string }[];
}

/** Runs the command, twice: the second run changes nothing. */
async function imported(folder: string, code = 0): Promise<Imported> {
  const words = ['import-cache', 'old', '--store', 'sqlite:new.sqlite', '--json'];
  const first = await backbone(words, { cwd: folder });
  expect([first.stderr, first.code]).toEqual(['', code]);
  const before = await everything(folder);
  const second = await backbone(words, { cwd: folder });
  expect(JSON.parse(second.stdout)).toMatchObject({ entries: JSON.parse(first.stdout).entries });
  expect(await everything(folder)).toEqual(before);
  return JSON.parse(first.stdout);
}

async function withStore<T>(
  folder: string,
  use: (data: ObjectStore, cache: Cache) => Promise<T>,
): Promise<T> {
  const store = await openStore(`sqlite:${folder}/new.sqlite`);
  try {
    return await use(store.data, createCache({ data: store.data, now: Date.now, newId: randomUUID }));
  } finally {
    await store.close();
  }
}

function everything(folder: string): Promise<Record<string, string>> {
  return withStore(folder, async (data) => {
    const found: Record<string, string> = {};
    for await (const row of data.list(''))
      if ('key' in row) found[row.key] = Buffer.from((await data.get(row.key))!.bytes).toString('latin1');
    return found;
  });
}

const textOf = (entry: { bytes: Uint8Array } | undefined) => entry && Buffer.from(entry.bytes).toString();

describe('import-cache', () => {
  test.each(STRATEGIES)('keeps ids, hashes, order, times and child data of %s entries', async (strategy) => {
    const folder = temporaryFolder();
    const old = oldCache(join(folder, 'old'));
    const place = { strategy, cacheKey: 'rooms/a b', hash: HASH } as const;
    const ids = [0, 0, 5, 3_600_000].map((later, n) => {
      const stored: OldStored = { ...place, at: AT + later, content: `{\n  "n": ${n}.0\n}` };
      const { cacheId, dataFolders } = old.store(stored);
      for (const data of dataFolders) {
        old.write(`${data}/k/one.json`, `{\n    "child": ${n}\n}`);
        old.write(`${data}/two.txt`, `text ${n} é`);
        old.write(`${data}/three.bin`, Uint8Array.of(n, 255));
      }
      return cacheId;
    });
    expect(await imported(folder)).toMatchObject({ entries: 4, hashes: 1, childFiles: 12, remarks: [] });
    await withStore(folder, async (_, cache) => {
      const { items } = await cache.idsOfHash('tokens', HASH);
      expect(items.map(({ cacheId }) => cacheId)).toEqual(ids.toReversed());
      for (const [n, id] of ids.entries()) {
        const entry = (await cache.retrieveById('tokens', id))!;
        expect(entry).toMatchObject({
          cacheId: id,
          hash: HASH,
          strategy,
          cacheKey: 'rooms/a b',
          type: 'json',
        });
        expect(entry.storedAt).toBe(AT + [0, 0, 5, 3_600_000][n]!);
        expect(textOf(entry)).toBe(`{\n  "n": ${n}.0\n}`);
        const child = (type: 'json' | 'string' | 'binary', dataFileId: string, dataKey?: string) =>
          cache.child.get('tokens', id, { type, dataFileId, dataKey });
        expect(textOf(await child('json', 'one', 'k'))).toBe(`{\n    "child": ${n}\n}`);
        expect(textOf(await child('string', 'two'))).toBe(`text ${n} é`);
        expect((await child('binary', 'three'))!.bytes).toEqual(Uint8Array.of(n, 255));
      }
      expect((await cache.retrieveByHash('tokens', HASH))!.cacheId).toBe(ids.at(-1));
      if (strategy.startsWith('temporal_'))
        expect((await cache.versions('tokens', 'rooms/a b')).items).toHaveLength(4);
    });
  });

  test('keeps strings, bytes with their encoding, and numbers as they were written', async () => {
    const folder = temporaryFolder();
    const old = oldCache(join(folder, 'old'));
    const gzip = gzipSync('packed');
    const store = (content: OldStored['content'], more: Partial<OldStored> = {}) =>
      old.store({ namespace: 'all', strategy: 'direct', hash: HASH, at: AT, content, ...more }).cacheId;
    const string = store('"caf\\u00e9 \\ud83d\\ude00"');
    const bytes = store(Uint8Array.of(0, 1, 255));
    const packed = store(gzip, { encoding: 'gzip' });
    const numbers = store('{\n  "a": 1e16,\n  "b": 12345678901234567890,\n  "c": -0.0\n}', {
      jsonFieldPath: 'a.b',
    });
    expect(await imported(folder)).toMatchObject({ entries: 4, remarks: [] });
    await withStore(folder, async (_, cache) => {
      expect(await cache.retrieveById('all', string)).toMatchObject({ type: 'string' });
      expect(textOf(await cache.retrieveById('all', string))).toBe('"caf\\u00e9 \\ud83d\\ude00"');
      expect((await cache.retrieveById('all', bytes))!.bytes).toEqual(Uint8Array.of(0, 1, 255));
      const found = (await cache.retrieveById('all', packed))!;
      expect([found.contentEncoding, Buffer.compare(found.bytes, gzip)]).toEqual(['gzip', 0]);
      const entry = await cache.retrieveById('all', numbers);
      expect(textOf(entry)).toContain('12345678901234567890');
      expect(entry).toMatchObject({ jsonFieldPath: 'a.b' });
    });
  });

  test('finds again what was lost from a by-hash file, and tells what is gone or damaged', async () => {
    const folder = temporaryFolder();
    const old = oldCache(join(folder, 'old'));
    const store = (at: number, hash: string, lost = false) =>
      old.store({ strategy: 'direct', hash, at, content: `{"at": ${at}}`, lost });
    const [first, lost, last] = [store(AT, HASH), store(AT + 10, HASH, true), store(AT + 20, HASH)];
    const dead = randomUUID();
    old.list('tokens', HASH, dead, AT + 30);
    const torn = [store(AT + 1, 'aabbccddeeff0011'), store(AT, 'aabbccddeeff0011')];
    old.write(
      'tokens/refs/by-hash/aa/bb/aabbccddeeff0011.json',
      '{"cache_hash": "aabbccddeeff0011"}}Extra data',
    );
    const { remarks, entries } = await imported(folder);
    expect(entries).toBe(5);
    expect(remarks).toHaveLength(3);
    const list = `tokens/${HASH}`;
    for (const remark of [
      {
        kind: 'found-again',
        file: list,
        reason: `${lost.cacheId} was lost from its by-hash file, and is found again`,
      },
      { kind: 'gone', file: list, reason: `${dead} is listed, but no by-id file leads to it` },
      {
        kind: 'damaged',
        file: 'tokens/refs/by-hash/aa/bb/aabbccddeeff0011.json',
        reason: expect.stringMatching(/can not be read/),
      },
    ])
      expect(remarks).toContainEqual(remark);
    await withStore(folder, async (_, cache) => {
      const idsOf = async (hash: string) =>
        (await cache.idsOfHash('tokens', hash)).items.map(({ cacheId }) => cacheId);
      expect(await idsOf(HASH)).toEqual([last, lost, first].map(({ cacheId }) => cacheId));
      expect(await idsOf('aabbccddeeff0011')).toEqual(torn.map(({ cacheId }) => cacheId));
    });
  });

  test('lets both ids of one file lead to it, and keeps the order of a list that times contradict', async () => {
    const folder = temporaryFolder();
    const old = oldCache(join(folder, 'old'));
    const place = { strategy: 'key_based', cacheKey: 'user', fileId: 'profile' } as const;
    const older = old.store({ ...place, hash: HASH, at: AT, content: '{"v": 1}' });
    const newer = old.store({ ...place, hash: '0123456789abcdef', at: AT + 5, content: '{"v": 2}' });
    const early = old.store({
      strategy: 'direct',
      hash: 'feedfacefeedface',
      at: AT + 50,
      content: '{"n": 1}',
    });
    const late = old.store({
      strategy: 'direct',
      hash: 'feedfacefeedface',
      at: AT + 40,
      content: '{"n": 2}',
    });
    expect(await imported(folder)).toMatchObject({ entries: 4, remarks: [] });
    await withStore(folder, async (data, cache) => {
      for (const { cacheId } of [older, newer])
        expect(JSON.parse(textOf(await cache.retrieveById('tokens', cacheId))!)).toEqual({ v: 2 });
      expect((await cache.retrieveByHash('tokens', HASH))!.cacheId).toBe(older.cacheId);
      expect((await cache.retrieveByHash('tokens', '0123456789abcdef'))!.cacheId).toBe(newer.cacheId);
      expect(await data.head('tokens/data/key-based/user/profile.json')).toBeDefined();
      const { items } = await cache.idsOfHash('tokens', 'feedfacefeedface');
      expect(items.map(({ cacheId }) => cacheId)).toEqual([late.cacheId, early.cacheId]);
    });
  });

  test('tells what no entry can hold, takes the rest, and reads nothing outside', async () => {
    const folder = temporaryFolder();
    const old = oldCache(join(folder, 'old'));
    const store = (content: string, more: Partial<OldStored> = {}) =>
      old.store({ strategy: 'direct', hash: HASH, at: AT, content, ...more });
    store('{"fine": true}');
    const nan = store('{"a": NaN}');
    const gone = store('{"a": 1}');
    old.remove(gone.contentFiles[0]!);
    const up = store('{"a": 1}', { strategy: 'key_based', cacheKey: '../../elsewhere' });
    store('{"a": 1}', { namespace: 'sa-cloudfront-raw' });
    old.write('tokens/refs/by-id/00/00/torn.json', '{"cache_id": ');
    const { entries, remarks } = await imported(folder, 2);
    expect(entries).toBe(1);
    const told = remarks.map(({ kind, file, reason }) => `${kind} ${file}: ${reason}`);
    expect(told).toHaveLength(6);
    for (const part of [
      `not-taken ${nan.contentFiles[0]}: `,
      `not-taken ${gone.contentFiles[0]}: its content file is gone`,
      'not-taken sa-cloudfront-raw/: names that begin with sa- or bb- belong to the pipeline',
      'damaged tokens/refs/by-id/00/00/torn.json: ',
      `gone tokens/${HASH}: ${up.cacheId} is listed, but no by-id file leads to it`,
      `${up.cacheId}.json: it names files outside of its namespace`,
    ])
      expect(told).toContainEqual(expect.stringContaining(part));
  });

  test('refuses a place that is none, in one line', async () => {
    const folder = temporaryFolder();
    for (const [words, message] of [
      [['import-cache'], /^import-cache: name one folder or s3:\/\/<bucket>\[\/<prefix>\]\n$/],
      [['import-cache', 'nowhere'], /^nowhere: no folder there/],
    ] as const) {
      const { code, stderr } = await backbone(words, { cwd: folder });
      expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    }
  });

  (GATEWAY ? test : test.skip)(GATEWAY ? 'reads the same from a bucket' : NO_SERVER, async () => {
    const folder = temporaryFolder();
    const old = oldCache(join(folder, 'old'));
    const ids = STRATEGIES.map((strategy) => {
      const { cacheId, dataFolders } = old.store({ strategy, hash: HASH, at: AT, content: '{"a": 1}' });
      for (const data of dataFolders) old.write(`${data}/child.txt`, strategy);
      return cacheId;
    });
    const { bucket, remove } = await temporaryBucket(GATEWAY!);
    const store = await openBucket(bucket, 'old/store/', { s3: GATEWAY!.connection });
    const root = join(folder, 'old');
    for (const file of readdirSync(root, { recursive: true, withFileTypes: true })) {
      const path = join(file.parentPath, file.name);
      if (file.isFile()) await store.put(relative(root, path), readFileSync(path));
    }
    store.close();
    const words = ['import-cache', `s3://${bucket}/old/store`, '--store', 'sqlite:new.sqlite', '--json'];
    const { code, stdout, stderr } = await backbone(words, { cwd: folder, env: environmentOf(GATEWAY!) });
    await remove();
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ entries: 5, childFiles: 5, remarks: [] });
    await withStore(folder, async (_, cache) => {
      const { items } = await cache.idsOfHash('tokens', HASH);
      expect(items.map(({ cacheId }) => cacheId).sort()).toEqual(ids.toSorted());
    });
  });
});
