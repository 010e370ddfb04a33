import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { type Cache, createCache } from '@sgraph-backbone/layer/cache';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { aroundObjectStore, seededRandom, yielding } from '../../stores/index.ts';
import { START } from './a-cache.ts';

const SEEDS = 300;

/** Two processes whose clocks stand still, one ahead of the other, on a store whose ETags are hashes of the bytes. */
function writersOn(data: ObjectStore, seed: number): Cache[] {
  return [0, 3].map((ahead) => {
    const slow = aroundObjectStore(data, yielding({ seed: seed * 2 + ahead, turns: 6 }));
    return createCache({ data: slow, now: () => START + ahead, newId: randomUUID });
  });
}

/** Stores the same few texts at the same two places, and removes what it finds there. */
async function storeAndRemove(cache: Cache, random: () => number, known: string[]): Promise<void> {
  for (let step = 0; step < 4; step++) {
    const id = known[Math.floor(random() * known.length)];
    if (id !== undefined && random() < 0.4) await cache.remove('ns', id);
    else {
      const content = { type: 'string', text: `text ${Math.floor(random() * 3)}` } as const;
      const place = {
        namespace: 'ns',
        strategy: 'key_based',
        cacheKey: `k${Math.floor(random() * 2)}`,
        fileId: 'f',
      } as const;
      known.push((await cache.store({ ...place, content })).cacheId);
    }
  }
}

test(`After ${SEEDS} races of stores and removals of equal bytes, exactly what is there is listed`, async () => {
  for (let seed = 0; seed < SEEDS; seed++) {
    const data = memoryObjectStore();
    const writers = writersOn(data, seed);
    const random = seededRandom(seed);
    const known: string[] = [];
    await Promise.all(Array.from({ length: 8 }, (_, n) => storeAndRemove(writers[n % 2]!, random, known)));
    const [cache] = writersOn(data, seed) as [Cache];
    const { items: ids } = await cache.ids('ns');
    const found = await Promise.all(ids.map((id) => cache.infoById('ns', id)));
    expect({ seed, ids: found.map((info) => info?.cacheId) }).toEqual({ seed, ids });
    const hashes = [...new Set(found.map((info) => info!.hash))].sort();
    expect({ seed, hashes: (await cache.hashes('ns')).items }).toEqual({ seed, hashes });
    const objects = found.flatMap((info) => [info!.path, info!.idPath]).sort();
    const kept: string[] = [];
    for await (const row of data.list('ns/'))
      if ('key' in row && !row.key.includes('/by-hash/')) kept.push(row.key);
    expect({ seed, kept }).toEqual({ seed, kept: objects });
  }
});
