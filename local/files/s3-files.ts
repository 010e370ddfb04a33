import { bucketPlace, openBucket } from '@sgraph-backbone/layer/drivers';
import {
  type BucketPlaceName,
  bucketLocation,
  bucketPlaceOf,
  bucketSource,
  type OpenPlace,
  type Source,
  SourceUnreadable,
} from '@sgraph-backbone/layer/ledger';
import { type ObjectStore, StoreFailed } from '@sgraph-backbone/layer/store';
import { NoSuchFile } from './find-files.ts';

/** An object of a bucket, as a listing shows it. */
export interface S3File extends BucketPlaceName {
  /** `s3:<bucket>/<key>` */
  readonly location: string;
  readonly size: number;
  readonly etag: string;
}

/** Opens buckets, each once. */
export type Buckets = (name: string) => Promise<ObjectStore>;

/** Buckets of the server that the environment names. */
export function createBuckets(): Buckets {
  const opened = new Map<string, Promise<ObjectStore>>();
  return (name) => {
    const bucket = opened.get(name) ?? openBucket(name);
    opened.set(name, bucket);
    return bucket;
  };
}

/** Whether a word of a command line names objects on S3. */
export function isOnS3(word: string): boolean {
  return word.startsWith('s3://');
}

/**
 * The objects that `s3://<bucket>[/<key or folder>]` names; with `*` at the end, all whose keys begin so. Throws
 * BadStoreInput for what is no bucket, NoSuchFile where there is nothing.
 */
export async function findOnS3(word: string, buckets: Buckets): Promise<S3File[]> {
  const cut = word.indexOf('/', 's3://'.length);
  const name = word.slice('s3://'.length, cut < 0 ? undefined : cut);
  const path = cut < 0 ? '' : word.slice(cut + 1);
  const { bucket } = bucketPlace(name, word);
  const store = await buckets(bucket);
  const files: S3File[] = [];
  for await (const { key, size, etag } of rowsOf(store, path))
    files.push({ bucket, key, size, etag, location: bucketLocation({ bucket, key }) });
  if (files.length === 0)
    throw new NoSuchFile(
      word,
      'no object there (accepted: s3://<bucket>/<key>, …/<folder>/ and …/<beginning>*)',
    );
  return files;
}

/** Opens an object again by the location that a marker names: as history, which says nothing of later logs. */
export function openOnS3(buckets: Buckets): OpenPlace {
  return async (location) => {
    const place = bucketPlaceOf(location);
    if (place === undefined) return undefined;
    try {
      return await bucketSource(await buckets(place.bucket), place, { delivered: false });
    } catch (error) {
      if (error instanceof StoreFailed && OF_ONE_OBJECT.has(error.code)) return unreadable(place, error);
      throw error;
    }
  };
}

/** An object whose own policy, or storage class, keeps it from being read: its own trouble, not that of others. */
const OF_ONE_OBJECT = new Set(['AccessDenied', 'Forbidden', 'InvalidObjectState']);

function unreadable(place: BucketPlaceName, error: StoreFailed): Source {
  return {
    location: bucketLocation(place),
    etag: '',
    name: place.key,
    size: 0,
    // biome-ignore lint/correctness/useYield: reading it fails at once
    async *chunks() {
      throw new SourceUnreadable(error.message, { cause: error });
    },
    isStillThere: async () => true,
  };
}

interface Row {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
}

async function* rowsOf(store: ObjectStore, path: string): AsyncIterable<Row> {
  const all = path.endsWith('*');
  const beginning = all ? path.slice(0, -1) : folderOf(path);
  const whole = all || path.endsWith('/') || path === '' ? undefined : await store.head(path);
  if (whole !== undefined) yield whole;
  const folder = beginning.slice(0, beginning.lastIndexOf('/') + 1);
  for await (const row of store.list(folder)) {
    // Consoles make "folders": objects without content.
    if ('prefix' in row || row.key.endsWith('/')) continue;
    if (row.key.startsWith(beginning)) yield row;
  }
}

function folderOf(path: string): string {
  return path === '' || path.endsWith('/') ? path : `${path}/`;
}
