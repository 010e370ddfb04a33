import type { IncomingHttpHeaders } from 'node:http';
import type { Wish } from './policy.ts';
import { ACCOUNT, REGION } from './template.ts';

export interface Asked {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What a request to AWS needs permission for. */
export function wishesOf(asked: Asked): Wish[] {
  const target = asked.headers['x-amz-target'];
  return typeof target === 'string' ? [wishOfJson(target, asked.body)] : wishesOfS3(asked);
}

/** S3 says of a missing key that it is missing only to who may list it. */
export function mayBeMissing({ url }: Asked): Wish {
  const { bucket, key } = placeOf(new URL(url, 'http://s3').pathname);
  return { action: 's3:ListBucket', resource: arnOf(bucket), context: { 's3:prefix': key } };
}

/** SQS and Secrets Manager speak JSON. */
function wishOfJson(target: string, body: Buffer): Wish {
  const operation = target.slice(target.indexOf('.') + 1);
  const asked = JSON.parse(body.toString()) as { QueueUrl?: string; SecretId?: string };
  if (target.startsWith('secretsmanager.'))
    return { action: `secretsmanager:${operation}`, resource: asked.SecretId ?? '' };
  const queue = asked.QueueUrl?.slice(asked.QueueUrl.lastIndexOf('/') + 1);
  // Sending in batches is the same permission as sending.
  const action = `sqs:${operation.replace('SendMessageBatch', 'SendMessage')}`;
  return { action, resource: `arn:aws:sqs:${REGION}:${ACCOUNT}:${queue}` };
}

function wishesOfS3({ method, url, headers }: Asked): Wish[] {
  const { pathname, searchParams } = new URL(url, 'http://s3');
  const { bucket, key } = placeOf(pathname);
  if (key === '') {
    const context = { 's3:prefix': searchParams.get('prefix') ?? '' };
    return [
      { action: method === 'GET' ? 's3:ListBucket' : `s3:${method}Bucket`, resource: arnOf(bucket), context },
    ];
  }
  const wishes: Wish[] = [{ action: actionOn(method, searchParams), resource: arnOf(bucket, key) }];
  const from = headers['x-amz-copy-source'];
  if (typeof from === 'string') {
    const source = placeOf(from.startsWith('/') ? from : `/${from}`);
    wishes.push({ action: 's3:GetObject', resource: arnOf(source.bucket, source.key) });
  }
  if (headers['x-amz-tagging']) wishes.push({ action: 's3:PutObjectTagging', resource: arnOf(bucket, key) });
  return wishes;
}

function actionOn(method: string, query: URLSearchParams): string {
  if (method === 'GET' || method === 'HEAD') return 's3:GetObject';
  if (method === 'DELETE') return query.has('uploadId') ? 's3:AbortMultipartUpload' : 's3:DeleteObject';
  return 's3:PutObject';
}

/** The bucket and the key of a path. */
export function placeOf(path: string): { readonly bucket: string; readonly key: string } {
  const [, bucket = '', ...key] = path.split('?')[0]!.split('/');
  return { bucket, key: decodeURIComponent(key.join('/')) };
}

function arnOf(bucket: string, key?: string): string {
  return key === undefined ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/${key}`;
}
