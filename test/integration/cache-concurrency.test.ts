import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { type Cache, createCache, hashOfString, STRATEGIES, textOf } from '@sgraph-backbone/layer/cache';
import { openStore } from '@sgraph-backbone/layer/drivers';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { DRIVERS, type TestedDriver, temporaryFolder, withStore } from '../contract/opened-drivers.ts';
import { environmentOf, SERVERS, temporaryBucket } from '../contract/s3-servers.ts';
import { aroundObjectStore, seededRandom, yielding } from '../stores/index.ts';

const TESTED = DRIVERS.filter(({ name }) => !name.includes('below'));
const WRITERS = 64;
const HASH = hashOfString('same');

const content = (text: string) => ({ type: 'string', text }) as const;

function cacheOn(data: ObjectStore): Cache {
  return createCache({ data, now: Date.now, newId: randomUUID });
}

/** A cache on an empty store whose calls take turns as a seed says. */
function withCache(
  { open }: Pick<TestedDriver, 'open'>,
  use: (cache: Cache, data: ObjectStore) => Promise<void>,
): Promise<void> {
  return withStore(open, (data) => use(cacheOn(aroundObjectStore(data, yielding({ seed: 1 }))), data));
}

const all = <T>(count: number, work: (n: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => work(n)));

const sorted = (ids: Iterable<string>) => [...ids].sort();

async function idsUnder(cache: Cache, hash: string): Promise<string[]> {
  return (await cache.idsOfHash('ns', hash)).items.map(({ cacheId }) => cacheId);
}

/** Every listed id is there, under a hash that is listed, and nothing else lies about. */
async function expectInOrder(cache: Cache, data: ObjectStore): Promise<void> {
  const { items: ids } = await cache.ids('ns');
  const hashes = new Set<string>();
  let references = 0;
  for (const id of ids) {
    const info = (await cache.infoById('ns', id))!;
    expect({ id, ...info }).toMatchObject({ id, cacheId: id });
    hashes.add(info.hash);
    if (info.idPath !== info.path) references++;
  }
  expect(new Set(ids).size).toBe(ids.length);
  expect((await cache.hashes('ns')).items).toEqual(sorted(hashes));
  const keys: string[] = [];
  for await (const row of data.list('ns/')) if ('key' in row) keys.push(row.key);
  expect(keys.filter((key) => key.includes('/by-id/'))).toHaveLength(references);
  expect(keys.filter((key) => /\/data\/(?!children)/.test(key))).toHaveLength(ids.length);
}

describe.each(TESTED)('A cache on $name', (driver) => {
  test('lists every one of 64 simultaneous stores of one hash', () =>
    withCache(driver, async (cache, data) => {
      const stored = await all(WRITERS, (n) =>
        cache.store({
          namespace: 'ns',
          content: content('same'),
          strategy: STRATEGIES[n % STRATEGIES.length]!,
          cacheKey: `k${n}`,
        }),
      );
      expect(sorted(await idsUnder(cache, HASH))).toEqual(sorted(stored.map(({ cacheId }) => cacheId)));
      await expectInOrder(cache, data);
    }));

  test('lists exactly the live ones of 64 stores mixed with removals', () =>
    withCache(driver, async (cache, data) => {
      const store = () => cache.store({ namespace: 'ns', content: content('same'), strategy: 'direct' });
      const before = await all(WRITERS / 2, store);
      const live = new Set(before.slice(WRITERS / 4).map(({ cacheId }) => cacheId));
      await all(WRITERS, async (n) => {
        if (n < WRITERS / 4) return void (await cache.remove('ns', before[n]!.cacheId));
        const { cacheId } = await store();
        if (n % 3 === 0) await cache.remove('ns', cacheId);
        else live.add(cacheId);
      });
      expect(sorted(await idsUnder(cache, HASH))).toEqual(sorted(live));
      await expectInOrder(cache, data);
    }));

  test('has one id, one content and one hash after simultaneous stores on one key and file id', () =>
    withCache(driver, async (cache, data) => {
      const place = { namespace: 'ns', strategy: 'key_based', cacheKey: 'k', fileId: 'f' } as const;
      const texts = new Set(Array.from({ length: 12 }, (_, n) => `text ${n % 6} ${'x'.repeat(n % 6)}`));
      let storing = true;
      const reading = (async () => {
        while (storing) {
          for (const { cacheId } of (await cache.idsOfHash('ns', hashOfString('text 3 xxx'))).items) {
            const found = await cache.retrieveById('ns', cacheId);
            if (found !== undefined) expect(texts).toContain(textOf(found));
          }
          await new Promise((resolve) => setTimeout(resolve, 2));
        }
      })();
      const stored = await all(12, (n) =>
        cache.store({ ...place, content: content(`text ${n % 6} ${'x'.repeat(n % 6)}`) }),
      );
      storing = false;
      await reading;
      expect(new Set(stored.map(({ cacheId }) => cacheId)).size).toBe(1);
      await expectInOrder(cache, data);
      const found = (await cache.retrieveById('ns', stored[0]!.cacheId))!;
      expect(hashOfString(textOf(found))).toBe(found.hash);
      await cache.remove('ns', found.cacheId);
      expect(await cache.ids('ns')).toEqual({ items: [] });
      await expectInOrder(cache, data);
    }));

  test('lists exactly what is there after stores, updates and removals on a few keys at once', () =>
    withCache(driver, async (cache, data) => {
      for (let round = 0; round < (driver.remote ? 2 : 12); round++) {
        const random = seededRandom(round);
        const known: string[] = [];
        await all(10, async () => {
          for (let step = 0; step < 4; step++) {
            const draw = random();
            const [id] = known.slice(Math.floor(random() * known.length));
            const text = content(`text ${Math.floor(random() * 4)}`);
            if (draw < 0.3 && id !== undefined) await cache.remove('ns', id);
            else if (draw < 0.4 && id !== undefined) await cache.update('ns', id, text);
            else {
              const place = { cacheKey: `k${Math.floor(random() * 2)}`, fileId: 'f' };
              known.push(
                (await cache.store({ namespace: 'ns', strategy: 'key_based', ...place, content: text }))
                  .cacheId,
              );
            }
          }
        });
        await expectInOrder(cache, data);
      }
    }));
});

/** Stores that several processes may have open. */
const SHARED = [
  { name: 'one disk folder', rounds: 60, open: async () => inFolder((path) => `disk:${path}`) },
  {
    name: 'one SQLite file',
    rounds: 60,
    open: async () => inFolder((path) => `sqlite:${path}/store.sqlite`),
  },
  ...SERVERS.map((server) => ({
    name: `one bucket (${server.name})`,
    rounds: 12,
    open: async () => {
      const { bucket, remove } = await temporaryBucket(server);
      return { url: `s3://${bucket}`, environment: environmentOf(server), s3: server.connection, remove };
    },
  })),
];

function inFolder(urlOf: (path: string) => string) {
  const { path, remove } = temporaryFolder();
  return { url: urlOf(path), environment: {}, s3: undefined, remove: async () => remove() };
}

describe.each(SHARED)('Two processes on $name', ({ rounds, open }) => {
  test('lose no entry and leave none behind', async () => {
    const { url, environment, s3, remove } = await open();
    const store = await openStore(url, { s3 });
    try {
      const run = async (name: string) => {
        const program = `${import.meta.dirname}/cache-concurrency-process.ts`;
        const flags = ['--disable-warning=ExperimentalWarning'];
        const env = { ...process.env, ...environment };
        const { stdout } = await promisify(execFile)(
          process.execPath,
          [...flags, program, url, name, String(rounds)],
          { env },
        );
        return JSON.parse(stdout) as string[];
      };
      const live = (await Promise.all([run('one'), run('two')])).flat();
      const cache = cacheOn(store.data);
      expect(sorted(await idsUnder(cache, HASH))).toEqual(sorted(live));
      await expectInOrder(cache, store.data);
    } finally {
      await store.close();
      await remove();
    }
  });
});
