import { describe, expect, test } from '@jest/globals';
import {
  BadReading,
  currentVersion,
  entriesOf,
  readMonth,
  readReading,
  writeReadings,
} from '@sgraph-backbone/layer/costs';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import { charge, reading } from './readings.ts';

const DAY = '2026-02-16';

describe('A reading of a day’s costs', () => {
  test('that says the same as the one before, in whatever order, only moves its time', async () => {
    const data = memoryObjectStore();
    const lines = [charge('1'), charge('2', { region: 'global' })];
    await writeReadings(data, [reading(DAY, { by_region: lines, collected_at: 1 })]);
    const again = await writeReadings(data, [
      reading(DAY, { by_region: lines.toReversed(), collected_at: 2 }),
    ]);
    expect(again).toMatchObject([{ date: DAY, version: 1, changed: false }]);
    expect(again[0]).not.toHaveProperty('difference');
    const versions = (await readMonth(data, '2026-02'))!.days[DAY]!;
    expect(versions).toMatchObject([{ version: 1, first_collected_at: 1, collected_at: 2 }]);
    expect(await readReading(data, DAY)).toMatchObject({ collected_at: 2 });
  });

  test('that says something else is a version of its own; the one before can still be read', async () => {
    const data = memoryObjectStore();
    for (const [collected_at, amount] of ['1', '1.5', '1'].entries())
      await writeReadings(data, [reading(DAY, { by_region: [charge(amount)], collected_at })]);
    const versions = (await readMonth(data, '2026-02'))!.days[DAY]!;
    expect(versions.map(({ version, difference }) => [version, difference])).toEqual([
      [1, undefined],
      [2, { USD: '0.5' }],
      [3, { USD: '-0.5' }],
    ]);
    expect((await readReading(data, DAY, 2))!.by_region[0]!.amount).toBe('1.5');
    expect(await readReading(data, DAY, 4)).toBeUndefined();
  });

  test('that is older than what is known is no news', async () => {
    const data = memoryObjectStore();
    await writeReadings(data, [reading(DAY, { by_region: [charge('2')], collected_at: 20 })]);
    await writeReadings(data, [reading(DAY, { by_region: [charge('1')], collected_at: 10 })]);
    expect((await readReading(data, DAY))!.by_region[0]!.amount).toBe('2');
  });

  test('of an export speaks for the day, whatever Cost Explorer says afterwards', async () => {
    const data = memoryObjectStore();
    const write = (source: 'demo' | 'focus' | 'cost-explorer', amount: string, collected_at: number) =>
      writeReadings(data, [reading(DAY, { source, by_region: [charge(amount)], collected_at })]);
    await write('demo', '9', 1);
    await write('cost-explorer', '1', 2);
    expect(await write('focus', '1.25', 3)).toMatchObject([{ changed: true, difference: { USD: '0.25' } }]);
    expect(await write('cost-explorer', '1.5', 4)).toMatchObject([{ changed: false }]);
    expect(currentVersion((await readMonth(data, '2026-02'))!.days[DAY])).toMatchObject({ source: 'focus' });
  });

  test('with other settings has no difference to tell: it is about other things', async () => {
    const data = memoryObjectStore();
    await writeReadings(data, [reading(DAY, { by_region: [charge('2')], collected_at: 1 })]);
    await writeReadings(data, [reading(DAY, { by_region: [charge('1')], scope: 'one', collected_at: 2 })]);
    expect((await readMonth(data, '2026-02'))!.days[DAY]![1]).not.toHaveProperty('difference');
  });

  test('changes with all others of its month together, or not at all', async () => {
    const data = memoryObjectStore();
    const bad = reading('2026-02-17', { by_region: [charge('1.2.3')] });
    await expect(writeReadings(data, [reading(DAY, '1'), bad])).rejects.toThrow(BadReading);
    expect(await readMonth(data, '2026-02')).toBeUndefined();
    await writeReadings(data, [reading(DAY, '1'), reading('2026-02-17', '1'), reading('2026-03-01', '1')]);
    expect(Object.keys((await readMonth(data, '2026-02'))!.days)).toEqual([DAY, '2026-02-17']);
  });

  test.each([
    ['a currency without a name', { by_region: [charge('1', { currency: '' })] }],
    ['a credit among the charges', { by_region: [charge('-1', { record_type: 'credit' as const })] }],
    ['a charge among what is apart', { apart: [charge('1')] }],
    ['a quantity that is no number', { by_usage_type: [charge('1', { usage_quantity: 'many' })] }],
    ['an amortized cost that is no number', { own: [charge('1', { amortized: '' })] }],
  ])('is refused with %s', async (_, of) => {
    await expect(writeReadings(memoryObjectStore(), [reading(DAY, of)])).rejects.toThrow(BadReading);
  });

  test('is refused of a day that there is not', async () => {
    const never = { ...reading(DAY, '1'), date: '2026-02-30' };
    await expect(writeReadings(memoryObjectStore(), [never])).rejects.toThrow('2026-02-30');
  });

  test('has raw entries with all that schema C knows', () => {
    const of = reading(DAY, {
      by_region: [charge('1')],
      apart: [charge('-1', { record_type: 'credit' })],
      own: [charge('0.5')],
    });
    expect(entriesOf(of).map(({ grouping }) => grouping)).toEqual(['region', 'apart', 'own']);
    expect(entriesOf(of)[0]).toMatchObject({
      date: DAY,
      service: 'Amazon Simple Storage Service',
      region: 'eu-west-1',
      amount: '1',
      currency: 'USD',
      estimated: false,
      collected_at: of.collected_at,
    });
  });
});
