import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openBucket } from '@sgraph-backbone/layer/drivers';
import { NoSuchFile } from '../files/find-files.ts';
import { isOnS3 } from '../files/s3-files.ts';

/** The files of a store of the original, in a folder or a bucket; nothing is ever written there. */
export interface OldCache {
  /** What lies directly below the root. */
  namespaces(): Promise<string[]>;
  /** Files below a folder that ends in `/`, in order; none where there is no such folder. */
  list(folder: string): Promise<string[]>;
  read(key: string): Promise<Uint8Array | undefined>;
  close(): void;
}

/** Opens a folder or `s3://<bucket>[/<prefix>]`. Throws NoSuchFile, BadStoreInput. */
export function openOldCache(place: string): Promise<OldCache> {
  return isOnS3(place) ? inBucket(place) : inFolder(place);
}

async function inFolder(root: string): Promise<OldCache> {
  const names = (folder: string) => unlessAbsent(readdir(folder, { withFileTypes: true }));
  if ((await names(root)) === undefined)
    throw new NoSuchFile(root, 'no folder there (accepted: a folder, s3://<bucket>[/<prefix>])');
  return {
    async namespaces() {
      const found = (await names(root)) ?? [];
      return found.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
    },
    async list(folder) {
      const path = join(root, folder);
      const found = await unlessAbsent(readdir(path, { withFileTypes: true, recursive: true }));
      const files = (found ?? []).filter((entry) => entry.isFile());
      return files
        .map((entry) => folder + join(entry.parentPath, entry.name).slice(join(path, '/').length))
        .sort();
    },
    read: (key) => unlessAbsent(readFile(join(root, key))),
    close: () => {},
  };
}

async function inBucket(place: string): Promise<OldCache> {
  const [, name = '', prefix = ''] = /^s3:\/\/([^/]*)\/?(.*)$/s.exec(place) ?? [];
  const bucket = await openBucket(name, prefix);
  return {
    async namespaces() {
      const found: string[] = [];
      for await (const row of bucket.list('', { delimiter: '/' }))
        if ('prefix' in row) found.push(row.prefix.slice(0, -1));
      return found;
    },
    async list(folder) {
      const found: string[] = [];
      for await (const row of bucket.list(folder)) if ('key' in row) found.push(row.key);
      return found;
    },
    read: async (key) => (await bucket.get(key))?.bytes,
    close: () => bucket.close(),
  };
}

async function unlessAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return undefined;
  }
}
