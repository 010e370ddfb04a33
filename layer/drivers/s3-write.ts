import { randomBytes } from 'node:crypto';
import { PutObjectCommand, type PutObjectCommandInput } from '@aws-sdk/client-s3';
import { Conflict, type PutOptions } from '@sgraph-backbone/layer/store';
import type { ContentFacts } from './content-facts.ts';
import { bareEtag, quotedEtag, type S3Bucket } from './s3-bucket.ts';
import { isAbsent, isLost, RequestFailed } from './s3-errors.ts';
import { encodeMetadata } from './s3-metadata.ts';
import { seeObject } from './s3-read.ts';
import { type CopiedContent, uploadInParts } from './s3-upload.ts';

/** What is written, beside the bytes. */
export interface Writing extends Pick<PutOptions, 'ifMatch' | 'ifNoneMatch' | 'storageClass' | 'tags'> {
  readonly facts: ContentFacts;
  /** See OwnMetadata. */
  readonly moved?: string;
  readonly gone?: boolean;
}

/** A write that took place. */
export interface Written {
  readonly etag: string;
  /** Its own id, by which it is known again. */
  readonly id: string;
}

/** Larger contents are sent in parts: what gets lost on the way is then not all of it. */
export const IN_PARTS_BYTES = 16 * 1024 * 1024;

/**
 * Writes a content, on its condition. S3 may have written it although its answer was lost: the same write is then
 * refused when it is repeated, and known by its id in what is there. Throws Conflict.
 */
export async function writeObject(
  s3: S3Bucket,
  key: string,
  content: Uint8Array | CopiedContent,
  writing: Writing,
): Promise<Written> {
  const id = randomBytes(9).toString('base64url');
  try {
    const etag = bareEtag(await send(s3, key, content, writing, id));
    s3.writes.note(key, etag, historyOf(s3, key, content, writing, id));
    return { etag, id };
  } catch (error) {
    if (!(error instanceof RequestFailed) || !isRefused(error, writing)) throw error;
    const there = await seeObject(s3, key);
    if (error.uncertain && there?.own.writes.includes(id)) {
      // Others have written since: the ETag of this write is nobody's any more, and may not be taken for theirs.
      return { etag: there.own.writes[0] === id ? there.info.etag : `replaced-${id}`, id };
    }
    if (writing.ifMatch !== undefined) throw new Conflict('changed', key, { cause: error });
    if (writing.ifNoneMatch === undefined) return { etag: `replaced-${id}`, id };
    // Who had won has been deleted since; a race that S3 asks to repeat without end is nobody's win.
    if (there === undefined && error.code !== 'PreconditionFailed') throw error;
    if (!there?.own.gone) throw new Conflict('exists', key, { cause: error });
    return writeObject(s3, key, content, { ...writing, ifNoneMatch: undefined, ifMatch: there.info.etag });
  }
}

/** Whether the condition was lost; an upload that is not there any more was completed, or else is lost as well. */
function isRefused(error: RequestFailed, { ifMatch, ifNoneMatch }: Writing): boolean {
  if (error.code === 'NoSuchUpload') return error.uncertain;
  if (ifMatch !== undefined) return isLost(error) || isAbsent(error);
  return ifNoneMatch !== undefined && isLost(error);
}

function send(
  s3: S3Bucket,
  key: string,
  content: Uint8Array | CopiedContent,
  writing: Writing,
  id: string,
): Promise<string | undefined> {
  const input = inputOf(s3, key, content, writing, id);
  return isInParts(content) ? uploadInParts(s3, input, content) : put(s3, input, content as Uint8Array);
}

async function put(
  { client, requests }: S3Bucket,
  input: PutObjectCommandInput,
  content: Uint8Array,
): Promise<string | undefined> {
  const command = new PutObjectCommand({ ...input, Body: content, ContentLength: content.length });
  const sent = await requests.send('PutObject', (options) => client.send(command, options), content.length);
  return sent.ETag;
}

/** A write that can't be refused needs no id. */
function historyOf(
  { writes }: S3Bucket,
  key: string,
  content: Uint8Array | CopiedContent,
  { ifMatch, ifNoneMatch }: Writing,
  id: string,
): readonly string[] {
  const refusable = ifMatch !== undefined || ifNoneMatch !== undefined || isInParts(content);
  return refusable ? [id, ...writes.of(key, ifMatch)] : [];
}

function isInParts(content: Uint8Array | CopiedContent): content is CopiedContent {
  return !(content instanceof Uint8Array) || content.length > IN_PARTS_BYTES;
}

function inputOf(
  s3: S3Bucket,
  key: string,
  content: Uint8Array | CopiedContent,
  writing: Writing,
  id: string,
): PutObjectCommandInput {
  const { facts, ifMatch, ifNoneMatch, storageClass, tags, moved, gone } = writing;
  const writes = historyOf(s3, key, content, writing, id);
  return {
    Bucket: s3.bucket,
    Key: key,
    ContentType: facts.contentType,
    ContentEncoding: facts.contentEncoding,
    Metadata: encodeMetadata(facts.metadata, { writes, moved, gone }),
    ...(ifMatch !== undefined && { IfMatch: quotedEtag(ifMatch) }),
    ...(ifNoneMatch !== undefined && { IfNoneMatch: ifNoneMatch }),
    ...(storageClass && { StorageClass: storageClass as PutObjectCommandInput['StorageClass'] }),
    ...(tags && { Tagging: new URLSearchParams(tags).toString() }),
  };
}
