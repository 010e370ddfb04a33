import { describe, expect, test } from '@jest/globals';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import { BadStoreInput, Conflict, readPieces } from '@sgraph-backbone/layer/store';
import { bytesOf, textOf } from '../../contract/rows.ts';
import { aroundObjectStore, recording } from '../../stores/index.ts';

async function chunksOf(chunks: AsyncIterable<Uint8Array>): Promise<string[]> {
  return (await Array.fromAsync(chunks)).map(textOf);
}

describe('Reading in pieces', () => {
  test.each([
    ['', []],
    ['abc', ['abc']],
    ['abcd', ['abcd']],
    ['abcdefghij', ['abcd', 'efgh', 'ij']],
  ])('cuts %j into pieces of at most 4 bytes', async (text, expected) => {
    const store = memoryObjectStore({ now: () => 5 });
    const { etag } = await store.put('k', bytesOf(text));
    const { calls, around } = recording();
    const pieces = (await readPieces(aroundObjectStore(store, around), 'k', { pieceBytes: 4 }))!;
    expect(pieces).toMatchObject({ etag, size: text.length, modified: 5 });
    expect(await chunksOf(pieces.chunks)).toEqual(expected);
    expect(calls).toHaveLength(Math.max(1, expected.length));
  });

  test('of an absent object is undefined', async () => {
    expect(await readPieces(memoryObjectStore(), 'k', { pieceBytes: 4 })).toBeUndefined();
  });

  test.each(['replaced', 'deleted'])('throws Conflict when the object is %s meanwhile', async (change) => {
    const store = memoryObjectStore();
    await store.put('k', bytesOf('abcdefghij'));
    const pieces = (await readPieces(store, 'k', { pieceBytes: 4 }))!;
    if (change === 'deleted') await store.delete('k');
    else await store.put('k', bytesOf('ABCDEFGHIJ'));
    await expect(chunksOf(pieces.chunks)).rejects.toThrow(Conflict);
  });

  test('refuses pieces of no size', async () => {
    await expect(readPieces(memoryObjectStore(), 'k', { pieceBytes: 0 })).rejects.toThrow(BadStoreInput);
  });
});
