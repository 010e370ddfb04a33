import { checkKey, type ObjectStore } from '@sgraph-backbone/layer/store';
import { factsOfPut } from './content-facts.ts';
import type { DriverOptions } from './driver-options.ts';
import { explaining, type S3Bucket, writesRead } from './s3-bucket.ts';
import { MOST_REQUESTS, s3Client } from './s3-client.ts';
import { createDeleteIf, deleteObject } from './s3-delete.ts';
import { listRows } from './s3-list.ts';
import { moveObject } from './s3-move.ts';
import { readObject, seeObject, storedObject } from './s3-read.ts';
import { createRequests } from './s3-requests.ts';
import { writeObject } from './s3-write.ts';

/** A connection to S3, over which any number of buckets is open. */
export interface S3Server {
  bucket(name: string): ObjectStore;
  close(): void;
}

/** Connects to S3; nothing is asked of it yet. */
export function openS3({ s3: connection, onRequest }: DriverOptions = {}): S3Server {
  const { client, aws, endpoint } = s3Client(connection);
  const requests = createRequests({ mostAtATime: MOST_REQUESTS, onRequest });
  return {
    bucket: (bucket) => s3ObjectStore({ client, bucket, requests, aws, endpoint, writes: writesRead() }),
    close: () => client.destroy(),
  };
}

/** The objects of a bucket. */
function s3ObjectStore(s3: S3Bucket): ObjectStore {
  const deleteIf = createDeleteIf(s3);
  return {
    async get(key, options = {}) {
      checkKey(key);
      const found = await explaining(s3, key, () => readObject(s3, key, options));
      return found && storedObject(found);
    },
    async head(key) {
      checkKey(key);
      const found = await explaining(s3, key, () => seeObject(s3, key));
      return found?.own.gone ? undefined : found?.info;
    },
    async put(key, bytes, options = {}) {
      checkKey(key);
      // The caller may use its buffer again at once.
      const own = new Uint8Array(bytes);
      const writing = { ...options, facts: factsOfPut(key, own, options) };
      const { etag } = await explaining(s3, key, () => writeObject(s3, key, own, writing));
      return { etag };
    },
    async delete(key, { ifMatch } = {}) {
      checkKey(key);
      await explaining(s3, key, () =>
        ifMatch === undefined ? deleteObject(s3, key) : deleteIf(key, ifMatch),
      );
    },
    list: (prefix, options = {}) => listRows(s3, prefix, options),
    async move(from, to, options) {
      checkKey(from);
      checkKey(to);
      return explaining(s3, from, () => moveObject(s3, deleteIf, from, to, options));
    },
  };
}
