import { StoreFailed } from '@sgraph-backbone/layer/store';

/** A request that failed for good. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed';
  /** S3's name of the error; where an answer has none (HEAD), that of its status. */
  readonly code: string;
  /** Whether an earlier attempt had no answer: it may have taken effect. */
  readonly uncertain: boolean;

  constructor(operation: string, cause: unknown, uncertain: boolean) {
    super(`${operation}: ${(cause as Error).message}`, { cause });
    this.code = codeOf(cause);
    this.uncertain = uncertain;
  }
}

/** What an error means for the request: was there an answer, and is it worth asking again? */
export type Verdict = 'final' | 'again' | 'unanswered' | 'unreachable';

/** By the error's name where S3 gave one: 409 alone would not tell a lost race from a bucket that is being made. */
export function verdictOn(error: unknown): Verdict {
  const code = codeOf(error);
  if (AGAIN.has(code)) return 'again';
  const status = statusOf(error);
  // An error inside the service may come after the write.
  if (status !== undefined) return status >= 500 ? 'unanswered' : 'final';
  if (UNREACHABLE.has(code)) return 'unreachable';
  return NO_REQUEST.has(code) || isWithoutRegion(error) ? 'final' : 'unanswered';
}

/** The key is not there, or (a HEAD does not tell) the bucket is not. */
export function isAbsent(error: unknown): boolean {
  return error instanceof RequestFailed && (error.code === 'NoSuchKey' || error.code === 'NotFound');
}

/** The condition does not hold: by an answer, or by one race after another. */
export function isLost(error: unknown): boolean {
  return error instanceof RequestFailed && LOST.has(error.code);
}

/** One line for people: what failed where, and what to put right. */
export function explained(error: unknown, endpoint: string, bucket: string, key?: string): unknown {
  if (!(error instanceof RequestFailed)) return error;
  const place = `s3://${bucket}${key === undefined ? '' : `/${key}`}`;
  return new StoreFailed(error.code, reasonOf(error, endpoint, bucket, place), { cause: error.cause });
}

function reasonOf(error: RequestFailed, endpoint: string, bucket: string, place: string): string {
  const { code, message } = error;
  if (code === 'NoSuchBucket') return `There is no bucket "${bucket}" at ${endpoint}`;
  if (code === 'AccessDenied' || code === 'Forbidden')
    return `${place}: access denied (${message}). The credentials need this permission on the bucket, and s3:ListBucket`;
  if (REFUSED_CREDENTIALS.has(code)) return `${endpoint} does not accept the credentials: ${message}`;
  if (code === 'CredentialsProviderError')
    return `No AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE (${firstLine(message)})`;
  if (isWithoutRegion(error)) return 'No AWS region: set AWS_REGION to the region of the bucket';
  if (REGIONS.has(code)) return `${place} is in another region: set AWS_REGION (${firstLine(message)})`;
  if (UNREACHABLE.has(code)) return `${endpoint} can't be reached: ${code}`;
  return `${place}: ${firstLine(message)} (${code})`;
}

/** The SDK has no name for it. */
function isWithoutRegion(error: unknown): boolean {
  return /Region (is missing|not accepted)/.test((error as Error).message);
}

function codeOf(error: unknown): string {
  const { name, code, $metadata } = error as { name?: string; code?: string } & Answered;
  const status = $metadata?.httpStatusCode;
  if (status !== undefined && (name === undefined || UNNAMED.test(name)))
    return STATUS[status] ?? `${status}`;
  return (status === undefined ? code : undefined) ?? name ?? 'Error';
}

interface Answered {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

function statusOf(error: unknown): number | undefined {
  return (error as Answered).$metadata?.httpStatusCode;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

/** What the SDK calls an answer without a body. */
const UNNAMED = /^(Unknown|UnknownError|Error|S3ServiceException|\d{3})$/;
const STATUS: Readonly<Record<number, string>> = {
  403: 'Forbidden',
  404: 'NotFound',
  409: 'ConditionalRequestConflict',
  412: 'PreconditionFailed',
  416: 'InvalidRange',
};
const AGAIN = new Set([
  'ConditionalRequestConflict',
  'ConcurrentModification',
  'OperationAborted',
  'SlowDown',
  'ServiceUnavailable',
  'Throttling',
  'ThrottlingException',
  'TooManyRequests',
  'RequestTimeout',
  'RequestTimeTooSkewed',
  '429',
]);
const LOST = new Set([
  'PreconditionFailed',
  'ConditionalRequestConflict',
  'ConcurrentModification',
  'OperationAborted',
]);
const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
const NO_REQUEST = new Set(['CredentialsProviderError', 'TypeError', 'ReferenceError', 'RangeError']);
const REFUSED_CREDENTIALS = new Set([
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'InvalidToken',
  'TokenRefreshRequired',
]);
const REGIONS = new Set([
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
]);
