import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type DiskObjectStore, diskObjectStore } from '@sgraph-backbone/layer/drivers';
import { temporaryFolder } from '../../contract/opened-drivers.ts';
import { bytesOf, rowsOf, textOf } from '../../contract/rows.ts';

async function withDisk(
  use: (store: DiskObjectStore, folder: string) => Promise<void>,
  now?: () => number,
): Promise<void> {
  const folder = temporaryFolder();
  const store = diskObjectStore(folder.path, { now });
  try {
    await use(store, folder.path);
  } finally {
    store.close();
    folder.remove();
  }
}

describe('A disk store', () => {
  test('keeps plain bytes at a path that reads like the key', () =>
    withDisk(async (store, folder) => {
      const keys = [
        'live/E2EXAMPLE.2026-02-16-14.ab12cd34.gz',
        'raw/standard.E2EXAMPLE/2026-02-16/14-30/ab.1.parquet',
      ];
      for (const key of keys) {
        await store.put(key, bytesOf(key), { metadata: { a: 'b' } });
        expect(readFileSync(`${folder}/${key}`, 'utf8')).toBe(key);
      }
    }));

  test('gives the same bytes another ETag with every write (ABA)', () =>
    withDisk(
      async (store) => {
        const etags = new Set<string>();
        for (let write = 0; write < 600; write++) {
          const key = `k${write % 3}`;
          etags.add((await store.put(key, bytesOf('same'))).etag);
          if (write % 5 === 0) await store.delete(key);
        }
        expect(etags.size).toBe(600);
      },
      () => 1_771_252_200_000,
    ));

  test('never goes back behind a stamp when the clock does, nor when it is opened again', () =>
    withDisk(async (_, folder) => {
      const etags = new Set<string>();
      for (const now of [1_771_252_200_000, 1_771_252_100_000, 1_771_252_200_000]) {
        const store = diskObjectStore(folder, { now: () => now });
        for (let write = 0; write < 10; write++) etags.add((await store.put('k', bytesOf('x'))).etag);
        expect((await store.head('k'))!.modified).toBe(1_771_252_200_000);
        store.close();
      }
      expect(etags.size).toBe(30);
    }));

  test('tells the same ETag from a put, a read and a listing, at any time', async () => {
    let clock = 0;
    const now = () => clock;
    await withDisk(async (store) => {
      for (let write = 0; write < 500; write++) {
        clock = Math.max(clock, 1_700_000_000_000 + Math.floor(write ** 4 / 7));
        const { etag } = await store.put('k', bytesOf('x'));
        expect((await store.head('k'))!).toMatchObject({ etag, modified: clock });
      }
    }, now);
  });

  test('takes a change by another program for a write', () =>
    withDisk(async (store, folder) => {
      const { etag } = await store.put('a.json', bytesOf('1'), { metadata: { a: 'b' } });
      writeFileSync(`${folder}/a.json`, '2');
      const found = (await store.get('a.json'))!;
      expect(found.etag).not.toBe(etag);
      expect(found.metadata).toBeUndefined();
      await expect(store.put('a.json', bytesOf('3'), { ifMatch: etag })).rejects.toThrow('changed');
      writeFileSync(`${folder}/new.csv`, 'a,b');
      expect(await store.get('new.csv')).toMatchObject({ size: 3, contentType: 'text/csv; charset=utf-8' });
    }));

  test('does not list what no key stands for', () =>
    withDisk(async (store, folder) => {
      await store.put('k', bytesOf('x'));
      for (const name of [
        'README',
        '.DS_Store',
        'a%2fb.json',
        'a%2Fb.json',
        '%41.json',
        'x%more',
        'a.json%file',
      ]) {
        writeFileSync(`${folder}/${name}`, 'foreign');
      }
      mkdirSync(`${folder}/empty`);
      mkdirSync(`${folder}/folder.json`);
      expect(await rowsOf(store, '')).toEqual(['k']);
      expect(await rowsOf(store, '', { delimiter: '/' })).toEqual(['k']);
    }));

  test('leaves no folder behind when its last key goes', () =>
    withDisk(async (store, folder) => {
      await store.put('a/b/c', bytesOf('x'), { metadata: { a: 'b' } });
      const { etag } = await store.put('d/e.txt', bytesOf('x'));
      await store.delete('a/b/c');
      await store.move('d/e.txt', 'f.txt', { ifMatch: etag });
      expect(readdirSync(folder).toSorted()).toEqual(['%store', 'f.txt']);
      expect(readdirSync(`${folder}/%store/temp`)).toEqual([]);
    }));

  test('writes no sidecar for what key and bytes tell', () =>
    withDisk(async (store, folder) => {
      await store.put('a.json', bytesOf('{}'), { contentType: 'application/json', metadata: {} });
      await store.put('b.json', Uint8Array.of(0x1f, 0x8b), { contentEncoding: 'gzip' });
      expect(readdirSync(folder).toSorted()).toEqual(['%store', 'a.json', 'b.json']);
    }));

  test('has the metadata of the old content while a write has only announced those of the new', () =>
    withDisk(async (store, folder) => {
      const path = `${folder}/a.json`;
      const old = await store.put('a.json', bytesOf('old'), { metadata: { of: 'old' } });
      linkSync(path, `${folder}/old`);
      const next = await store.put('a.json', bytesOf('new'), { metadata: { of: 'new' } });
      linkSync(path, `${folder}/new`);
      renameSync(`${folder}/old`, path);
      expect(await store.head('a.json')).toMatchObject({ etag: old.etag, metadata: { of: 'old' } });
      renameSync(`${folder}/new`, path);
      expect(await store.head('a.json')).toMatchObject({ etag: next.etag, metadata: { of: 'new' } });
    }));

  test('removes temporary files of killed processes after a day, and no younger ones', () =>
    withDisk(async (_, folder) => {
      const [left, young] = [`${folder}/%store/temp/left`, `${folder}/%store/temp/young`];
      writeFileSync(left, '');
      writeFileSync(young, '');
      const dayAgo = Date.now() / 1000 - 86_500;
      utimesSync(left, dayAgo, dayAgo);
      diskObjectStore(folder).close();
      expect([existsSync(left), existsSync(young)]).toEqual([false, true]);
    }));

  test('is readable by its owner alone', () =>
    withDisk(async (_, folder) => {
      const inner = diskObjectStore(`${folder}/inner`);
      inner.close();
      expect(statSync(`${folder}/inner`).mode & 0o077).toBe(0);
    }));

  test('lets timers run in a loop of calls that never wait', () =>
    withDisk(async (store) => {
      let ticks = 0;
      const timer = setInterval(() => ticks++, 1);
      const until = performance.now() + 200;
      while (performance.now() < until) await store.put('k', bytesOf('x'));
      clearInterval(timer);
      expect(ticks).toBeGreaterThan(2);
    }));

  const mounted = mountTiny();
  const onFullDisk = mounted === undefined ? test.skip : test;
  onFullDisk(
    'keeps the old content when the disk is full (skipped where no tmpfs can be mounted)',
    async () => {
      const { path, unmount } = mounted!;
      const store = diskObjectStore(path);
      try {
        await store.put('k', bytesOf('old'), { metadata: { of: 'old' } });
        const tooMuch = store.put('k', new Uint8Array(600_000), { metadata: { of: 'new' } });
        await expect(tooMuch).rejects.toMatchObject({ code: 'ENOSPC' });
        expect(readdirSync(`${path}/%store/temp`)).toEqual([]);
        const found = await store.get('k');
        expect([textOf(found?.bytes), found?.metadata]).toEqual(['old', { of: 'old' }]);
        await store.put('k', bytesOf('next'));
        expect(textOf((await store.get('k'))?.bytes)).toBe('next');
      } finally {
        store.close();
        unmount();
      }
    },
  );
});

/** A file system of half a megabyte, where the platform and our rights allow one. */
function mountTiny(): { readonly path: string; unmount(): void } | undefined {
  const folder = temporaryFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', folder.path], { stdio: 'ignore' });
  } catch {
    folder.remove();
    return undefined;
  }
  const unmount = () => {
    execFileSync('umount', [folder.path]);
    folder.remove();
  };
  return { path: folder.path, unmount };
}
