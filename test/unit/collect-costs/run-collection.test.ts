import { describe, expect, test } from '@jest/globals';
import { aggregateCosts, readCollectorState, writeReadings } from '@sgraph-backbone/layer/costs';
import { createLog } from '@sgraph-backbone/layer/runtime';
import { siteSettings } from '@sgraph-backbone/layer/settings';
import { CollectionFailed } from '../../../lambdas/collect-costs/collection-failed.ts';
import { bucketFiles } from '../../../lambdas/collect-costs/exports/export-file.ts';
import { runCollection } from '../../../lambdas/collect-costs/run-collection.ts';
import { demoReadings } from '../../../local/demo/index.ts';
import { csv, focus } from '../bills/tables.ts';
import { createDeliveries, NO_TRAFFIC } from './deliveries.ts';

function createCollection(costs: Record<string, unknown> = {}) {
  const { bucket, data, clock, deliver } = createDeliveries();
  const lines: Record<string, unknown>[] = [];
  const now = () => clock.now;
  const log = createLog({ level: 'info', write: (line) => lines.push(JSON.parse(line)), now });
  const context = {
    data,
    now,
    traffic: async () => NO_TRAFFIC,
    settings: siteSettings.parse({ costs }).costs,
    ask: () => Promise.reject(new Error('Cost Explorer was asked')),
    sleep: async () => {},
    random: Math.random,
    exports: () => bucketFiles(bucket, 'exports/'),
  };
  return { ...context, context, bucket, clock, deliver, lines, log };
}

const day = (date: string, own = {}) => focus({ ChargePeriodStart: `${date}T00:00:00Z`, ...own });

describe('a collection', () => {
  test('reads the data exports where there are any, and moves the mark to their last day', async () => {
    const { context, data, deliver, log } = createCollection();
    await deliver('2026-02', { 'a.csv': csv([day('2026-02-17'), day('2026-02-18')]) });
    const run = await runCollection(context, {}, log);
    expect(run).toMatchObject({
      outcome: 'done',
      calls: 0,
      from: '2026-02-01',
      to: '2026-02-19',
      days: 18,
      changed: 18,
    });
    expect(await readCollectorState(data)).toMatchObject({
      mark: '2026-02-18',
      last_run: run,
      last_error: null,
    });
    const again = await runCollection(context, {}, log);
    expect(again).toMatchObject({ outcome: 'done', days: 0, changed: 0 });
    expect(await readCollectorState(data)).toMatchObject({ mark: '2026-02-18' });
  });

  test('that can’t read an export fails with the reason, is noted, and leaves the mark', async () => {
    const { context, data, deliver, log, lines } = createCollection();
    await deliver('2026-02', { 'a.csv': csv([day('2026-02-18', { BilledCost: '?' })]) });
    await expect(runCollection(context, {}, log)).rejects.toThrow(CollectionFailed);
    const { last_error, mark } = await readCollectorState(data);
    expect(mark).toBeNull();
    expect(last_error).toMatchObject({
      code: 'ExportRefused',
      message: expect.stringContaining('BilledCost is "?"'),
    });
    expect(lines).toContainEqual(
      expect.objectContaining({ message: 'export not taken', outcome: 'refused' }),
    );
  });

  test('tells once of a day that stands out, and of a month that will be dearer than its budget', async () => {
    const { context, data, clock, log, lines, traffic } = createCollection({ monthly_budget_usd: 20 });
    clock.now = Date.parse('2026-03-18T12:00:00Z');
    const readings = demoReadings(clock.now);
    for (const [, own] of Map.groupBy(readings, ({ collected_at }) => collected_at))
      await writeReadings(data, own);
    await aggregateCosts(
      { data, now: context.now, traffic },
      readings.map(({ date }) => date),
    );
    for (let run = 0; run < 2; run++) await runCollection(context, {}, log);
    const alerts = lines.filter(({ message }) => message === 'cost alert');
    expect(alerts).toMatchObject([
      { level: 'warn', date: '2026-03-15', direction: 'above' },
      { level: 'warn', month: '2026-03', budget: { exceeded: 'over' } },
    ]);
  });
});
