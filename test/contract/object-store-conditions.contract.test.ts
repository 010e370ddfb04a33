import { describe, expect, test } from '@jest/globals';
import { Conflict, type ObjectStore } from '@sgraph-backbone/layer/store';
import { DRIVERS, withStore } from './opened-drivers.ts';
import { bytesOf, rowsOf, textOf } from './rows.ts';

/** How a conditional call ended. */
async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'done';
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    return `${error.reason} ${error.key}`;
  }
}

describe.each(DRIVERS)('Conditions in the driver $name', ({ open }) => {
  const testWith = (name: string, use: (store: ObjectStore) => Promise<void>) =>
    test(name, () => withStore(open, use));

  testWith('"if absent" writes once', async (store) => {
    expect(await outcome(store.put('a/k', bytesOf('1'), { ifNoneMatch: '*' }))).toBe('done');
    expect(await outcome(store.put('a/k', bytesOf('2'), { ifNoneMatch: '*' }))).toBe('exists a/k');
    expect(textOf((await store.get('a/k'))?.bytes)).toBe('1');
  });

  testWith('"if this one" writes and deletes that content alone', async (store) => {
    const first = await store.put('a/k', bytesOf('1'));
    const second = await store.put('a/k', bytesOf('2'), { ifMatch: first.etag });
    expect(await outcome(store.put('a/k', bytesOf('3'), { ifMatch: first.etag }))).toBe('changed a/k');
    expect(await outcome(store.delete('a/k', { ifMatch: first.etag }))).toBe('changed a/k');
    expect(textOf((await store.get('a/k'))?.bytes)).toBe('2');
    expect(await outcome(store.delete('a/k', { ifMatch: second.etag }))).toBe('done');
  });

  testWith('a condition on a missing key is lost as changed', async (store) => {
    const { etag } = await store.put('a/k', bytesOf('1'));
    await store.delete('a/k');
    const ifMatch = etag;
    expect(await outcome(store.put('a/k', bytesOf('2'), { ifMatch }))).toBe('changed a/k');
    expect(await outcome(store.delete('a/k', { ifMatch }))).toBe('changed a/k');
    expect(await outcome(store.get('a/k', { ifMatch }))).toBe('changed a/k');
    expect(await outcome(store.move('a/k', 'b/k', { ifMatch }))).toBe('changed a/k');
    expect(await rowsOf(store, '')).toEqual([]);
  });

  testWith('a read of one content refuses any other', async (store) => {
    const first = await store.put('k', bytesOf('1'));
    expect(await outcome(store.get('k', { ifMatch: first.etag }))).toBe('done');
    await store.put('k', bytesOf('2'));
    expect(await outcome(store.get('k', { ifMatch: first.etag, range: { start: 0, end: 1 } }))).toBe(
      'changed k',
    );
  });

  testWith('an ETag of a read is one to write by', async (store) => {
    await store.put('k', bytesOf('1'), { metadata: { a: 'b' } });
    const { etag } = (await store.get('k'))!;
    expect((await store.head('k'))!.etag).toBe(etag);
    for await (const row of store.list('')) expect(row).toMatchObject({ key: 'k', size: 1, etag });
    expect(await outcome(store.put('k', bytesOf('2'), { ifMatch: etag }))).toBe('done');
  });

  testWith('a move carries content, type and metadata, and replaces what is there', async (store) => {
    const facts = { contentType: 'text/css', metadata: { a: 'b' } };
    const { etag } = await store.put('from/x', bytesOf('content'), facts);
    await store.put('to/y.json', bytesOf('other'), { metadata: { c: 'd' } });
    const moved = await store.move('from/x', 'to/y.json', { ifMatch: etag });
    const found = await store.get('to/y.json');
    expect(textOf(found?.bytes)).toBe('content');
    expect(found).toMatchObject({ ...facts, etag: moved.etag });
    expect(await rowsOf(store, '')).toEqual(['to/y.json']);
  });

  testWith('a move can change the metadata', async (store) => {
    const { etag } = await store.put('x', bytesOf('content'), { metadata: { a: 'b' } });
    const moved = await store.move('x', 'y', { ifMatch: etag, metadata: { c: 'd' } });
    expect((await store.head('y'))!.metadata).toEqual({ c: 'd' });
    await store.move('y', 'z', { ifMatch: moved.etag, metadata: {} });
    expect((await store.head('z'))!.metadata).toBeUndefined();
  });

  testWith('a move to the same key keeps the content', async (store) => {
    const { etag } = await store.put('x', bytesOf('content'), { metadata: { a: 'b' } });
    const moved = await store.move('x', 'x', { ifMatch: etag });
    expect(await store.get('x')).toMatchObject({ etag: moved.etag, size: 7, metadata: { a: 'b' } });
  });

  testWith('a move of another content than was read changes nothing', async (store) => {
    const { etag } = await store.put('x', bytesOf('1'));
    await store.put('x', bytesOf('2'));
    expect(await outcome(store.move('x', 'y', { ifMatch: etag }))).toBe('changed x');
    expect(await rowsOf(store, '')).toEqual(['x']);
  });
});
