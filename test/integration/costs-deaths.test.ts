import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { keyBasedFolder } from '@sgraph-backbone/layer/cache';
import { type CostRollup, readCalls, readCollectorState, readMonth } from '@sgraph-backbone/layer/costs';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import { NAMESPACES, type ObjectStore, readJson } from '@sgraph-backbone/layer/store';
import { collectCosts } from '../../lambdas/collect-costs/collect-costs.ts';
import { CollectionFailed } from '../../lambdas/collect-costs/collection-failed.ts';
import { aroundObjectStore, crashing, failing, yielding } from '../stores/index.ts';
import { collecting, goldenCase, goldenExchanges } from './costs-collecting.ts';
import { type CostServer, costServer, fromExchanges } from './costs-server.ts';

const ASKED = goldenCase('two-days').asked;
const AT = Date.parse('2026-02-17T05:00:00Z');
const LATER = AT + 3_600_000;
const SETTINGS = { calls_per_day: 1000 };

describe('A collection of costs', () => {
  let server: CostServer;
  let restated: CostServer;
  let expected: object;

  beforeAll(async () => {
    server = await costServer(fromExchanges(goldenExchanges('two-days')));
    restated = await costServer(fromExchanges(goldenExchanges('currencies')));
    expected = await whatIsKnown(await collected());
  });
  afterAll(async () => {
    await server.close();
    await restated.close();
  });

  const collect = (data: ObjectStore, now = AT, from = server) =>
    collectCosts(collecting(data, from.url, { now, settings: SETTINGS }), ASKED);

  async function collected(): Promise<ObjectStore> {
    const data = memoryObjectStore();
    await collect(data);
    return data;
  }

  test.each(['before', 'after'] as const)(
    'that dies %s any call of the store leaves what the next one makes whole',
    async (when) => {
      const deaths = await deathsOf(memoryObjectStore(), AT);
      expect(deaths).toBeGreaterThan(25);
      for (let at = 1; at <= deaths; at++) {
        const data = memoryObjectStore();
        const before = server.questions.length;
        const { around } = crashing({ at, when });
        await collect(aroundObjectStore(data, around)).catch(() => undefined);
        await checkRollups(data);
        // A death never makes a call that nobody counted.
        expect((await readCalls(data, '2026-02-17')).calls).toBeGreaterThanOrEqual(
          server.questions.length - before,
        );
        await collect(data, AT);
        expect(await whatIsKnown(data)).toEqual(expected);
      }
    },
  );

  test('that dies while AWS restates leaves the first reading or the second, and then the second alone speaks', async () => {
    const first = await collected();
    const deaths = await deathsOf(await copyOf(first), LATER, restated);
    const whole = await copyOf(first);
    await collect(whole, LATER, restated);
    const after = await whatIsKnown(whole);
    expect(after).not.toEqual(expected);
    for (let at = 1; at <= deaths; at++) {
      const data = await copyOf(first);
      const { around } = crashing({ at, when: at % 2 === 0 ? 'before' : 'after' });
      await collect(aroundObjectStore(data, around), LATER, restated).catch(() => undefined);
      await checkRollups(data);
      await collect(data, LATER, restated);
      expect(await whatIsKnown(data)).toEqual(after);
    }
  });

  test('whose roll-ups were never made by who read them gets them from the next one, whatever it is asked', async () => {
    const data = memoryObjectStore();
    let dead = false;
    const dying = aroundObjectStore(data, async ({ method, key }, run) => {
      dead ||= method === 'put' && key.includes('/daily/');
      if (dead) throw new Error('dead');
      return run();
    });
    await expect(collect(dying)).rejects.toThrow('dead');
    expect((await readCollectorState(data)).open).toHaveLength(1);
    const other = { from: '2026-02-16', to: '2026-02-17' };
    const failed = collectCosts(collecting(data, 'http://127.0.0.1:9', { settings: SETTINGS }), other);
    await expect(failed).rejects.toThrow(CollectionFailed);
    expect((await rollupsOf(data)).map(({ time_key }) => time_key).sort()).toEqual([
      '2026-02',
      '2026-02-15',
      '2026-02-16',
      '2026-W07',
      '2026-W08',
    ]);
    expect((await readCollectorState(data)).open).toEqual([]);
  });

  test.each([1, 2, 3, 4, 5, 6])(
    'comes to the same on a store that fails at random (seed %d)',
    async (seed) => {
      const data = memoryObjectStore();
      const store = aroundObjectStore(data, failing({ seed, rate: 0.04 }));
      for (let run = 0; run < 40; run++) await collect(store).catch(() => undefined);
      await collect(data);
      expect(await whatIsKnown(data)).toEqual(expected);
    },
  );

  test.each([1, 2, 3])('of several at once is one collection (seed %d)', async (seed) => {
    const data = memoryObjectStore();
    const runs = Array.from({ length: 4 }, (_, index) =>
      collect(aroundObjectStore(data, yielding({ seed: seed * 10 + index }))),
    );
    await Promise.all(runs);
    expect(await whatIsKnown(data)).toEqual(expected);
    expect((await readCalls(data, '2026-02-17')).calls).toBe(12);
    expect((await readCollectorState(data)).open).toEqual([]);
  });

  test('once more changes nothing but collected_at', async () => {
    const data = await collected();
    const before = await contentOf(data);
    const run = await collect(data, LATER);
    expect(run.changed).toBe(0);
    expect(await whatIsKnown(data)).toEqual(expected);
    const after = await contentOf(data);
    const keys = Object.keys(after).filter((key) => !key.includes('/collector'));
    expect(keys.sort()).toEqual(
      Object.keys(before)
        .filter((key) => !key.includes('/collector'))
        .sort(),
    );
    for (const key of keys) expect(withoutTimes(after[key])).toEqual(withoutTimes(before[key]));
    const [day] = await rollupsOf(data);
    expect(day!.cost.collected_at).toBe(LATER);
  });

  test('of a restated day shows the revision and the difference, by currency', async () => {
    const data = await collected();
    await collect(data, LATER, restated);
    const day = (await rollupsOf(data)).find(({ time_key }) => time_key === '2026-02-15')!;
    const difference = { CNY: '12.3456', USD: '-0.9823461107' };
    expect(day).toMatchObject({ revision: 2, restated: { at: LATER, reason: 'late-data', difference } });
    const versions = (await readMonth(data, '2026-02'))!.days['2026-02-15']!;
    expect(versions.map(({ version, net }) => [version, net])).toEqual([
      [1, { USD: '1.4823461107' }],
      [2, { CNY: '12.3456', USD: '0.5' }],
    ]);
    expect(versions[1]!.difference).toEqual(difference);
    const month = (await rollupsOf(data)).find(({ period }) => period === 'monthly')!;
    expect(month.revision).toBe(2);
    expect(month.restated!.difference).toEqual({ CNY: '24.6912', USD: '-1.0023461107' });
  });

  async function deathsOf(data: ObjectStore, now: number, from = server): Promise<number> {
    const { around, calls } = crashing({ at: Number.POSITIVE_INFINITY });
    await collect(aroundObjectStore(data, around), now, from);
    return calls();
  }
});

/** All that a reader can see: money, versions and the mark, whoever wrote them and how often. */
async function whatIsKnown(data: ObjectStore): Promise<object> {
  const rollups = (await rollupsOf(data)).map(({ period, time_key, content_hash }) => [
    `${period} ${time_key}`,
    content_hash,
  ]);
  const month = await readMonth(data, '2026-02');
  const versions = Object.entries(month?.days ?? {}).map(([date, own]) => [
    date,
    own.map(({ version, content_hash, net }) => ({ version, content_hash, net })),
  ]);
  return { rollups, versions, mark: (await readCollectorState(data)).mark };
}

/** A roll-up that is there is whole: its totals are those of a reading that is there. */
async function checkRollups(data: ObjectStore): Promise<void> {
  const month = await readMonth(data, '2026-02');
  for (const { period, time_key, currencies } of await rollupsOf(data)) {
    if (period !== 'daily') continue;
    const net = Object.fromEntries(currencies.map(({ currency, net }) => [currency, net]));
    expect(month?.days[time_key]?.map((version) => version.net)).toContainEqual(net);
  }
}

async function rollupsOf(data: ObjectStore): Promise<CostRollup[]> {
  const rollups: CostRollup[] = [];
  for (const period of ['daily', 'weekly', 'monthly'])
    for await (const row of data.list(keyBasedFolder(NAMESPACES.costs, period)))
      if (!('prefix' in row)) rollups.push((await readJson<CostRollup>(data, row.key))!.value);
  return rollups;
}

async function copyOf(data: ObjectStore): Promise<ObjectStore> {
  const copy = memoryObjectStore();
  for await (const row of data.list('')) {
    if ('prefix' in row) continue;
    const { bytes, contentType, contentEncoding, metadata } = (await data.get(row.key))!;
    await copy.put(row.key, bytes, { contentType, contentEncoding, metadata });
  }
  return copy;
}

async function contentOf(data: ObjectStore): Promise<Record<string, unknown>> {
  const content: Record<string, unknown> = {};
  for await (const row of data.list(keyBasedFolder(NAMESPACES.costs, '')))
    if (!('prefix' in row)) content[row.key] = (await readJson(data, row.key))?.value;
  return content;
}

function withoutTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTimes);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(
    ([name]) => !['collected_at', 'computed_at', 'write', 'inputs'].includes(name),
  );
  return Object.fromEntries(entries.map(([name, member]) => [name, withoutTimes(member)]));
}
