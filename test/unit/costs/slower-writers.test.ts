import { describe, expect, test } from '@jest/globals';
import { aggregateCosts, presentCosts, readCostRollup, writeReadings } from '@sgraph-backbone/layer/costs';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { aroundObjectStore } from '../../stores/index.ts';
import { charge, reading, summing, traffic } from './readings.ts';

const DAY = '2026-02-16';

/** A store whose reader is held up after call `at`, while `meanwhile` is done by somebody else. */
function heldUp(data: ObjectStore, at: number, meanwhile: () => Promise<void>) {
  let calls = 0;
  const store = aroundObjectStore(data, async (_call, run) => {
    const number = ++calls;
    const result = await run();
    if (number === at) await meanwhile();
    return result;
  });
  return { store, calls: () => calls };
}

/** What is stored once a slow summing was held up after each of its calls in turn. */
async function totalsAfter(before: readonly string[], between: string): Promise<unknown[]> {
  const totals: unknown[] = [];
  for (let at = 1; ; at++) {
    const data = memoryObjectStore();
    let collected_at = 0;
    const read = async (amount: string) => {
      collected_at++;
      await writeReadings(data, [reading(DAY, { by_region: [charge(amount)], collected_at })]);
    };
    const sum = async (store = data) => void (await aggregateCosts(summing(store), [DAY]));
    for (const [index, amount] of before.entries()) {
      await read(amount);
      if (index < before.length - 1) await sum();
    }
    const { store, calls } = heldUp(data, at, async () => {
      await read(between);
      await sum();
    });
    await sum(store);
    if (calls() < at) return totals;
    for (const name of [
      { period: 'daily' as const, time_key: DAY },
      { period: 'weekly' as const, time_key: '2026-W08' },
      { period: 'monthly' as const, time_key: '2026-02' },
    ]) {
      const shown = presentCosts((await readCostRollup(data, name))!);
      totals.push([at, name.period, shown.exact!.total_cost, shown.cost.collected_at]);
    }
  }
}

const others = (totals: readonly unknown[], amount: string, collected_at: number) =>
  (totals as unknown[][]).filter(([, , total, at]) => total !== amount || at !== collected_at);

describe('Who sums slower than another one', () => {
  test('never takes back what the other one has written', async () => {
    const totals = await totalsAfter(['1'], '2');
    expect(totals.length).toBeGreaterThan(60);
    expect(others(totals, '2', 2)).toEqual([]);
  });

  test('never takes it back either when money was restated and restated again to what it was', async () => {
    expect(others(await totalsAfter(['1', '2'], '1'), '1', 3)).toEqual([]);
  });

  test('never takes traffic back that was counted again to what it was', async () => {
    for (let at = 1; ; at++) {
      const data = memoryObjectStore();
      let counted = traffic({ requests: 1000, mark: 'one' });
      const sum = async (store = data) =>
        void (await aggregateCosts(
          summing(store, () => counted),
          [DAY],
        ));
      await writeReadings(data, [reading(DAY, '1')]);
      await sum();
      counted = traffic({ requests: 2000, mark: 'two' });
      const { store, calls } = heldUp(data, at, async () => {
        counted = traffic({ requests: 1000, mark: 'three' });
        await sum();
      });
      await sum(store);
      if (calls() < at) return;
      for (const name of [
        { period: 'daily' as const, time_key: DAY },
        { period: 'monthly' as const, time_key: '2026-02' },
      ])
        expect((await readCostRollup(data, name))!.traffic.total_requests).toBe(1000);
    }
  });
});
