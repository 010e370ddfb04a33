import { aggregateCosts, type DayTraffic } from '@sgraph-backbone/layer/costs';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import type { LineFilter } from '../../../lambdas/collect-costs/exports/day-shares.ts';
import { bucketFiles } from '../../../lambdas/collect-costs/exports/export-file.ts';
import { importExports } from '../../../lambdas/collect-costs/exports/import-exports.ts';

/** Nobody has counted anything. */
export const NO_TRAFFIC: DayTraffic = {
  status: 'unknown',
  feed: 'standard',
  requests: null,
  visitors: null,
  visitors_bound: 'exact',
  transfers: null,
  transfers_from: null,
  mark: 'none',
};

/** A bucket that exports are delivered to, and the store that they are taken into. */
export function createDeliveries(filter: LineFilter = { accounts: [] }) {
  const clock = { now: Date.parse('2026-02-20T09:00:00Z') };
  const now = () => clock.now;
  const bucket = memoryObjectStore({ now });
  const data = memoryObjectStore({ now });
  const summed: string[][] = [];
  const context = {
    data,
    now,
    filter,
    scope: JSON.stringify(filter),
    aggregate: async (days: readonly string[]) => {
      summed.push([...days]);
      await aggregateCosts({ data, now, traffic: async () => NO_TRAFFIC }, days);
    },
  };
  const take = async (changes: Partial<typeof context> = {}) =>
    importExports({ ...context, ...changes }, await bucketFiles(bucket, 'exports/site'));
  return { bucket, data, clock, summed, context, take, deliver: deliverTo(bucket, clock) };
}

/** Delivers a period as AWS does: its files, and the manifest when all of them are there. */
function deliverTo(bucket: ObjectStore, clock: { now: number }) {
  return async (period: string, files: Readonly<Record<string, Uint8Array>>) => {
    const folder = `exports/site-costs/data/BILLING_PERIOD=${period}/`;
    for (const [name, bytes] of Object.entries(files)) await bucket.put(folder + name, bytes);
    clock.now += 60_000;
    const dataFiles = Object.keys(files).map((name) => `s3://billing/${folder}${name}`);
    const manifest = `exports/site-costs/metadata/BILLING_PERIOD=${period}/site-costs-Manifest.json`;
    await bucket.put(manifest, Buffer.from(JSON.stringify({ dataFiles })));
    clock.now += 60_000;
  };
}
