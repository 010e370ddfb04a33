import { keyBasedFolder, keyBasedPath } from '@sgraph-backbone/layer/cache';
import type { CostSource } from '@sgraph-backbone/layer/costs';
import { compareAndSet, NAMESPACES, type ObjectStore, readJson } from '@sgraph-backbone/layer/store';
import type { DayShare } from './day-shares.ts';

/** A billing period of an export as it was taken last. It is replaced as a whole. */
export interface BilledPeriod {
  readonly export: string;
  /** `2026-02` */
  readonly period: string;
  readonly source: CostSource;
  readonly scope: string;
  /** The filter that its lines have passed: under another one the same files are other costs. */
  readonly filtered: string;
  /** Of the delivery: the same one is not read again. */
  readonly stamp: string;
  readonly files: readonly { readonly path: string; readonly hash: string; readonly lines: number }[];
  /** Epoch ms. */
  readonly imported_at: number;
  /** Days of closed periods are among them where the export corrects these. */
  readonly days: Readonly<Record<string, DayShare>>;
  /** Days whose readings do not say this yet. */
  readonly pending: readonly string[];
}

function folderOf(name: string): string {
  return `exports/${name}`;
}

/** Puts a period in the place of what was there: its days, and those that it no longer has, are pending then. */
export async function replacePeriod(
  data: ObjectStore,
  next: Omit<BilledPeriod, 'pending'>,
): Promise<BilledPeriod> {
  const written = await compareAndSet<BilledPeriod>(
    data,
    keyOf(next),
    (current) => ({
      ...next,
      pending: [
        ...new Set([
          ...Object.keys(current?.days ?? {}),
          ...(current?.pending ?? []),
          ...Object.keys(next.days),
        ]),
      ].sort(),
    }),
    { gzip: true },
  );
  return written!;
}

/** Nothing is pending any more, unless the period was replaced meanwhile. */
export async function periodIsTold(data: ObjectStore, told: BilledPeriod): Promise<void> {
  await compareAndSet<BilledPeriod>(
    data,
    keyOf(told),
    (current) =>
      current === undefined || current.imported_at !== told.imported_at || current.stamp !== told.stamp
        ? undefined
        : { ...current, pending: [] },
    { gzip: true },
  );
}

/** All periods of an export, the oldest first. */
export async function readPeriods(data: ObjectStore, name: string): Promise<BilledPeriod[]> {
  const periods: BilledPeriod[] = [];
  for await (const row of data.list(keyBasedFolder(NAMESPACES.costs, folderOf(name)))) {
    const found = 'key' in row ? await readJson<BilledPeriod>(data, row.key) : undefined;
    if (found !== undefined) periods.push(found.value);
  }
  return periods;
}

/** Names of the exports that were ever taken. */
export async function listExports(data: ObjectStore): Promise<string[]> {
  const folder = keyBasedFolder(NAMESPACES.costs, 'exports');
  const names: string[] = [];
  for await (const row of data.list(folder, { delimiter: '/' }))
    if ('prefix' in row) names.push(row.prefix.slice(folder.length, -1));
  return names;
}

function keyOf({ export: name, period }: Pick<BilledPeriod, 'export' | 'period'>): string {
  return keyBasedPath(NAMESPACES.costs, folderOf(name), period, 'json');
}
