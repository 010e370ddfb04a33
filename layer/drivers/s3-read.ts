import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
} from '@aws-sdk/client-s3';
import {
  Conflict,
  type GetOptions,
  type ObjectInfo,
  resolveRange,
  type StoredObject,
} from '@sgraph-backbone/layer/store';
import { bareEtag, quotedEtag, type S3Bucket } from './s3-bucket.ts';
import { isAbsent, isLost, RequestFailed } from './s3-errors.ts';
import { decodeMetadata, type OwnMetadata } from './s3-metadata.ts';

/** What a key holds, with what the driver notes for itself. */
export interface SeenObject {
  readonly info: ObjectInfo;
  readonly own: OwnMetadata;
  readonly storageClass?: string;
}

/** Asks for everything but the bytes; what is about to be deleted is there. */
export async function seeObject(s3: S3Bucket, key: string): Promise<SeenObject | undefined> {
  const { bucket, client, requests } = s3;
  const command = new HeadObjectCommand({ Bucket: bucket, Key: key });
  try {
    return seen(s3, key, await requests.send('HeadObject', (options) => client.send(command, options)));
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Reads a content or a range of it. Throws Conflict `changed` where it is not the one of `ifMatch`. */
export async function readObject(
  s3: S3Bucket,
  key: string,
  { range, ifMatch }: GetOptions,
): Promise<(SeenObject & { readonly bytes: Uint8Array }) | undefined> {
  resolveRange(0, range);
  const found = isEmptyRange(range) ? await readNothing(s3, key) : await request(s3, key, range, ifMatch);
  if (found === undefined || found.own.gone || (ifMatch ?? found.info.etag) !== found.info.etag) {
    if (ifMatch !== undefined) throw new Conflict('changed', key);
    return undefined;
  }
  return found;
}

/** An object of the store's contract. */
export function storedObject({ info, bytes }: { info: ObjectInfo; bytes: Uint8Array }): StoredObject {
  return { ...info, bytes };
}

/** Bytes behind a content's end are a range that HTTP refuses. */
async function request(s3: S3Bucket, key: string, range: GetOptions['range'], ifMatch: string | undefined) {
  const { bucket, client, requests } = s3;
  const command = new GetObjectCommand({
    Bucket: bucket,
    Key: key,
    ...(range && { Range: rangeHeader(range) }),
    ...(ifMatch !== undefined && { IfMatch: quotedEtag(ifMatch) }),
  });
  try {
    return await requests.send('GetObject', async (options, alive) => {
      const output = await client.send(command, options);
      return content(s3, key, output, await bytesOf(output, alive), range);
    });
  } catch (error) {
    if (error instanceof RequestFailed && error.code === 'InvalidRange') return readNothing(s3, key);
    if (isAbsent(error)) return undefined;
    if (ifMatch !== undefined && isLost(error)) throw new Conflict('changed', key, { cause: error });
    throw error;
  }
}

async function readNothing(s3: S3Bucket, key: string) {
  const found = await seeObject(s3, key);
  return found && { ...found, bytes: new Uint8Array() };
}

async function bytesOf({ Body }: GetObjectCommandOutput, alive: () => void): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of Body as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    alive();
  }
  return Buffer.concat(chunks);
}

/** A server may answer a range by more than that: what counts is what the answer says it is. */
function content(
  s3: S3Bucket,
  key: string,
  output: GetObjectCommandOutput,
  received: Buffer,
  range: GetOptions['range'],
) {
  const [, first, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(output.ContentRange ?? '') ?? [];
  const size = total === undefined ? received.length : Number(total);
  const offset = Number(first ?? 0);
  const { start, end } = resolveRange(size, range);
  const bytes = new Uint8Array(received.buffer, received.byteOffset + start - offset, end - start);
  return { ...seen(s3, key, { ...output, ContentLength: size }), bytes };
}

function seen(
  { writes }: S3Bucket,
  key: string,
  output: HeadObjectCommandOutput | GetObjectCommandOutput,
): SeenObject {
  const { metadata, own } = decodeMetadata(output.Metadata);
  const etag = bareEtag(output.ETag);
  writes.note(key, etag, own.writes);
  const info = {
    key,
    size: output.ContentLength ?? 0,
    etag,
    modified: output.LastModified?.getTime() ?? 0,
    ...(output.ContentType && { contentType: output.ContentType }),
    ...(output.ContentEncoding && { contentEncoding: output.ContentEncoding }),
    ...(metadata && { metadata }),
  };
  return { info, own, ...(output.StorageClass && { storageClass: output.StorageClass }) };
}

function isEmptyRange(range: GetOptions['range']): boolean {
  return range?.end !== undefined && range.start >= 0 && range.end <= range.start;
}

function rangeHeader({ start, end }: NonNullable<GetOptions['range']>): string {
  if (start < 0) return `bytes=${start}`;
  return `bytes=${start}-${end === undefined ? '' : end - 1}`;
}
