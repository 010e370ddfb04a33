import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Cache, createCache, hashOfString } from '@sgraph-backbone/layer/cache';
import type { Store } from '@sgraph-backbone/layer/store';
import { shownContent } from '../../lambdas/cache-api/content.ts';
import { nameRollup } from '../../layer/derived/rollup-names.ts';
import { temporaryFolder } from './folder.ts';
import { type Importing, openImporting, rollupsOf } from './importing.ts';
import { linesBetween, logFile } from './protocol/log-files.ts';

const DAY = Date.parse('2026-02-16T00:00:00Z');
const AGGREGATE = 'sa-cloudfront-aggregate';

describe('The name of a roll-up', () => {
  const folder = temporaryFolder();
  let importing: Importing;
  let store: Store;
  let cache: Cache;

  beforeAll(async () => {
    importing = await openImporting();
    ({ store } = importing);
    cache = createCache({ data: store.data, now: Date.now, newId: randomUUID });
    await add('one', 1);
  });

  async function add(distribution: string, seed: number): Promise<void> {
    const path = join(folder, `${seed}.gz`);
    writeFileSync(path, logFile(linesBetween(40, DAY, DAY + 86_400_000, seed)));
    await importing.add(path, { distribution });
    await importing.session.carryThrough();
  }

  const read = async (name: string) => {
    const entry = await cache.retrieveByHash(AGGREGATE, hashOfString(name));
    const shown = entry && shownContent(entry);
    return shown?.kind === 'json' ? JSON.parse(shown.text) : undefined;
  };

  test('leads to it by its hash, flattened, and so does its id', async () => {
    const rollup = await read('analytics:standard.one:daily:2026-02-16');
    expect(rollup).toMatchObject({
      feed: 'standard.one',
      period: 'daily',
      time_key: '2026-02-16',
      status: 'partial',
    });
    expect(rollup.total_requests).toBeGreaterThan(0);
    expect(rollup).not.toHaveProperty('merge');
    expect(await read('analytics:daily:2026-02-16')).toEqual(rollup);
    const entry = await cache.infoByHash(AGGREGATE, hashOfString('analytics:standard.one:daily:2026-02-16'));
    expect((await cache.infoById(AGGREGATE, entry!.cacheId))!.path).toBe(
      `${AGGREGATE}/data/key-based/standard.one/daily/2026-02-16.json`,
    );
  });

  test('is there for every roll-up, and for no window that has none', async () => {
    for (const { feed, period, time_key } of await rollupsOf(store))
      expect(await read(`analytics:${feed}:${period}:${time_key}`)).toMatchObject({ feed, period, time_key });
    expect(await read('analytics:daily:2025-01-01')).toBeUndefined();
  });

  test('without a feed leads to all feeds together as soon as there are several, whichever was first', async () => {
    await add('two', 2);
    expect(await read('analytics:daily:2026-02-16')).toMatchObject({ feed: 'standard.all' });
    expect(await read('analytics:standard.two:daily:2026-02-16')).toMatchObject({ feed: 'standard.two' });
    const { items } = await cache.idsOfHash(AGGREGATE, hashOfString('analytics:daily:2026-02-16'));
    expect(items).toHaveLength(3);
  });

  test('stays the same when the roll-up is written again', async () => {
    const ids = async () => (await cache.ids(AGGREGATE)).items;
    const before = await ids();
    await add('one', 3);
    const after = await ids();
    expect(after).toEqual(expect.arrayContaining([...before]));
    expect(new Set(after).size).toBe(after.length);
    const { items } = await cache.idsOfHash(
      AGGREGATE,
      hashOfString('analytics:standard.one:daily:2026-02-16'),
    );
    expect(items).toHaveLength(1);
  });

  test('that a killed writer left before its roll-up leads nowhere until that is written', async () => {
    const { pipeline } = importing.session;
    const feed = 'standard.late';
    const [name, key] = [
      'analytics:standard.late:hourly:2026-02-16-03',
      'data/key-based/standard.late/hourly',
    ];
    const stored = await store.data.get(`${AGGREGATE}/data/key-based/standard.one/hourly/2026-02-16-03.json`);
    await nameRollup(pipeline, { feed, period: 'hourly', time_key: '2026-02-16-03' });
    expect(await read(name)).toBeUndefined();
    await store.data.put(`${AGGREGATE}/${key}/2026-02-16-03.json`, stored!.bytes);
    expect(await read(name)).toBeDefined();
  });
});
