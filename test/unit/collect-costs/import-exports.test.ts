import { describe, expect, test } from '@jest/globals';
import { presentCosts, readCostRollup, readMonth, readReading } from '@sgraph-backbone/layer/costs';
import { Conflict, type ObjectStore } from '@sgraph-backbone/layer/store';
import { readPeriods } from '../../../lambdas/collect-costs/exports/billed-period.ts';
import { bucketFiles } from '../../../lambdas/collect-costs/exports/export-file.ts';
import { importExports } from '../../../lambdas/collect-costs/exports/import-exports.ts';
import { csv, cur, focus, parquet, zipped } from '../bills/tables.ts';
import { createDeliveries } from './deliveries.ts';

const day = (date: string, own: Parameters<typeof focus>[0] = {}) =>
  focus({ ChargePeriodStart: `${date}T00:00:00Z`, ...own });

async function costsOf(data: ObjectStore, time_key: string) {
  const period = time_key.length === 7 ? 'monthly' : 'daily';
  const rollup = await readCostRollup(data, { period, time_key });
  return rollup && presentCosts(rollup);
}

describe('a delivered period', () => {
  test('is summed to the last digit by service, region and usage type; credits, refunds and tax apart', async () => {
    const { deliver, take, data } = createDeliveries();
    const lines = [
      ...Array.from({ length: 1_000 }, () => day('2026-02-16', { BilledCost: '0.0000000001' })),
      day('2026-02-16', { BilledCost: '0.9', RegionId: 'us-east-1' }),
      day('2026-02-16', { BilledCost: '-0.25', ChargeCategory: 'Credit' }),
      day('2026-02-16', { BilledCost: '-0.125', ChargeCategory: 'Adjustment' }),
      day('2026-02-16', { BilledCost: '0.1', ChargeCategory: 'Tax' }),
    ];
    await deliver('2026-02', { 'site-00001.csv.gz': zipped(csv(lines)) });
    const { periods, remarks } = await take();
    expect(remarks).toEqual([]);
    expect(periods).toMatchObject([
      { export: 'site-costs', period: '2026-02', outcome: 'imported', lines: 1_004 },
    ]);
    expect(await costsOf(data, '2026-02-16')).toMatchObject({
      exact: {
        total_cost: '0.9000001',
        credits: '-0.25',
        refunds: '-0.125',
        tax: '0.1',
        net_cost: '0.6250001',
        cost_by_region: { 'us-east-1': '0.9', 'eu-west-1': '0.0000001' },
      },
      estimated: true,
    });
    const reading = await readReading(data, '2026-02-16');
    expect(reading).toMatchObject({ source: 'focus', own: null });
    expect(reading!.by_region).toContainEqual(
      expect.objectContaining({
        usage_type: 'EU-Requests-Tier1',
        amount: '0.0000001',
        usage_quantity: '12000',
      }),
    );
  });

  test('has days that cost nothing up to its last one, and gaps behind', async () => {
    const { deliver, take, data } = createDeliveries();
    await deliver('2026-02', { 'a.csv': csv([day('2026-02-03', { BilledCost: '2' })]) });
    await take();
    expect(await costsOf(data, '2026-02-01')).toMatchObject({ total_cost_usd: 0, cost: { gaps: [] } });
    const month = await costsOf(data, '2026-02');
    expect(month).toMatchObject({ total_cost_usd: 2 });
    // From the 4th to yesterday.
    expect(month!.cost.gaps).toHaveLength(16);
  });

  test('is read from several files of Parquet, each once, whatever its name', async () => {
    const { deliver, take, data } = createDeliveries();
    const [first, second] = [day('2026-02-16', { BilledCost: '1' }), day('2026-02-16', { BilledCost: '2' })];
    const same = parquet([first]);
    await deliver('2026-02', { 'a.parquet': same, 'b.parquet': parquet([second]), 'copy.parquet': same });
    await take();
    expect(await costsOf(data, '2026-02-16')).toMatchObject({ total_cost_usd: 3 });
  });

  test('that was taken before is not read again, and nothing changes', async () => {
    const { deliver, take, data, summed, bucket, context } = createDeliveries();
    await deliver('2026-02', { 'a.csv': csv([day('2026-02-16')]) });
    await take();
    const before = await readCostRollup(data, { period: 'daily', time_key: '2026-02-16' });
    const files = (await bucketFiles(bucket, 'exports/')).map((file) =>
      file.path.includes('/data/') ? { ...file, chunks: () => neverRead() } : file,
    );
    const { periods } = await importExports(context, files);
    expect(periods).toMatchObject([{ outcome: 'already_known', changed: [] }]);
    expect(summed).toHaveLength(1);
    expect(await readCostRollup(data, { period: 'daily', time_key: '2026-02-16' })).toEqual(before);
  });

  test('of CUR 2.0 is read as well', async () => {
    const { deliver, take, data } = createDeliveries();
    await deliver('2026-02', { 'a.csv.gz': zipped(csv([cur({ line_item_unblended_cost: '4.2' })])) });
    await take();
    expect(await readReading(data, '2026-02-16')).toMatchObject({ source: 'cur' });
    expect(await costsOf(data, '2026-02-16')).toMatchObject({
      cost_by_service: { 'Amazon Simple Storage Service': 4.2 },
    });
  });

  test('in two currencies keeps them apart', async () => {
    const { deliver, take, data } = createDeliveries();
    const lines = [
      day('2026-02-16', { BilledCost: '1' }),
      day('2026-02-16', { BilledCost: '9', BillingCurrency: 'EUR' }),
    ];
    await deliver('2026-02', { 'a.csv': csv(lines) });
    await take();
    expect(await costsOf(data, '2026-02-16')).toMatchObject({
      total_cost_usd: 1,
      other_currencies: [{ currency: 'EUR', total_cost: 9 }],
    });
  });
});

describe('a refreshed period', () => {
  test('takes the place of what was there: days that are gone cost nothing, others show their difference', async () => {
    const { deliver, take, data } = createDeliveries();
    await deliver('2026-02', {
      'a.csv': csv([day('2026-02-16', { BilledCost: '1' }), day('2026-02-17', { BilledCost: '5' })]),
    });
    await take();
    await deliver('2026-02', { 'a.csv': csv([day('2026-02-16', { BilledCost: '1.5' })]) });
    const { periods } = await take();
    expect(periods[0]!.changed).toMatchObject([
      { date: '2026-02-16', version: 2, changed: true, difference: { USD: '0.5' } },
      { date: '2026-02-17', version: 2, changed: true, difference: { USD: '-5' } },
    ]);
    expect(await costsOf(data, '2026-02-16')).toMatchObject({
      revision: 2,
      total_cost_usd: 1.5,
      restated: { reason: 'late-data', difference: { USD: '0.5' } },
    });
    expect(await costsOf(data, '2026-02')).toMatchObject({ total_cost_usd: 1.5, revision: 2 });
    expect((await readMonth(data, '2026-02'))!.days['2026-02-16']).toHaveLength(2);
  });

  test('is left alone while it is written: files newer than their manifest, or not there', async () => {
    const { deliver, take, data, bucket, clock } = createDeliveries();
    await deliver('2026-02', { 'a.csv': csv([day('2026-02-16', { BilledCost: '1' })]) });
    await take();
    const file = 'exports/site-costs/data/BILLING_PERIOD=2026-02/a.csv';
    clock.now += 60_000;
    await bucket.put(file, csv([day('2026-02-16', { BilledCost: '7' })]));
    expect((await take()).remarks).toEqual([
      { path: file, reason: 'it is newer than its manifest: a refresh is under way', outcome: 'later' },
    ]);
    await bucket.delete(file);
    expect((await take()).remarks[0]!.reason).toContain('it is not there');
    expect(await costsOf(data, '2026-02-16')).toMatchObject({ total_cost_usd: 1, revision: 1 });
  });

  test('that changes while it is read, or can’t be read, leaves all as it was', async () => {
    const { deliver, take, data, bucket, context } = createDeliveries();
    await deliver('2026-02', { 'a.csv': csv([day('2026-02-16', { BilledCost: '1' })]) });
    await take();
    await deliver('2026-02', {
      'a.csv': csv([day('2026-02-16', { BilledCost: '7' })]),
      'b.csv': csv([day('2026-02-16', { BilledCost: 'x' })]),
    });
    const refused = await take();
    expect(refused.remarks[0]!.outcome).toBe('refused');
    expect(refused.remarks[0]!.reason).toContain('Row 2: BilledCost is "x"; accepted: a decimal');
    const files = (await bucketFiles(bucket, 'exports/')).map((file) =>
      file.path.endsWith('b.csv') ? { ...file, chunks: () => changed(file.path) } : file,
    );
    expect((await importExports(context, files)).remarks[0]!.reason).toContain('written again');
    expect(await costsOf(data, '2026-02-16')).toMatchObject({ total_cost_usd: 1, revision: 1 });
  });

  test('that a dead run has begun is finished by the next one', async () => {
    const { deliver, take, data } = createDeliveries();
    await deliver('2026-02', { 'a.csv': csv([day('2026-02-16', { BilledCost: '1' })]) });
    const dies = take({
      aggregate: async () => {
        throw new Error('killed');
      },
    });
    await expect(dies).rejects.toThrow('killed');
    expect((await readPeriods(data, 'site-costs'))[0]!.pending).toContain('2026-02-16');
    expect((await take()).periods).toMatchObject([{ outcome: 'already_known' }]);
    expect(await costsOf(data, '2026-02-16')).toMatchObject({ total_cost_usd: 1 });
    expect((await readPeriods(data, 'site-costs'))[0]!.pending).toEqual([]);
  });

  test('whose manifest is not there yet waits for it', async () => {
    const { deliver, take, bucket } = createDeliveries();
    await deliver('2026-02', { 'a.csv': csv([day('2026-02-16')]) });
    await bucket.put('exports/site-costs/data/BILLING_PERIOD=2026-03/a.csv', csv([day('2026-03-01')]));
    expect((await take()).remarks).toEqual([
      {
        path: 'exports/site-costs/data/BILLING_PERIOD=2026-03/',
        reason: 'its manifest is not there yet',
        outcome: 'later',
      },
    ]);
  });

  test('is taken from the newest manifest where each refresh has a folder of its own', async () => {
    const { take, data, bucket, clock } = createDeliveries();
    for (const [run, cost] of [
      ['20260217T01', '1'],
      ['20260218T01', '2'],
    ] as const) {
      const at = (part: string) => `exports/site-costs/${part}/BILLING_PERIOD=2026-02/${run}/`;
      await bucket.put(`${at('data')}a.csv`, csv([day('2026-02-16', { BilledCost: cost })]));
      const manifest = JSON.stringify({ dataFiles: [{ key: `${at('data')}a.csv` }] });
      await bucket.put(`${at('metadata')}site-costs-Manifest.json`, Buffer.from(manifest));
      clock.now += 86_400_000;
    }
    await take();
    expect(await costsOf(data, '2026-02-16')).toMatchObject({ total_cost_usd: 2 });
  });
});

describe('a correction', () => {
  const january = { BillingPeriodStart: '2026-01-01T00:00:00Z', InvoiceId: 'INV-1' };
  const correction = day('2026-01-20', { ChargeClass: 'Correction', BilledCost: '-0.75' });

  test('restates the closed day that it is for, and stays through every refresh of either period', async () => {
    const { deliver, take, data } = createDeliveries();
    await deliver('2026-01', { 'a.csv': csv([day('2026-01-20', { ...january, BilledCost: '3' })]) });
    await take();
    expect(await costsOf(data, '2026-01-20')).toMatchObject({ total_cost_usd: 3, estimated: false });
    await deliver('2026-02', { 'a.csv': csv([day('2026-02-16', { BilledCost: '1' }), correction]) });
    expect((await take()).periods).toContainEqual(
      expect.objectContaining({ period: '2026-02', outcome: 'imported', corrections: 1 }),
    );
    const restated = await costsOf(data, '2026-01-20');
    expect(restated).toMatchObject({
      total_cost_usd: 2.25,
      revision: 2,
      restated: { difference: { USD: '-0.75' } },
    });
    await deliver('2026-01', { 'a.csv': csv([day('2026-01-20', { ...january, BilledCost: '4' })]) });
    await take();
    expect(await costsOf(data, '2026-01-20')).toMatchObject({ total_cost_usd: 3.25 });
    await deliver('2026-02', { 'a.csv': csv([day('2026-02-16', { BilledCost: '1' })]) });
    await take();
    expect(await costsOf(data, '2026-01-20')).toMatchObject({ total_cost_usd: 4 });
    expect(await costsOf(data, '2026-01')).toMatchObject({ total_cost_usd: 4 });
  });
});

describe('the settings of costs', () => {
  const lines = [
    day('2026-02-16', { BilledCost: '1', SubAccountId: '111122223333', Tags: '{"user:Project":"send"}' }),
    day('2026-02-16', { BilledCost: '2', SubAccountId: '444455556666', Tags: '{"project":"other"}' }),
    day('2026-02-16', { BilledCost: '4', SubAccountId: '111122223333', Tags: '{"project":"other"}' }),
  ];

  test.each([
    [{ accounts: ['111122223333'] }, 5, null],
    [{ accounts: [], tag: 'Project=send' }, 1, null],
    [{ accounts: [], own_tag: 'project=other' }, 7, 6],
    [{ accounts: ['444455556666'], own_tag: 'project=send' }, 2, 0],
  ])('%j leave what is the site’s', async (filter, total_cost_usd, own_cost_usd) => {
    const { deliver, take, data } = createDeliveries(filter);
    await deliver('2026-02', { 'a.csv': csv(lines) });
    await take();
    expect(await costsOf(data, '2026-02-16')).toMatchObject({ total_cost_usd, own_cost_usd });
  });

  test('that changed have a delivery read again', async () => {
    const { deliver, take, data } = createDeliveries();
    await deliver('2026-02', { 'a.csv': csv(lines) });
    await take();
    await take({ filter: { accounts: ['444455556666'] }, scope: 'other' });
    expect(await costsOf(data, '2026-02-16')).toMatchObject({
      total_cost_usd: 2,
      restated: { reason: 'source' },
    });
  });

  test('for a column that an export lacks refuse it', async () => {
    const { deliver, take } = createDeliveries({ accounts: [], own_tag: 'project=send' });
    const { Tags: _, ...bare } = lines[0]!;
    await deliver('2026-02', { 'a.csv': csv([bare]) });
    expect((await take()).remarks[0]!.reason).toBe('the settings of costs need Tags, which it lacks');
  });
});

test('files in a folder of their own are periods as their lines say', async () => {
  const { take, data, bucket } = createDeliveries();
  const january = day('2026-01-20', { BillingPeriodStart: '2026-01-01T00:00:00Z', BilledCost: '3' });
  await bucket.put('exports/site/downloaded.csv', csv([january, day('2026-02-16', { BilledCost: '1' })]));
  await bucket.put('exports/site/read-me.txt', Buffer.from('hello'));
  const { periods } = await take();
  expect(periods.map(({ period }) => period)).toEqual(['2026-01', '2026-02']);
  expect(await costsOf(data, '2026-01')).toMatchObject({ total_cost_usd: 3 });
});

// biome-ignore lint/correctness/useYield: reading it is the failure
async function* neverRead(): AsyncGenerator<Uint8Array> {
  throw new Error('it was read again');
}

// biome-ignore lint/correctness/useYield: reading it fails at once
async function* changed(key: string): AsyncGenerator<Uint8Array> {
  throw new Conflict('changed', key);
}
