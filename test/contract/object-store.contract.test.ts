import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { BadStoreInput, type ObjectStore } from '@sgraph-backbone/layer/store';
import { DRIVERS, withStore } from './opened-drivers.ts';
import { bytesOf, NASTY_KEYS, textOf } from './rows.ts';

describe.each(DRIVERS)('Contents in the driver $name', ({ open, clock }) => {
  const testWith = (name: string, use: (store: ObjectStore) => Promise<void>) =>
    test(name, () => withStore(open, use));

  testWith('an absent key is undefined, and deleting it succeeds', async (store) => {
    expect(await store.get('a/b')).toBeUndefined();
    expect(await store.head('a/b')).toBeUndefined();
    await store.delete('a/b');
  });

  testWith('a put is read back with its size, ETag and time, and overwritten by the next', async (store) => {
    const before = Math.floor(Date.now() / clock) * clock;
    await store.put('a/b', bytesOf('first, and longer'));
    const { etag } = await store.put('a/b', bytesOf('second'));
    const found = await store.get('a/b');
    expect(textOf(found?.bytes)).toBe('second');
    expect(found).toMatchObject({ key: 'a/b', size: 6, etag });
    expect(found!.modified).toBeGreaterThanOrEqual(before);
    expect(found!.modified).toBeLessThanOrEqual(Date.now() + 1);
    const { bytes: _, ...info } = found!;
    expect(await store.head('a/b')).toEqual(info);
  });

  testWith('an empty object is an object', async (store) => {
    await store.put('empty', new Uint8Array());
    expect(await store.get('empty')).toMatchObject({ size: 0, bytes: new Uint8Array() });
  });

  testWith(
    'a content changes neither with the buffer that was written nor with the one read',
    async (store) => {
      const written = Buffer.from('kept');
      const put = store.put('k', written);
      written.fill(0);
      await put;
      (await store.get('k'))!.bytes.fill(0);
      expect(textOf((await store.get('k'))!.bytes)).toBe('kept');
    },
  );

  testWith('another content has another ETag', async (store) => {
    const first = await store.put('k', bytesOf('1'));
    const second = await store.put('k', bytesOf('2'));
    expect(second.etag).not.toBe(first.etag);
  });

  testWith('a deleted key is gone and can be written again', async (store) => {
    await store.put('a/b', bytesOf('x'));
    await store.delete('a/b');
    expect(await store.get('a/b')).toBeUndefined();
    await store.put('a/b', bytesOf('y'), { ifNoneMatch: '*' });
    expect(textOf((await store.get('a/b'))?.bytes)).toBe('y');
  });

  testWith('nasty keys hold their own content each', async (store) => {
    const keys = NASTY_KEYS.filter((key) => Buffer.byteLength(key) <= 1000);
    for (const key of keys) await store.put(key, bytesOf(key), { ifNoneMatch: '*' });
    for (const key of keys) expect(textOf((await store.get(key))?.bytes)).toBe(key);
    for (const key of keys) await store.delete(key, { ifMatch: (await store.head(key))!.etag });
    for (const key of keys) expect(await store.head(key)).toBeUndefined();
  });

  testWith('keys that S3 refuses are refused by every method, naming the limit', async (store) => {
    const etag = { ifMatch: 'x' };
    for (const key of ['', 'x'.repeat(1025), '€'.repeat(342), 'nul\0', 'half \ud83d']) {
      await expect(store.get(key)).rejects.toThrow(BadStoreInput);
      await expect(store.head(key)).rejects.toThrow(BadStoreInput);
      await expect(store.put(key, bytesOf(''))).rejects.toThrow(BadStoreInput);
      await expect(store.delete(key)).rejects.toThrow(BadStoreInput);
      await expect(store.move(key, 'to', etag)).rejects.toThrow(BadStoreInput);
      await expect(store.move('from', key, etag)).rejects.toThrow(BadStoreInput);
    }
    await expect(store.get('x'.repeat(1025))).rejects.toThrow('1024');
  });

  testWith('a range is cut to what there is', async (store) => {
    await store.put('digits', bytesOf('0123456789'));
    const read = async (start: number, end?: number) => {
      const found = await store.get('digits', { range: { start, end } });
      expect(found!.size).toBe(10);
      return textOf(found!.bytes);
    };
    expect(await read(0, 3)).toBe('012');
    expect(await read(3)).toBe('3456789');
    expect(await read(8, 99)).toBe('89');
    expect(await read(-3)).toBe('789');
    expect(await read(-99, 2)).toBe('01');
    expect(await read(10)).toBe('');
    expect(await read(5, 2)).toBe('');
    await expect(read(0.5)).rejects.toThrow(BadStoreInput);
  });

  testWith('type, encoding and metadata come back, whether they were given or follow', async (store) => {
    const [metadata, gzip] = [{ owner: 'ingest', 'two-words': 'a value' }, gzipSync('{}')];
    await store.put('given', gzip, { contentType: 'text/css', contentEncoding: 'br', metadata });
    await store.put('derived.json', gzip);
    await store.put('log.gz', gzip);
    await store.put('unknown', bytesOf('text'));
    expect(await store.head('given')).toMatchObject({
      contentType: 'text/css',
      contentEncoding: 'br',
      metadata,
    });
    expect(await store.get('given', { range: { start: 5 } })).toMatchObject({
      contentEncoding: 'br',
      metadata,
    });
    const follows = { contentType: 'application/json', contentEncoding: 'gzip' };
    expect(await store.head('derived.json')).toMatchObject(follows);
    expect(await store.get('derived.json', { range: { start: 5 } })).toMatchObject(follows);
    expect((await store.head('log.gz'))!.contentEncoding).toBeUndefined();
    expect((await store.head('unknown'))!.contentType).toBe('application/octet-stream');
  });

  testWith('metadata belong to one content and go with it', async (store) => {
    await store.put('k', bytesOf('1'), { metadata: { of: 'first' } });
    await store.put('k', bytesOf('2'), { metadata: { of: 'second' } });
    expect((await store.head('k'))!.metadata).toEqual({ of: 'second' });
    await store.put('k', bytesOf('3'));
    expect((await store.head('k'))!.metadata).toBeUndefined();
    await store.put('k', bytesOf('4'), { metadata: { of: 'fourth' } });
    await store.delete('k');
    await store.put('k', bytesOf('4'));
    expect((await store.head('k'))!.metadata).toBeUndefined();
  });
});
