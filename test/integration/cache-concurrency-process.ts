/**
 * A process that stores and removes in a cache: `cache-concurrency-process.ts <store url> <own name> <rounds>`.
 * At its end it says on its output which ids it has stored and not removed.
 */
import { randomUUID } from 'node:crypto';
import { createCache } from '@sgraph-backbone/layer/cache';
import { openStore } from '@sgraph-backbone/layer/drivers';

const [url = '', name = '', rounds = '0'] = process.argv.slice(2);
const store = await openStore(url);
const cache = createCache({ data: store.data, now: Date.now, newId: randomUUID });
const live: string[] = [];
for (let round = 0; round < Number(rounds); round++) {
  const content = { type: 'json', text: JSON.stringify({ key: 'same', name, round }) } as const;
  const place = { namespace: 'ns', content, jsonFieldPath: 'key' };
  live.push((await cache.store({ ...place, strategy: 'temporal' })).cacheId);
  // Both processes store on these keys, with hashes of their own.
  const shared = { strategy: 'key_based', cacheKey: 'shared', fileId: `f${round % 3}` } as const;
  const { cacheId } = await cache.store({ namespace: 'ns', content, ...shared });
  if (round % 3 === 0) await cache.remove('ns', live.shift()!);
  if (round % 5 === 0) await cache.remove('ns', cacheId);
}
await store.close();
process.stdout.write(JSON.stringify(live));
