import type { OpenPlace } from '@sgraph-backbone/layer/ledger';
import { openFile } from './file-source.ts';
import { createBuckets, openOnS3 } from './s3-files.ts';

/** Opens what an import reads: files of this machine, and objects on S3. */
export function placesHere(): OpenPlace {
  const onS3 = openOnS3(createBuckets());
  return async (location) => (await openFile(location)) ?? onS3(location);
}
