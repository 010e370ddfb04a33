import { hash } from 'node:crypto';
import { Conflict, type ObjectStore } from '@sgraph-backbone/layer/store';
import { withMetadata } from './content-facts.ts';
import type { S3Bucket } from './s3-bucket.ts';
import type { DeleteIf } from './s3-delete.ts';
import { readObject, seeObject } from './s3-read.ts';
import { IN_PARTS_BYTES, type Writing, type Written, writeObject } from './s3-write.ts';

type MoveOptions = Parameters<ObjectStore['move']>[2];

/** Writers of one key that may come between, one after the other. */
const MOST_TRIES = 20;

/**
 * Copies a content and deletes it where it was, both on condition. S3 has no move: a mover that dies in between
 * leaves the content in both places, as may several that move it to and fro at a time; never in none. Where the
 * deleting is lost, the copy goes again, unless another mover may have relied on it. Tags stay behind.
 */
export async function moveObject(
  s3: S3Bucket,
  deleteIf: DeleteIf,
  from: string,
  to: string,
  { ifMatch, metadata }: MoveOptions,
): Promise<{ readonly etag: string }> {
  const source = await readObject(s3, from, { ifMatch, range: { start: 0, end: IN_PARTS_BYTES } });
  if (source === undefined) throw new Conflict('changed', from);
  const { contentType, contentEncoding, metadata: kept, size } = source.info;
  const content = size <= IN_PARTS_BYTES ? source.bytes : { from, etag: ifMatch, size };
  const writing = {
    facts: withMetadata({ contentType, contentEncoding, metadata: kept }, metadata),
    storageClass: source.storageClass,
  };
  if (from === to) return writeObject(s3, to, content, { ...writing, ifMatch });
  const moved = hash('sha256', JSON.stringify([from, ifMatch]), 'base64url').slice(0, 16);
  const { copy, relied } = await copyTo(s3, to, content, { ...writing, moved });
  try {
    await deleteIf(from, ifMatch);
  } catch (error) {
    if (error instanceof Conflict && !relied) await takeBack(s3, deleteIf, to, copy);
    throw error;
  }
  if (content instanceof Uint8Array) await keep(s3, to, content, { ...writing, moved });
  return { etag: copy.etag };
}

/**
 * An ETag is a hash: what was deleted may have been the copy of somebody who moved the same bytes the other way, and
 * deleted ours. Who deletes last sees that nothing is left.
 */
async function keep(s3: S3Bucket, to: string, content: Uint8Array, writing: Writing): Promise<void> {
  const there = await seeObject(s3, to);
  if (there !== undefined && !there.own.gone) return;
  try {
    await writeObject(s3, to, content, { ...writing, ifNoneMatch: '*' });
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
  }
}

/** `relied`: the copy of another mover of the same content was there, and counts on this one now. */
async function copyTo(
  s3: S3Bucket,
  to: string,
  content: Parameters<typeof writeObject>[2],
  writing: Writing,
): Promise<{ readonly copy: Written; readonly relied: boolean }> {
  for (let attempt = 1; ; attempt++) {
    const there = await seeObject(s3, to);
    const condition = there === undefined ? { ifNoneMatch: '*' as const } : { ifMatch: there.info.etag };
    try {
      const copy = await writeObject(s3, to, content, { ...writing, ...condition });
      return { copy, relied: there?.own.moved === writing.moved };
    } catch (error) {
      if (!(error instanceof Conflict) || attempt === MOST_TRIES || error.key !== to) throw error;
    }
  }
}

/** Only while it is this very copy; another of the same bytes has the same ETag. */
async function takeBack(s3: S3Bucket, deleteIf: DeleteIf, to: string, { id, etag }: Written): Promise<void> {
  const there = await seeObject(s3, to);
  if (there?.own.writes[0] !== id) return;
  try {
    await deleteIf(to, etag);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
  }
}
