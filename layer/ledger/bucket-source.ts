import { type ObjectStore, readPieces } from '@sgraph-backbone/layer/store';
import type { OpenPlace, Source } from './source.ts';

const S3 = 's3:';

/** An object of another bucket. */
export interface BucketPlaceName {
  readonly bucket: string;
  readonly key: string;
}

/** `s3:<bucket>/<key>` */
export function bucketLocation({ bucket, key }: BucketPlaceName): string {
  return `${S3}${bucket}/${key}`;
}

/** The object that a location names, if it is one of another bucket. */
export function bucketPlaceOf(location: string): BucketPlaceName | undefined {
  const slash = location.indexOf('/');
  if (!location.startsWith(S3) || slash < 0) return undefined;
  return { bucket: location.slice(S3.length, slash), key: location.slice(slash + 1) };
}

/**
 * A log object in another bucket; undefined when it is gone. It is only ever read. `delivered`: by the one who writes
 * logs, so that its time says how far its feed is covered, and not copied there by hand.
 */
export async function bucketSource(
  bucket: ObjectStore,
  place: BucketPlaceName,
  { delivered }: { readonly delivered: boolean },
): Promise<Source | undefined> {
  const read = await readPieces(bucket, place.key, { pieceBytes: PIECE_BYTES });
  if (read === undefined) return undefined;
  return {
    location: bucketLocation(place),
    etag: read.etag,
    name: place.key,
    size: read.size,
    ...(delivered && { arrived: read.modified }),
    chunks: () => read.chunks,
    isStillThere: async () => (await bucket.head(place.key))?.etag === read.etag,
  };
}

const PIECE_BYTES = 4 * 1024 * 1024;

/** Opens objects of other buckets as deliveries; each bucket is opened once. */
export function bucketOpener(open: (bucket: string) => Promise<ObjectStore>): OpenPlace {
  const opened = new Map<string, Promise<ObjectStore>>();
  return async (location) => {
    const place = bucketPlaceOf(location);
    if (place === undefined) return undefined;
    const bucket = opened.get(place.bucket) ?? open(place.bucket);
    opened.set(place.bucket, bucket);
    return bucketSource(await bucket, place, { delivered: true });
  };
}
