import { readdirSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { daysBetween, readCalls, readCollectorState, readMonth } from '@sgraph-backbone/layer/costs';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import { type CollectContext, collectCosts } from '../../lambdas/collect-costs/collect-costs.ts';
import { CollectionFailed } from '../../lambdas/collect-costs/collection-failed.ts';
import {
  collecting,
  GOLDEN,
  goldenCase,
  goldenExchanges,
  KNOWN_TRAFFIC,
  shownDay,
} from './costs-collecting.ts';
import { type CostServer, costServer, fromExchanges } from './costs-server.ts';

let server: CostServer;
afterEach(() => server.close());

async function failureOf(run: Promise<unknown>): Promise<CollectionFailed | undefined> {
  try {
    await run;
    return undefined;
  } catch (error) {
    if (error instanceof CollectionFailed) return error;
    throw error;
  }
}

describe('The collector, asking Cost Explorer through the SDK', () => {
  test.each(readdirSync(GOLDEN).sort())('does what the golden folder %s says', async (name) => {
    const { now, asked, settings, expected } = goldenCase(name);
    server = await costServer(fromExchanges(goldenExchanges(name)));
    const data = memoryObjectStore();
    const context = collecting(data, server.url, { now: Date.parse(now), settings });
    const failure = await failureOf(collectCosts(context, asked));
    expect(failure?.code).toBe(expected.error);
    if (expected.message) expect(failure?.message).toContain(expected.message);
    const state = await readCollectorState(data);
    expect(state.mark).toBe(expected.mark);
    expect(state.open).toEqual([]);
    // What was asked for by mistake is no run.
    if (expected.error !== 'BadRange') expect(state.last_error?.code).toBe(expected.error);
    expect((await readCalls(data, now.slice(0, 10))).calls).toBe(expected.calls);
    if (expected.waits !== undefined) expect(context.waits).toHaveLength(expected.waits);
    for (const [date, day] of Object.entries(expected.days))
      expect(await shownDay(data, date)).toMatchObject(day);
    expect((await knownDays(context)).sort()).toEqual(Object.keys(expected.days).sort());
  });

  async function knownDays({ data }: CollectContext): Promise<string[]> {
    return Object.keys((await readMonth(data, '2026-02'))?.days ?? {});
  }

  test('waits twice as long after each refusal, up to a minute', async () => {
    server = await costServer(fromExchanges(goldenExchanges('throttled-for-good')));
    const context = collecting(memoryObjectStore(), server.url);
    await failureOf(collectCosts(context, goldenCase('throttled-for-good').asked));
    expect(context.waits).toEqual([750, 1500, 3000, 6000, 12_000, 24_000]);
    expect(server.questions).toHaveLength(7);
  });

  test('asks by day for the first of the previous month through yesterday unless told otherwise', async () => {
    server = await costServer(({ TimePeriod, GroupBy }) => ({
      status: 200,
      body: { GroupDefinitions: GroupBy, ResultsByTime: emptyDays(TimePeriod) },
    }));
    const data = memoryObjectStore();
    const run = await collectCosts(collecting(data, server.url));
    expect(run).toMatchObject({ from: '2026-01-01', to: '2026-02-17', calls: 3, days: 47, outcome: 'done' });
    expect(server.questions[0]).toMatchObject({
      TimePeriod: { Start: '2026-01-01', End: '2026-02-17' },
      Granularity: 'DAILY',
      Metrics: ['UnblendedCost', 'AmortizedCost', 'UsageQuantity'],
    });
    const may = collecting(data, server.url, { now: Date.parse('2026-05-03T05:00:00Z') });
    // It was off for months: it goes on where it stood, in parts of two months.
    expect(await collectCosts(may)).toMatchObject({ from: '2026-02-17', to: '2026-05-03', calls: 6 });
    expect(await readCollectorState(data)).toMatchObject({ mark: '2026-05-02', last_error: null });
  });

  test('keeps what was read before the budget was spent, and goes on there the next day', async () => {
    server = await costServer(({ TimePeriod }) => ({
      status: 200,
      body: { ResultsByTime: emptyDays(TimePeriod) },
    }));
    const data = memoryObjectStore();
    const settings = { calls_per_day: 4 };
    const at = (day: string) => Date.parse(`2026-02-${day}T05:00:00Z`);
    await collectCosts(collecting(data, server.url, { now: Date.parse('2025-11-01T05:00:00Z'), settings }));
    const first = await failureOf(collectCosts(collecting(data, server.url, { now: at('17'), settings })));
    expect(first?.code).toBe('BudgetSpent');
    expect((await readCollectorState(data)).mark).toBe('2026-01-01');
    await collectCosts(collecting(data, server.url, { now: at('18'), settings }));
    expect((await readCollectorState(data)).mark).toBe('2026-02-17');
    expect((await readCalls(data, '2026-02-17')).calls).toBe(4);
  });

  test('does not move the mark over days that nobody read', async () => {
    server = await costServer(({ TimePeriod }) => ({
      status: 200,
      body: { ResultsByTime: emptyDays(TimePeriod) },
    }));
    const data = memoryObjectStore();
    const read = (from: string, to: string) =>
      collectCosts(collecting(data, server.url, { settings: { calls_per_day: 100 } }), { from, to });
    await read('2025-03-01', '2025-03-10');
    expect((await readCollectorState(data)).mark).toBeNull();
    await read('2026-02-01', '2026-02-03');
    await read('2026-02-10', '2026-02-12');
    expect((await readCollectorState(data)).mark).toBe('2026-02-02');
    await read('2026-02-03', '2026-02-11');
    expect((await readCollectorState(data)).mark).toBe('2026-02-10');
  });

  test('sums older days again whose traffic was counted since, without asking AWS about them', async () => {
    server = await costServer(({ TimePeriod }) => ({
      status: 200,
      body: { ResultsByTime: emptyDays(TimePeriod) },
    }));
    const data = memoryObjectStore();
    const context = collecting(data, server.url);
    const days = { from: '2025-11-10', to: '2025-11-12' };
    const unknown = { ...KNOWN_TRAFFIC, status: 'unknown' as const, requests: null, mark: 'none' };
    await collectCosts({ ...context, traffic: async () => unknown }, days);
    expect(await shownDay(data, '2025-11-10')).toMatchObject({ total_requests: null });
    await collectCosts(context, { from: '2026-02-16' });
    expect(await shownDay(data, '2025-11-10')).toMatchObject({ total_requests: 1000 });
    expect(server.questions.filter(({ TimePeriod }) => TimePeriod.Start < '2026')).toHaveLength(3);
  });

  function emptyDays({ Start, End }: { readonly Start: string; readonly End: string }) {
    return daysBetween(Start, End).map((date) => ({
      TimePeriod: { Start: date, End: date },
      Estimated: true,
      Groups: [],
    }));
  }
});
