import { describe, expect, test } from '@jest/globals';
import {
  Conflict,
  compareAndSet,
  type ObjectStore,
  readJson,
  readPieces,
} from '@sgraph-backbone/layer/store';
import { aroundObjectStore, yielding } from '../stores/index.ts';
import { DRIVERS, withStore } from './opened-drivers.ts';
import { bytesOf, rowsOf, textOf } from './rows.ts';

const WRITERS = Array.from({ length: 32 }, (_, n) => n);

/** Views of a store that come to their calls in another order with each seed. */
function scheduled(store: ObjectStore, seed: number): ObjectStore[] {
  return WRITERS.map((n) => aroundObjectStore(store, yielding({ seed: seed * 100 + n })));
}

function won(results: readonly PromiseSettledResult<unknown>[]): number[] {
  const lost = results.filter((result) => result.status === 'rejected');
  for (const { reason } of lost) expect(reason).toBeInstanceOf(Conflict);
  return results.flatMap((result, n) => (result.status === 'fulfilled' ? [n] : []));
}

describe.each(DRIVERS)('Concurrency in the driver $name', ({ open, remote }) => {
  const testWith = (name: string, use: (store: ObjectStore) => Promise<void>) =>
    test(name, () => withStore(open, use));

  testWith('of 32 writers "if absent" one wins', async (store) => {
    for (const seed of remote ? [1] : [1, 2, 3, 4, 5]) {
      const key = `k/${seed}`;
      const puts = scheduled(store, seed).map((view, n) =>
        view.put(key, bytesOf(`writer ${n}`), { ifNoneMatch: '*' }),
      );
      const winners = won(await Promise.allSettled(puts));
      expect(winners).toHaveLength(1);
      expect(textOf((await store.get(key))?.bytes)).toBe(`writer ${winners[0]}`);
    }
  });

  testWith('of 32 writers of the same content that was read one wins', async (store) => {
    const { etag } = await store.put('k', bytesOf('start'));
    const puts = scheduled(store, 6).map((view, n) => view.put('k', bytesOf(`${n}`), { ifMatch: etag }));
    expect(won(await Promise.allSettled(puts))).toHaveLength(1);
  });

  testWith('a counter that 32 writers raise loses nothing', async (store) => {
    const raise = (view: ObjectStore) => compareAndSet<number>(view, 'counter', (count) => (count ?? 0) + 1);
    const seeds = remote ? [7] : [7, 8];
    for (const seed of seeds) await Promise.all(scheduled(store, seed).map(raise));
    expect((await readJson(store, 'counter'))?.value).toBe(seeds.length * WRITERS.length);
  });

  testWith('of 32 moves of one content one wins, and the content is there once', async (store) => {
    const { etag } = await store.put('from/k', bytesOf('content'));
    const moves = scheduled(store, 9).map((view, n) => view.move('from/k', `to/${n}`, { ifMatch: etag }));
    const winners = won(await Promise.allSettled(moves));
    expect(winners).toHaveLength(1);
    expect(await rowsOf(store, '')).toEqual([`to/${winners[0]}`]);
  });

  testWith('a move never carries away what was put meanwhile', async (store) => {
    for (const seed of WRITERS) {
      const [mover, writer] = scheduled(store, seed);
      const { etag } = await store.put('from', bytesOf('old'));
      const put = writer!.put('from', bytesOf('new'));
      const [moved] = await Promise.allSettled([mover!.move('from', 'to', { ifMatch: etag }), put]);
      expect(textOf((await store.get('from'))?.bytes)).toBe('new');
      const carried = textOf((await store.get('to'))?.bytes);
      expect(carried).toBe(moved.status === 'fulfilled' ? 'old' : '');
      await store.delete('to');
    }
  });

  testWith('who writes "if absent" what others delete is told of nothing else', async (store) => {
    const [writer, other, remover] = scheduled(store, 12);
    const put = async (view: ObjectStore) => {
      try {
        await view.put('k', bytesOf('x'), { ifNoneMatch: '*' });
      } catch (error) {
        expect(error).toMatchObject({ name: 'Conflict', reason: 'exists' });
      }
    };
    const remove = async () => {
      const found = await remover!.head('k');
      if (found === undefined) return;
      await remover!.delete('k', { ifMatch: found.etag }).catch((error: unknown) => {
        expect(error).toMatchObject({ name: 'Conflict', reason: 'changed' });
      });
    };
    for (let round = 0; round < 25; round++) await Promise.all([put(writer!), put(other!), remove()]);
  });

  testWith('reading in pieces gives one content or Conflict', async (store) => {
    const content = (n: number) => new Uint8Array(1000).fill(n);
    await store.put('k', content(0));
    let conflicts = 0;
    const writing = (async () => {
      const writer = aroundObjectStore(store, yielding({ seed: 10, turns: 40 }));
      for (let n = 1; n < 60; n++) await writer.put('k', content(n));
    })();
    for (let round = 0; round < 60; round++) {
      const reader = aroundObjectStore(store, yielding({ seed: 11 + round, turns: 6 }));
      const pieces = (await readPieces(reader, 'k', { pieceBytes: 128 }))!;
      try {
        const values = new Set<number>();
        for await (const chunk of pieces.chunks) for (const value of chunk) values.add(value);
        expect(values.size).toBe(1);
      } catch (error) {
        expect(error).toMatchObject({ name: 'Conflict', reason: 'changed' });
        conflicts++;
      }
    }
    await writing;
    expect(conflicts).toBeGreaterThan(0);
    expect(conflicts).toBeLessThan(60);
  });
});
