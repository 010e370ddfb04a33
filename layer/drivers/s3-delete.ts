import { randomUUID } from 'node:crypto';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { Conflict } from '@sgraph-backbone/layer/store';
import { quotedEtag, type S3Bucket } from './s3-bucket.ts';
import { isAbsent, isLost, RequestFailed } from './s3-errors.ts';
import { seeObject } from './s3-read.ts';
import { TOMBSTONE } from './s3-tombstone.ts';
import { writeObject } from './s3-write.ts';

/** Deletes one content, so that of several who delete it one succeeds. Throws Conflict `changed`. */
export type DeleteIf = (key: string, etag: string) => Promise<void>;

/** Deletes whatever is there. */
export async function deleteObject(s3: S3Bucket, key: string): Promise<void> {
  await sendDelete(s3, key);
}

/**
 * AWS answers 404 where the key is gone already. Ceph and others answer 204, as if they had deleted it: there, who
 * replaces the content by a tombstone deletes it. Which of the two a server is, one request finds out.
 */
export function createDeleteIf(s3: S3Bucket): DeleteIf {
  let exact: Promise<boolean> | undefined = s3.aws ? Promise.resolve(true) : undefined;
  return async (key, etag) => {
    exact ??= isExact(s3).catch((error: unknown) => {
      exact = undefined;
      throw error;
    });
    if (await exact) await deleteExactly(s3, key, etag);
    else await deleteByTombstone(s3, key, etag);
  };
}

async function isExact(s3: S3Bucket): Promise<boolean> {
  try {
    await sendDelete(s3, `backbone-never-written/${randomUUID()}`, 'never');
    return false;
  } catch (error) {
    if (isAbsent(error) || isLost(error)) return true;
    throw error;
  }
}

/** Where an answer was lost and the key is gone, the lost one may have deleted it: what was asked for is done. */
async function deleteExactly(s3: S3Bucket, key: string, etag: string): Promise<void> {
  try {
    await sendDelete(s3, key, etag);
  } catch (error) {
    if (!(error instanceof RequestFailed) || !(isAbsent(error) || isLost(error))) throw error;
    if (error.uncertain && (await seeObject(s3, key)) === undefined) return;
    throw new Conflict('changed', key, { cause: error });
  }
}

async function deleteByTombstone(s3: S3Bucket, key: string, etag: string): Promise<void> {
  const tombstone = await writeObject(s3, key, TOMBSTONE, { facts: {}, ifMatch: etag, gone: true });
  try {
    await sendDelete(s3, key, tombstone.etag);
  } catch (error) {
    // Somebody has put a new content in its place.
    if (!isAbsent(error) && !isLost(error)) throw error;
  }
}

async function sendDelete({ bucket, client, requests }: S3Bucket, key: string, etag?: string): Promise<void> {
  const command = new DeleteObjectCommand({
    Bucket: bucket,
    Key: key,
    ...(etag !== undefined && { IfMatch: quotedEtag(etag) }),
  });
  await requests.send('DeleteObject', (options) => client.send(command, options));
}
