import { ListObjectsV2Command, type ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import { checkPrefix, compareKeys, type Listed, type ListOptions } from '@sgraph-backbone/layer/store';
import { bareEtag, explaining, type S3Bucket } from './s3-bucket.ts';
import { isTombstone } from './s3-tombstone.ts';

/** Rows that one answer of S3 holds at most. */
const PAGE = 1_000;

/** Rows in byte order, page by page as they are taken. */
export async function* listRows(
  s3: S3Bucket,
  prefix: string,
  { delimiter, startAfter = '', limit = Number.POSITIVE_INFINITY }: ListOptions,
): AsyncIterable<Listed> {
  checkPrefix(prefix);
  let left = limit;
  let token: string | undefined;
  while (left > 0) {
    const page = await explaining(s3, prefix, () =>
      pageOf(s3, prefix, { delimiter, startAfter, token, left }),
    );
    for (const row of rowsOf(page)) {
      // S3 starts behind a key; the folder of that key, whose other keys are behind it, comes again.
      if (compareKeys(nameOf(row), startAfter) <= 0 || isTombstone(row)) continue;
      yield row;
      if (--left === 0) return;
    }
    token = page.NextContinuationToken;
    if (!page.IsTruncated || token === undefined) return;
  }
}

function pageOf(
  { bucket, client, requests }: S3Bucket,
  prefix: string,
  asked: ListOptions & { readonly token?: string; readonly left: number },
): Promise<ListObjectsV2CommandOutput> {
  const command = new ListObjectsV2Command({
    Bucket: bucket,
    Prefix: prefix,
    // Keys may hold characters that XML does not.
    EncodingType: 'url',
    Delimiter: asked.delimiter,
    // One more for the folder that may come again.
    MaxKeys: Math.min(PAGE, asked.left + 1),
    ...(asked.token !== undefined && { ContinuationToken: asked.token }),
    ...(asked.startAfter && { StartAfter: asked.startAfter }),
  });
  return requests.send('ListObjectsV2', (options) => client.send(command, options));
}

/** Keys and folders come apart; together they are in order. */
function rowsOf({ Contents = [], CommonPrefixes = [], EncodingType }: ListObjectsV2CommandOutput): Listed[] {
  const decoded = (text = '') =>
    EncodingType === 'url' ? decodeURIComponent(text.replaceAll('+', ' ')) : text;
  const keys = Contents.map(({ Key, Size = 0, ETag, LastModified }) => ({
    key: decoded(Key),
    size: Size,
    etag: bareEtag(ETag),
    // Whole seconds, as a read tells them.
    modified: Math.floor((LastModified?.getTime() ?? 0) / 1000) * 1000,
  }));
  const folders = CommonPrefixes.map(({ Prefix }) => ({ prefix: decoded(Prefix) }));
  if (folders.length === 0) return keys;
  return [...keys, ...folders].sort((a, b) => compareKeys(nameOf(a), nameOf(b)));
}

function nameOf(row: Listed): string {
  return 'prefix' in row ? row.prefix : row.key;
}
