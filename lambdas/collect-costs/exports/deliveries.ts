import { createHash } from 'node:crypto';
import type { ExportFile } from './export-file.ts';
import { manifestFiles } from './manifest.ts';

/** What belongs together: one billing period of one export, as it was delivered last. */
export interface Delivery {
  readonly export: string;
  /** Of files in a folder of their own it is known once they have been read. */
  readonly period?: string;
  readonly files: readonly ExportFile[];
  /** Changes with any of the files. */
  readonly stamp: string;
}

/** What was left for later, and why. */
export interface Remark {
  readonly path: string;
  readonly reason: string;
  /** `later`: a delivery is under way, the next run takes it; `refused`: somebody has to put it right. */
  readonly outcome: 'later' | 'refused';
}

const PLACE = /^(?:(.*)\/)?(data|metadata)\/BILLING_PERIOD=(\d{4}-\d{2})\/(.+)$/;
const DATA = /\.(csv|csv\.gz|parquet)$/;
const MANIFEST = /-?Manifest\.json$/;

/**
 * Finds the deliveries among files. A manifest comes after all files that it names, so that a period is taken as its
 * newest manifest says; files that nobody listed in one are taken as they lie.
 */
export async function deliveriesIn(
  files: readonly ExportFile[],
): Promise<{ deliveries: Delivery[]; remarks: Remark[] }> {
  const remarks: Remark[] = [];
  const placed = files.flatMap((file) => placeOf(file) ?? []);
  const loose = files.filter((file) => placeOf(file) === undefined && DATA.test(file.path));
  const deliveries = folders(loose);
  for (const [root, own] of Map.groupBy(placed, ({ root }) => root))
    for (const found of await periodsOf(root, own)) {
      if ('reason' in found) remarks.push(found);
      else deliveries.push(found);
    }
  return { deliveries, remarks };
}

interface Placed {
  readonly file: ExportFile;
  readonly root: string;
  readonly part: string;
  readonly period: string;
}

function placeOf(file: ExportFile): Placed | undefined {
  const [whole, root = '', part = '', period = ''] = PLACE.exec(file.path) ?? [];
  return whole === undefined ? undefined : { file, root, part, period };
}

async function periodsOf(root: string, placed: readonly Placed[]): Promise<(Delivery | Remark)[]> {
  const manifests = placed.filter(({ part, file }) => part === 'metadata' && MANIFEST.test(file.path));
  const data = placed.filter(({ part, file }) => part === 'data' && DATA.test(file.path));
  const periods = [...new Set([...manifests, ...data].map(({ period }) => period))].sort();
  const found: (Delivery | Remark)[] = [];
  for (const period of periods) {
    const files = data.filter((one) => one.period === period).map(({ file }) => file);
    const manifest = newest(manifests.filter((one) => one.period === period).map(({ file }) => file));
    if (manifest !== undefined) found.push(await asListed(root, period, manifest, files));
    else if (manifests.length === 0) found.push(delivery(nameOf(root), files, period));
    else
      found.push({
        path: `${root}/data/BILLING_PERIOD=${period}/`,
        reason: 'its manifest is not there yet',
        outcome: 'later',
      });
  }
  return found;
}

async function asListed(
  root: string,
  period: string,
  manifest: ExportFile,
  files: readonly ExportFile[],
): Promise<Delivery | Remark> {
  const names = await manifestFiles(manifest);
  if (names === undefined)
    return { path: manifest.path, reason: 'it lists no dataFiles', outcome: 'refused' };
  const byPath = new Map(files.map((file) => [file.path, file]));
  const listed: ExportFile[] = [];
  for (const name of names) {
    const path = `${root === '' ? '' : `${root}/`}${name.slice(name.lastIndexOf('data/BILLING_PERIOD='))}`;
    const file = byPath.get(path);
    if (file === undefined)
      return { path, reason: 'the manifest names it and it is not there', outcome: 'later' };
    // A refresh writes over files one by one, and the manifest last.
    if (file.delivered && file.modified > manifest.modified)
      return { path, reason: 'it is newer than its manifest: a refresh is under way', outcome: 'later' };
    listed.push(file);
  }
  return delivery(nameOf(root), listed, period, manifest);
}

function newest(files: readonly ExportFile[]): ExportFile | undefined {
  return files.toSorted((a, b) => b.modified - a.modified || (a.path < b.path ? 1 : -1))[0];
}

/** Files of one folder are one export. */
function folders(files: readonly ExportFile[]): Delivery[] {
  const byFolder = Map.groupBy(files, ({ path }) => path.slice(0, path.lastIndexOf('/')));
  return [...byFolder].map(([folder, own]) => delivery(nameOf(folder), own));
}

function delivery(
  name: string,
  files: readonly ExportFile[],
  period?: string,
  manifest?: ExportFile,
): Delivery {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const hash = createHash('sha256');
  for (const { path, etag } of manifest === undefined ? sorted : [manifest, ...sorted])
    hash.update(JSON.stringify([path, etag]));
  return { export: name, period, files: sorted, stamp: hash.digest('hex').slice(0, 32) };
}

/** The last folder, in characters that any key may have. */
function nameOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/[^A-Za-z0-9._-]+/g, '-');
  return /^\.*$/.test(name) ? 'export' : name.slice(0, 128);
}
