/** What a refused object is. */
export type RefusalCode =
  | 'rtmp'
  | 'realtime-fields'
  | 'parquet'
  | 'binary'
  | 'not-cloudfront'
  | 'truncated'
  | 'corrupt'
  | 'bomb'
  | 'unreadable';

/** Of these it is known that they are logs: what else is accepted says nothing about them. */
const LOGS: readonly RefusalCode[] = ['truncated', 'corrupt', 'bomb', 'unreadable'];

const ACCEPTED =
  'Accepted are CloudFront standard logs (v1, or v2 as w3c, plain, raw, json or parquet) and real-time logs with configured fields, as they are or as gzip';

/** The object as a whole is not counted: nothing of it may reach the store. The message holds nothing of its content. */
export class LogRefused extends Error {
  override readonly name = 'LogRefused';
  readonly code: RefusalCode;
  constructor(code: RefusalCode, what: string, options?: ErrorOptions) {
    super(LOGS.includes(code) ? what : `${what}. ${ACCEPTED}`, options);
    this.code = code;
  }
}
