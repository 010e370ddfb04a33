import { BadStoreInput, type ObjectStore, prefixed, ROOT, type Store } from '@sgraph-backbone/layer/store';
import { diskObjectStore } from './disk.ts';
import type { DriverOptions } from './driver-options.ts';
import { memoryObjectStore } from './memory.ts';
import { type BucketPlace, bucketPlace, S3_FORM, s3Places } from './s3-url.ts';
import { sqliteStore } from './sqlite.ts';
import { zipStore } from './zip.ts';

/** A bucket that is open until it is closed. */
export interface OpenBucket extends ObjectStore {
  close(): void;
}

/**
 * Opens the store of a URL: `memory:`, new each time, `disk:<folder>`, `sqlite:<file>` and `zip:<file>`, made if absent,
 * or `s3://<bucket>…`, asked for nothing yet. Any other throws BadStoreInput, naming these forms. A zip store is for one
 * process, and is written when it is closed.
 */
export async function openStore(url: string, options: DriverOptions = {}): Promise<Store> {
  if (url === 'memory:') return memoryStore(url, options);
  if (url.startsWith('disk:') && url !== 'disk:') return diskStore(url, url.slice('disk:'.length), options);
  if (url.startsWith('sqlite:') && url !== 'sqlite:')
    return inOneFile(url, sqliteStore(url.slice('sqlite:'.length), options));
  if (url.startsWith('zip:') && url !== 'zip:')
    return inOneFile(url, zipStore(url.slice('zip:'.length), options));
  if (url.startsWith('s3:')) return s3Store(url, options);
  throw new BadStoreInput(
    `Not a store: ${JSON.stringify(url)}. Accepted: memory:, disk:<folder>, sqlite:<file>, zip:<file> and ${S3_FORM}`,
  );
}

/** Opens a bucket that is no store of Backbone's, such as one that logs were delivered to. */
export async function openBucket(
  name: string,
  prefix = '',
  options: DriverOptions = {},
): Promise<OpenBucket> {
  const place = bucketPlace(`${name}/${prefix}`, `${name}/${prefix}`);
  const server = await connect(options);
  return { ...below(server.bucket(place.bucket), place), close: server.close };
}

function memoryStore(url: string, options: DriverOptions): Store {
  return storeOf(url, memoryObjectStore(options), memoryObjectStore(options), async () => {});
}

function diskStore(url: string, folder: string, options: DriverOptions): Store {
  const data = diskObjectStore(`${folder}/data`, options);
  const observability = diskObjectStore(`${folder}/observability`, options);
  return storeOf(url, data, observability, async () => {
    data.close();
    observability.close();
  });
}

function inOneFile(
  url: string,
  { data, observability, close }: { data: ObjectStore; observability: ObjectStore; close(): void },
): Store {
  return storeOf(url, data, observability, async () => close());
}

async function s3Store(url: string, options: DriverOptions): Promise<Store> {
  const places = s3Places(url);
  const server = await connect(options);
  return {
    url,
    data: below(server.bucket(places.data.bucket), places.data),
    observability: below(server.bucket(places.observability.bucket), places.observability),
    close: async () => server.close(),
  };
}

/** The SDK takes longer to load than most commands on a disk take: only who is on S3 waits for it. */
async function connect(options: DriverOptions) {
  const { openS3 } = await import('./s3.ts');
  return openS3(options);
}

function below(bucket: ObjectStore, { prefix }: BucketPlace): ObjectStore {
  return prefix === '' ? bucket : prefixed(bucket, prefix);
}

function storeOf(url: string, data: ObjectStore, observability: ObjectStore, close: Store['close']): Store {
  return { url, data: prefixed(data, ROOT), observability, close };
}
