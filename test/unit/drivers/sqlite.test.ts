import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from '@jest/globals';
import { openStore, sqliteStore } from '@sgraph-backbone/layer/drivers';
import { BadStoreInput } from '@sgraph-backbone/layer/store';
import { temporaryFolder } from '../../contract/opened-drivers.ts';
import { bytesOf, rowsOf, textOf } from '../../contract/rows.ts';

async function withFile(use: (file: string) => Promise<void> | void): Promise<void> {
  const folder = temporaryFolder();
  try {
    await use(`${folder.path}/new/store.sqlite`);
  } finally {
    folder.remove();
  }
}

describe('A SQLite store', () => {
  test('keeps both halves in one file, for its owner alone, and gives them again', () =>
    withFile(async (file) => {
      const first = await openStore(`sqlite:${file}`, { now: () => 1_771_252_200_000 });
      await first.data.put('ns/k.json', bytesOf('data'));
      await first.observability.put('ns/k.json', bytesOf('log'));
      await first.close();
      expect(statSync(file).mode & 0o077).toBe(0);
      const second = await openStore(`sqlite:${file}`);
      expect(await second.data.get('ns/k.json')).toMatchObject({ modified: 1_771_252_200_000, size: 4 });
      expect(textOf((await second.observability.get('ns/k.json'))?.bytes)).toBe('log');
      await second.close();
    }));

  test('gives the same bytes another ETag with every write, at one time too (ABA)', () =>
    withFile(async (file) => {
      const etags = new Set<string>();
      for (let opening = 0; opening < 3; opening++) {
        const { data, close } = sqliteStore(file, { now: () => 1_771_252_200_000 });
        for (let write = 0; write < 20; write++) {
          etags.add((await data.put('k', bytesOf('same'))).etag);
          if (write % 5 === 0) await data.delete('k');
        }
        close();
      }
      expect(etags.size).toBe(60);
    }));

  test('reads any part of a content that lies in pieces, and leaves no piece behind', () =>
    withFile(async (file) => {
      const { data, close } = sqliteStore(file);
      const content = Uint8Array.from({ length: 3 * 2 ** 20 + 5 }, (_, at) => (at * 31 + (at >> 12)) & 0xff);
      const { etag } = await data.put('large', content, { metadata: { a: 'b' } });
      const cuts = [
        0,
        1,
        2 ** 20 - 1,
        2 ** 20,
        2 ** 20 + 1,
        2 ** 21,
        3 * 2 ** 20,
        3 * 2 ** 20 + 4,
        content.length,
      ];
      for (const start of cuts)
        for (const end of cuts) {
          const found = await data.get('large', { range: { start, end } });
          expect(Buffer.compare(found!.bytes, content.slice(start, Math.max(start, end)))).toBe(0);
        }
      const moved = await data.move('large', 'other', { ifMatch: etag });
      const same = await data.move('other', 'other', { ifMatch: moved.etag });
      expect(Buffer.compare((await data.get('other'))!.bytes, content)).toBe(0);
      await data.put('small', bytesOf('x'));
      await data.move('other', 'small', { ifMatch: same.etag });
      await data.put('again', content);
      await data.put('again', bytesOf('small now'));
      await data.delete('small');
      close();
      const database = new DatabaseSync(file);
      expect(database.prepare('SELECT count(*) AS pieces FROM data_pieces').get()).toEqual({ pieces: 0 });
      database.close();
    }));

  test('leaves no byte of a secret that was deleted, in the file or beside it', () =>
    withFile(async (file) => {
      const { observability, close } = sqliteStore(file);
      const secret = 'a-secret-that-must-be-destroyed';
      await observability.put('secrets/days/2026-02-16.json', bytesOf(secret.repeat(400)));
      await observability.put('secrets/identity.json', bytesOf('stays'));
      const everything = () => ['', '-wal'].map((end) => readFileSync(file + end, 'latin1')).join('');
      expect(everything()).toContain(secret);
      await observability.delete('secrets/days/2026-02-16.json');
      expect(everything()).not.toContain(secret);
      close();
    }));

  test('goes on with a listing after thousands of keys, and passes over folders without reading them', () =>
    withFile(async (file) => {
      const { data, close } = sqliteStore(file);
      const keys = Array.from({ length: 3000 }, (_, n) => `f${n % 3}/${String(n).padStart(5, '0')}`).sort();
      for (const key of keys) await data.put(key, bytesOf(''));
      expect(await rowsOf(data, '')).toEqual(keys);
      expect(await rowsOf(data, '', { delimiter: '/' })).toEqual(['f0/', 'f1/', 'f2/']);
      expect(await rowsOf(data, '', { delimiter: '/', startAfter: 'f0/' })).toEqual(['f1/', 'f2/']);
      close();
    }));

  test('refuses a file that is something else, and leaves it as it is', () =>
    withFile(async (file) => {
      sqliteStore(file).close();
      const other = `${file}.other`;
      const database = new DatabaseSync(other);
      database.exec('CREATE TABLE mine (a)');
      database.close();
      expect(() => sqliteStore(other)).toThrow(BadStoreInput);
      const text = `${file}.txt`;
      writeFileSync(text, 'a text that is no database '.repeat(100));
      const before = readFileSync(text);
      expect(() => sqliteStore(text)).toThrow(/is no store of Backbone's, and is left as it is/);
      expect(readFileSync(text)).toEqual(before);
      const newer = new DatabaseSync(file);
      newer.exec('PRAGMA user_version = 9');
      newer.close();
      expect(() => sqliteStore(file)).toThrow(/has format 9/);
    }));

  test('says in one line what SQLite refuses', () =>
    withFile(async (file) => {
      const { data, close } = sqliteStore(file);
      const other = new DatabaseSync(file);
      other.exec('DROP TABLE data');
      other.close();
      await expect(data.head('k')).rejects.toMatchObject({
        name: 'StoreFailed',
        message: `${file}: no such table: data`,
      });
      close();
    }));

  test('lets timers run in a loop of calls that never wait', () =>
    withFile(async (file) => {
      const { data, close } = sqliteStore(file);
      let ticks = 0;
      const timer = setInterval(() => ticks++, 1);
      const until = performance.now() + 200;
      while (performance.now() < until) await data.put('k', bytesOf('x'));
      clearInterval(timer);
      expect(ticks).toBeGreaterThan(2);
      close();
    }));
});
