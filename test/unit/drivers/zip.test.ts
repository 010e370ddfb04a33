import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { openStore, zipStore } from '@sgraph-backbone/layer/drivers';
import { BadStoreInput } from '@sgraph-backbone/layer/store';
import fc from 'fast-check';
import { keyOfZipName, zipName } from '../../../layer/drivers/zip-names.ts';
import { centralHeader, endOfZip, readDirectory, readEnd } from '../../../layer/drivers/zip-records.ts';
import { temporaryFolder } from '../../contract/opened-drivers.ts';
import { bytesOf, NASTY_KEYS, rowsOf, textOf } from '../../contract/rows.ts';

async function withFile(use: (file: string, folder: string) => Promise<void> | void): Promise<void> {
  const folder = temporaryFolder();
  try {
    await use(`${folder.path}/store.zip`, folder.path);
  } finally {
    folder.remove();
  }
}

/** What any other program reads out of an archive. */
function namesIn(file: string): string[] {
  const program =
    'import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print("\\n".join(z.namelist()))';
  return execFileSync('python3', ['-c', program, file], { encoding: 'utf8' }).trim().split('\n');
}

describe('A zip store', () => {
  test('gives again what was there when it was closed, facts included', () =>
    withFile(async (file) => {
      const first = await openStore(`zip:${file}`, { now: () => 1_771_252_200_123 });
      const put = await first.data.put('ns/k.json', bytesOf('data'.repeat(100)), { metadata: { a: 'b' } });
      await first.observability.put('live/k.gz', bytesOf('log'), { contentType: 'text/css' });
      await first.close();
      expect(statSync(file).mode & 0o077).toBe(0);
      const second = await openStore(`zip:${file}`);
      const found = (await second.data.get('ns/k.json'))!;
      expect(textOf(found.bytes)).toBe('data'.repeat(100));
      expect(found).toMatchObject({ etag: put.etag, modified: 1_771_252_200_123, metadata: { a: 'b' } });
      expect(await second.observability.head('live/k.gz')).toMatchObject({
        size: 3,
        contentType: 'text/css',
      });
      await second.data.delete('ns/k.json');
      const { etag } = (await second.observability.head('live/k.gz'))!;
      await second.observability.move('live/k.gz', 'archive/k.gz', { ifMatch: etag });
      await second.close();
      const third = await openStore(`zip:${file}`);
      expect(await rowsOf(third.data, '')).toEqual([]);
      expect(textOf((await third.observability.get('archive/k.gz'))?.bytes)).toBe('log');
      await third.close();
    }));

  test('is an archive that other programs read, whatever the keys are', () =>
    withFile(async (file) => {
      const { data, close } = zipStore(file);
      for (const key of NASTY_KEYS) await data.put(key, bytesOf(`${key} `.repeat(9)));
      close();
      const names = namesIn(file);
      expect(names).toHaveLength(NASTY_KEYS.length);
      for (const name of names) {
        const segments = name.split('/');
        expect([segments[0], segments.includes(''), segments.includes('..'), segments.includes('.')]).toEqual(
          ['data', false, false, false],
        );
      }
      const again = zipStore(file);
      for (const key of NASTY_KEYS)
        expect(textOf((await again.data.get(key))?.bytes)).toBe(`${key} `.repeat(9));
      again.close();
    }));

  test('names keys so that each has its own name', () => {
    const key = fc.string({
      unit: fc.constantFrom('/', '.', '%', ' ', 'a', '2', 'E', ':', '\t', 'é'),
      minLength: 1,
    });
    fc.assert(
      fc.property(key, (text) => {
        expect(keyOfZipName('data', zipName('data', text))).toBe(text);
      }),
    );
    expect(keyOfZipName('data', 'observability/k')).toBeUndefined();
    expect(keyOfZipName('data', 'data/a%2E')).toBe('a.');
    expect(keyOfZipName('data', 'data/%61')).toBeUndefined();
  });

  test('is refused to whoever else opens it, and free again when it is closed', () =>
    withFile(async (file, folder) => {
      const first = zipStore(file);
      expect(() => zipStore(file)).toThrow(BadStoreInput);
      await expect(openStore(`zip:${file}`)).rejects.toThrow(
        `${file} is open in another process: a zip: store is for one at a time (sqlite:<file> is for several)`,
      );
      first.close();
      zipStore(file).close();
      expect(readdirSync(folder)).toEqual(['store.zip']);
    }));

  test('is as it was when the process that writes it is killed, and is then free', () =>
    withFile(async (file) => {
      const before = zipStore(file);
      await before.data.put('k', bytesOf('old'));
      before.close();
      const program = `
        const { zipStore } = await import(${JSON.stringify(`${import.meta.dirname}/../../../layer/drivers/zip.ts`)});
        const { data } = zipStore(process.argv[1]);
        await data.put('k', Buffer.from('new'));
        await data.put('other', Buffer.alloc(100_000, 7));
        console.log('written');
        setInterval(() => {}, 1000);`;
      const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', program, file];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      await once(child.stdout, 'data');
      expect(() => zipStore(file)).toThrow(/is open in another process/);
      child.kill('SIGKILL');
      await once(child, 'close');
      const after = zipStore(file);
      expect(await rowsOf(after.data, '')).toEqual(['k']);
      expect(textOf((await after.data.get('k'))?.bytes)).toBe('old');
      after.close();
      expect(existsSync(`${file}.spool`)).toBe(false);
    }));

  test('that cannot be written is as it was', () =>
    withFile(async (file, folder) => {
      const first = zipStore(file);
      await first.data.put('k', bytesOf('old'));
      first.close();
      const second = zipStore(file);
      await second.data.put('k', bytesOf('new'));
      execFileSync('mkdir', [`${file}.part`]);
      expect(() => second.close()).toThrow(/EISDIR/);
      execFileSync('rm', ['-rf', `${file}.part`]);
      const third = zipStore(file);
      expect(textOf((await third.data.get('k'))?.bytes)).toBe('old');
      third.close();
      expect(readdirSync(folder)).toEqual(['store.zip']);
    }));

  test('refuses what is no archive of a store, or not all of one, and leaves it as it is', () =>
    withFile(async (file) => {
      writeFileSync(file, 'a text');
      expect(() => zipStore(file)).toThrow(/is no archive of a store, or only a part of one/);
      expect(readFileSync(file, 'utf8')).toBe('a text');
      const foreign = 'import sys,zipfile; zipfile.ZipFile(sys.argv[1],"w").writestr("a","b")';
      execFileSync('python3', ['-c', foreign, file]);
      expect(() => zipStore(file)).toThrow(BadStoreInput);
      const whole = `${file}.whole`;
      const store = zipStore(whole);
      await store.data.put('k', bytesOf('x'.repeat(1000)));
      store.close();
      truncateSync(whole, statSync(whole).size - 3);
      expect(() => zipStore(whole)).toThrow(BadStoreInput);
    }));

  test('does not hand out a content that was damaged', () =>
    withFile(async (file) => {
      const store = zipStore(file);
      const noise = Uint8Array.from({ length: 500 }, (_, at) => (at * 167 + (at >> 3) * 91) & 0xff);
      await store.data.put('k', noise);
      store.close();
      const bytes = readFileSync(file);
      bytes[100] = bytes[100]! ^ 0xff;
      writeFileSync(file, bytes);
      const again = zipStore(file);
      await expect(again.data.get('k')).rejects.toThrow(/damaged|invalid/);
      again.close();
    }));

  test('has room for more entries and bytes than the first form of the format', () => {
    const entry = { name: 'data/k', size: 1, packed: 1, method: 0, crc: 7, modified: 0, comment: '{}' };
    const far = 2 ** 32 + 12_345;
    const [row] = readDirectory(centralHeader(entry, far), 1);
    expect(row).toMatchObject({ name: 'data/k', offset: far, comment: '{}', crc: 7 });
    expect(readEnd(endOfZip(70_000, far, 99, 'c'))).toEqual({
      entries: 70_000,
      start: far,
      bytes: 99,
      comment: 'c',
    });
    expect(readEnd(endOfZip(7, 8, 99, 'c'))).toEqual({ entries: 7, start: 8, bytes: 99, comment: 'c' });
  });

  test('of 70,000 objects is read again, by others too', () =>
    withFile(async (file) => {
      const { data, close } = zipStore(file);
      for (let at = 0; at < 70_000; at++) await data.put(`k${at}`, Uint8Array.of(at & 0xff));
      close();
      const again = zipStore(file);
      expect((await again.data.get('k69999'))?.bytes).toEqual(Uint8Array.of(69_999 & 0xff));
      again.close();
      expect(namesIn(file)).toHaveLength(70_000);
    }));
});
