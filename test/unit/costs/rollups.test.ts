import { describe, expect, test } from '@jest/globals';
import { createCache, hashOfString } from '@sgraph-backbone/layer/cache';
import {
  aggregateCosts,
  type CostPeriod,
  costCalendar,
  type DayTraffic,
  daysBetween,
  firstOfMonth,
  parseMoney,
  presentCosts,
  readCostRollup,
  settledFrom,
  sumMoney,
  writeReadings,
} from '@sgraph-backbone/layer/costs';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import fc from 'fast-check';
import { charge, NO_TRAFFIC, reading, summing, traffic } from './readings.ts';

async function summed(
  days: Readonly<Record<string, Parameters<typeof reading>[1]>>,
  of?: (date: string) => DayTraffic,
  now?: number,
) {
  const data = memoryObjectStore();
  await writeReadings(
    data,
    Object.entries(days).map(([date, own]) => reading(date, own)),
  );
  const written = await aggregateCosts(summing(data, of, now), Object.keys(days));
  const read = async (period: CostPeriod, time_key: string) =>
    (await readCostRollup(data, { period, time_key }))!;
  const shown = async (period: CostPeriod, time_key: string) => presentCosts(await read(period, time_key));
  return { data, written, read, shown };
}

describe('Cost roll-ups', () => {
  test('of weeks across a year’s end hold the days of both years, also in years of 53 weeks', async () => {
    const days = Object.fromEntries(daysBetween('2026-12-26', '2027-01-05').map((date) => [date, '1.1']));
    const { shown, written } = await summed(days);
    expect(written.filter(({ period }) => period !== 'daily')).toEqual(
      expect.arrayContaining([
        { period: 'weekly', time_key: '2026-W52' },
        { period: 'weekly', time_key: '2026-W53' },
        { period: 'weekly', time_key: '2027-W01' },
        { period: 'monthly', time_key: '2026-12' },
        { period: 'monthly', time_key: '2027-01' },
      ]),
    );
    expect(await shown('weekly', '2026-W53')).toMatchObject({
      window_start: Date.parse('2026-12-28T00:00:00Z'),
      window_end: Date.parse('2027-01-04T00:00:00Z'),
      total_cost_usd: 7.7,
      total_requests: 7000,
      cost: { days: 7, gaps: [] },
      status: 'final',
    });
    expect(await shown('monthly', '2026-12')).toMatchObject({
      exact: { total_cost: '6.6' },
      status: 'partial',
      cost: { gaps: daysBetween('2026-12-01', '2026-12-26') },
    });
  });

  test.each([
    ['2026-02', 28],
    ['2028-02', 29],
    ['2026-04', 30],
    ['2026-03', 31],
  ])('of the month %s are made of %d days, clock changes or not', async (month, count) => {
    const all = daysBetween(`${month}-01`, firstOfMonth(`${month}-01`, 1));
    const { shown } = await summed(
      Object.fromEntries(all.map((date) => [date, '0.0000004317'])),
      undefined,
      Date.parse('2030-01-01'),
    );
    const { exact, cost, window_start, window_end, status } = await shown('monthly', month);
    expect(exact!.total_cost).toBe(
      ['', '0.0000120876', '0.0000125193', '0.000012951', '0.0000133827'][count - 27],
    );
    expect(cost.days).toBe(count);
    expect(window_end - window_start).toBe(count * 86_400_000);
    expect(status).toBe('final');
  });

  test('add 10,000 entries up to the last digit, by service, by region and in all', async () => {
    const amounts = fc.array(fc.bigInt(-(10n ** 14n), 10n ** 14n), { minLength: 5000, maxLength: 5000 });
    await fc.assert(
      fc.asyncProperty(amounts, amounts, async (...days) => {
        const text = (units: bigint) =>
          `${units < 0n ? '-' : ''}${(units < 0n ? -units : units)
            .toString()
            .padStart(11, '0')
            .replace(/(\d{10})$/, '.$1')}`;
        const lines = days.map((own) =>
          own.map((units, index) =>
            charge(text(units), { service: `service ${index % 40}`, region: `region ${index % 5}` }),
          ),
        );
        const { shown } = await summed({
          '2026-02-15': { by_region: lines[0]! },
          '2026-02-16': { by_region: lines[1]! },
        });
        const { exact } = await shown('monthly', '2026-02');
        // AWS's ten digits are units of 10⁻¹⁰: two more are zeros.
        const sum = days.flat().reduce((total, units) => total + units, 0n) * 100n;
        expect(parseMoney(exact!.total_cost)).toBe(sum);
        expect(sumMoney(Object.values(exact!.cost_by_service).map(parseMoney))).toBe(sum);
        expect(sumMoney(Object.values(exact!.cost_by_region).map(parseMoney))).toBe(sum);
      }),
      { numRuns: 3 },
    );
  }, 60_000);

  test('keep currencies apart, and divide each by what was counted on all days', async () => {
    const { shown, read } = await summed({
      '2026-02-15': { by_region: [charge('3'), charge('7', { currency: 'EUR' })] },
      '2026-02-16': '1',
    });
    const month = await shown('monthly', '2026-02');
    expect(month).toMatchObject({ total_cost_usd: 4, cost_per_request: 0.002, currency: 'USD' });
    expect(month.other_currencies).toMatchObject([
      { currency: 'EUR', total_cost: 7, cost_per_request: 0.0035 },
    ]);
    expect((await read('monthly', '2026-02')).children[0]!.totals).toEqual({
      EUR: { total: '7', net: '7' },
      USD: { total: '3', net: '3' },
    });
    const other = await summed({ '2026-02-15': { by_region: [charge('7', { currency: 'EUR' })] } });
    expect(await other.shown('daily', '2026-02-15')).toMatchObject({
      total_cost_usd: null,
      cost_per_request: null,
      exact: null,
    });
  });

  test('keep credits, refunds and tax apart from what was charged', async () => {
    const apart = [
      charge('-2', { record_type: 'credit' }),
      charge('-0.5', { record_type: 'refund' }),
      charge('1.5', { record_type: 'tax', service: 'Tax' }),
    ];
    const { shown } = await summed({ '2026-02-16': { by_region: [charge('10')], apart } });
    for (const [period, key] of [
      ['daily', '2026-02-16'],
      ['monthly', '2026-02'],
    ] as const)
      expect(await shown(period, key)).toMatchObject({
        total_cost_usd: 10,
        credits_usd: -2,
        refunds_usd: -0.5,
        tax_usd: 1.5,
        net_cost_usd: 9,
        cost_per_request: 0.01,
      });
  });

  test('divide by what was counted, and by nothing that is zero or was not measured', async () => {
    const { shown } = await summed({ '2026-02-15': '2', '2026-02-16': '4', '2026-02-17': '8' }, (date) => {
      if (date === '2026-02-15') return NO_TRAFFIC;
      return date === '2026-02-16' ? traffic({ requests: 0, visitors: 0, transfers: null }) : traffic();
    });
    expect(await shown('daily', '2026-02-15')).toMatchObject({
      total_requests: null,
      cost_per_request: null,
      cost_per_transfer: null,
      cost_per_active_user: null,
      traffic: { status: 'unknown' },
    });
    expect(await shown('daily', '2026-02-16')).toMatchObject({
      total_requests: 0,
      cost_per_request: null,
      total_transfers: null,
      cost_per_transfer: null,
      cost_per_active_user: null,
    });
    expect(await shown('daily', '2026-02-17')).toMatchObject({
      cost_per_request: 0.008,
      cost_per_transfer: 0.8,
      cost_per_active_user: 0.4,
    });
    // Money of days that nobody counted on takes no part; that of a day without any request does.
    expect(await shown('monthly', '2026-02')).toMatchObject({
      total_cost_usd: 14,
      total_requests: 1000,
      cost_per_request: 0.012,
      cost_per_transfer: 0.8,
      cost_per_active_user: null,
      cost_per_visitor_day: 0.6,
      unique_visitors: null,
      visitor_days: 20,
      ratio_days: { requests: 2, transfers: 1, visitors: 2 },
      traffic: { gaps: ['2026-02-15'] },
    });
  });

  test('are final when both sides are, and neither estimated nor read too early', async () => {
    const one = async (of: Parameters<typeof reading>[1], side: DayTraffic = traffic()) =>
      (await summed({ '2026-02-16': of }, () => side)).shown('daily', '2026-02-16');
    expect(await one('1')).toMatchObject({ status: 'final', cost: { status: 'final' } });
    expect(await one('1', traffic({ status: 'partial' }))).toMatchObject({
      status: 'partial',
      cost: { status: 'final' },
      traffic: { status: 'partial' },
    });
    const by_region = [charge('1')];
    expect(await one({ by_region, estimated: true })).toMatchObject({
      status: 'partial',
      estimated: true,
      cost: { status: 'partial' },
    });
    expect(settledFrom('2026-02-16')).toBe(Date.parse('2026-03-16T00:00:00Z'));
    const early = settledFrom('2026-02-16') - 1;
    expect(await one({ by_region, collected_at: early })).toMatchObject({
      status: 'partial',
      estimated: false,
    });
  });

  test('of a day carry their estimate to the week and the month', async () => {
    const { shown } = await summed({ '2026-02-15': '1', '2026-02-17': { estimated: true } });
    expect(await shown('weekly', '2026-W07')).toMatchObject({ estimated: false });
    expect(await shown('weekly', '2026-W08')).toMatchObject({ estimated: true, total_cost_usd: 0 });
    expect(await shown('monthly', '2026-02')).toMatchObject({ estimated: true });
  });

  test('are written again when traffic was, without a revision of the money', async () => {
    const { data, read } = await summed({ '2026-02-16': '1' });
    const before = await read('monthly', '2026-02');
    expect(await aggregateCosts(summing(data), ['2026-02-16'])).toEqual([]);
    const more = () => traffic({ requests: 2000, mark: 'two' });
    expect(await aggregateCosts(summing(data, more), ['2026-02-16'])).toHaveLength(3);
    const after = await read('monthly', '2026-02');
    expect(after).toMatchObject({ revision: 1, traffic: { total_requests: 2000 } });
    expect(after.content_hash).not.toBe(before.content_hash);
    expect(after.money_hash).toBe(before.money_hash);
  });

  test('call a day that joins its month no revision, and one that AWS restated one, with the difference', async () => {
    const { data, read } = await summed({ '2026-02-16': '1' });
    const add = async (date: string, amount: string, collected_at: number) => {
      await writeReadings(data, [reading(date, { by_region: [charge(amount)], collected_at })]);
      await aggregateCosts(summing(data), [date]);
      return read('monthly', '2026-02');
    };
    const late = Date.parse('2026-06-01T00:00:00Z');
    expect(await add('2026-02-17', '5', late)).toMatchObject({ revision: 1 });
    expect(await add('2026-02-16', '0.75', late)).toMatchObject({
      revision: 2,
      restated: { reason: 'late-data', difference: { USD: '-0.25' } },
    });
    expect(await read('daily', '2026-02-16')).toMatchObject({ revision: 2 });
    expect(await read('daily', '2026-02-17')).toMatchObject({ revision: 1 });
  });

  test('say how much of the whole each driver is', async () => {
    const usage = (usage_type: string, amount: string, usage_quantity: string, usage_unit: string) =>
      charge(amount, { region: null, usage_type, usage_quantity, usage_unit });
    const by_usage_type = [usage('Requests', '1', '10', 'Requests'), usage('Storage', '3', '0.1', 'GB-Mo')];
    const { shown, read } = await summed({
      '2026-02-16': { by_region: [charge('4')], by_usage_type },
      '2026-02-17': { by_region: [charge('4')], by_usage_type },
    });
    expect((await shown('monthly', '2026-02')).top_cost_drivers).toEqual([
      expect.objectContaining({ usage_type: 'Storage', amount_exact: '6', percent: 75 }),
      expect.objectContaining({ usage_type: 'Requests', amount_usd: 2, percent: 25 }),
    ]);
    expect((await read('monthly', '2026-02')).currencies[0]!.by_usage_type[0]!.quantities).toEqual({
      'GB-Mo': '0.2',
    });
  });

  test('say what is amortized where every line says it', async () => {
    const lines = [charge('1', { amortized: '0.25' }), charge('1', { amortized: '0.5', region: 'global' })];
    const { shown } = await summed({
      '2026-02-16': { by_region: lines },
      '2026-03-01': { by_region: [...lines, charge('1', { amortized: null })] },
    });
    expect((await shown('monthly', '2026-02')).amortized_cost_usd).toBe(0.75);
    expect((await shown('monthly', '2026-03')).amortized_cost_usd).toBeNull();
  });

  test('give Backbone’s own share where every day says it', async () => {
    const own = [charge('0.25')];
    const { shown } = await summed({
      '2026-02-16': { by_region: [charge('4')], own },
      '2026-02-17': { by_region: [charge('4')], own },
      '2026-03-01': { by_region: [charge('4')], own },
      '2026-03-02': { by_region: [charge('4')] },
    });
    expect((await shown('monthly', '2026-02')).own_cost_usd).toBe(0.5);
    expect((await shown('monthly', '2026-03')).own_cost_usd).toBeNull();
  });

  test('are found by clients of the cache as cost:<period>:<key>', async () => {
    const { data } = await summed({ '2026-02-16': '1' });
    const cache = createCache({ data, now: () => 0, newId: () => 'none' });
    for (const name of ['cost:daily:2026-02-16', 'cost:weekly:2026-W08', 'cost:monthly:2026-02']) {
      const entry = await cache.infoByHash('bb-costs', hashOfString(name));
      expect(entry?.path).toBe(`bb-costs/data/key-based/${name.slice(5).replace(':', '/')}.json`);
    }
  });

  test('of a month do not depend on the order in which its days came', async () => {
    const dates = daysBetween('2026-02-01', '2026-03-01');
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(dates, { minLength: dates.length }), async (order) => {
        const data = memoryObjectStore();
        for (const date of order.slice(0, 14)) {
          await writeReadings(data, [reading(date, date.slice(8))]);
          await aggregateCosts(summing(data), [date]);
        }
        await writeReadings(
          data,
          order.slice(14).map((date) => reading(date, date.slice(8))),
        );
        await aggregateCosts(summing(data), order.slice(14));
        const { exact, revision } = presentCosts(
          (await readCostRollup(data, { period: 'monthly', time_key: '2026-02' }))!,
        );
        expect([exact!.total_cost, revision]).toEqual(['406', 1]);
      }),
      { numRuns: 5 },
    );
  });

  test('know no days but those of UTC', () => {
    expect(costCalendar.timezone).toBe('UTC');
    expect(costCalendar.children('weekly', '2026-W53').map(({ time_key }) => time_key)).toEqual(
      daysBetween('2026-12-28', '2027-01-04'),
    );
  });
});
