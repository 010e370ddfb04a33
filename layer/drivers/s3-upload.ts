import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type PutObjectCommandInput,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { quotedEtag, type S3Bucket } from './s3-bucket.ts';
import { RequestFailed } from './s3-errors.ts';

/** A content that is in the bucket already, under another key. */
export interface CopiedContent {
  readonly from: string;
  readonly etag: string;
  readonly size: number;
}

const MOST_PARTS = 10_000;
const SENT_PART_BYTES = 8 * 1024 * 1024;
/** S3 copies inside itself; up to 5 GB in one request. */
const COPIED_PART_BYTES = 512 * 1024 * 1024;
/** Uploads of one content under way at a time. */
const PARTS_AT_A_TIME = 4;
/** S3 asks to begin again where another write came between. */
const MOST_UPLOADS = 5;

/** Writes a large content; the condition is checked when it is completed. Answers its ETag. */
export async function uploadInParts(
  s3: S3Bucket,
  input: PutObjectCommandInput,
  content: Uint8Array | CopiedContent,
): Promise<string | undefined> {
  for (let upload = 1; ; upload++) {
    try {
      return await uploadOnce(s3, input, content);
    } catch (error) {
      if (upload === MOST_UPLOADS || !isRace(error)) throw error;
    }
  }
}

function isRace(error: unknown): boolean {
  return error instanceof RequestFailed && error.code === 'ConditionalRequestConflict' && !error.uncertain;
}

async function uploadOnce(
  s3: S3Bucket,
  { IfMatch, IfNoneMatch, ...facts }: PutObjectCommandInput,
  content: Uint8Array | CopiedContent,
): Promise<string | undefined> {
  const { client, requests } = s3;
  const create = new CreateMultipartUploadCommand({ ...facts, ...checksumOf(s3) });
  const { UploadId } = await requests.send('CreateMultipartUpload', (options) =>
    client.send(create, options),
  );
  const upload = { Bucket: facts.Bucket, Key: facts.Key, UploadId };
  try {
    const Parts = await sendParts(s3, upload, content);
    const complete = new CompleteMultipartUploadCommand({
      ...upload,
      MultipartUpload: { Parts },
      IfMatch,
      IfNoneMatch,
    });
    const done = await requests.send('CompleteMultipartUpload', (options) => client.send(complete, options));
    return done.ETag;
  } catch (error) {
    await abort(s3, upload);
    throw error;
  }
}

/** The SDK adds checksums to parts by itself; AWS takes them only if they were announced. */
function checksumOf({ aws }: S3Bucket): { readonly ChecksumAlgorithm?: 'CRC32' } {
  return aws ? { ChecksumAlgorithm: 'CRC32' } : {};
}

type Upload = Pick<PutObjectCommandInput, 'Bucket' | 'Key'> & { readonly UploadId: string | undefined };

/** What can't be cleaned here goes by the bucket's lifecycle; the error that led here is the one to tell. */
async function abort({ client, requests }: S3Bucket, upload: Upload): Promise<void> {
  const command = new AbortMultipartUploadCommand(upload);
  await requests
    .send('AbortMultipartUpload', (options) => client.send(command, options))
    .catch((error: unknown) => {
      if (!(error instanceof RequestFailed)) throw error;
    });
}

async function sendParts(s3: S3Bucket, upload: Upload, content: Uint8Array | CopiedContent) {
  const copied = !(content instanceof Uint8Array);
  const size = copied ? content.size : content.length;
  const length = Math.max(copied ? COPIED_PART_BYTES : SENT_PART_BYTES, Math.ceil(size / MOST_PARTS));
  const parts: CompletedPart[] = [];
  let next = 0;
  const sender = async () => {
    while (next * length < size) {
      const at = next++;
      const part = { ...upload, PartNumber: at + 1 };
      const [start, end] = [at * length, Math.min(size, (at + 1) * length)];
      const { ETag, ChecksumCRC32 } = copied
        ? await copyPart(s3, part, content, start, end)
        : await sendPart(s3, part, content.subarray(start, end));
      parts[at] = { PartNumber: at + 1, ETag, ChecksumCRC32 };
    }
  };
  await Promise.all(Array.from({ length: PARTS_AT_A_TIME }, sender));
  return parts;
}

type Part = Upload & { readonly PartNumber: number };

function sendPart(s3: S3Bucket, part: Part, bytes: Uint8Array): Promise<CompletedPart> {
  const { client, requests } = s3;
  const input = { ...part, ...checksumOf(s3), Body: bytes, ContentLength: bytes.length };
  const command = new UploadPartCommand(input);
  return requests.send('UploadPart', (options) => client.send(command, options), bytes.length);
}

async function copyPart(
  { bucket, client, requests }: S3Bucket,
  part: Part,
  { from, etag }: CopiedContent,
  start: number,
  end: number,
): Promise<CompletedPart> {
  const command = new UploadPartCopyCommand({
    ...part,
    CopySource: `${bucket}/${encodeURIComponent(from).replaceAll('%2F', '/')}`,
    CopySourceIfMatch: quotedEtag(etag),
    CopySourceRange: `bytes=${start}-${end - 1}`,
  });
  const sent = await requests.send('UploadPartCopy', (options) => client.send(command, options));
  return sent.CopyPartResult ?? {};
}
