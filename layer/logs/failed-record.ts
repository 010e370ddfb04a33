/** What a record of Firehose's error output holds: one or several records that it could not deliver. */
export interface FailedRecord {
  readonly bytes: Uint8Array;
  /** Of the record around it. */
  readonly line: number;
  /** Where the first unread one begins. */
  at: number;
}

/** What the error output says beside the data itself. */
const SIGNS = ['errorCode', 'errorMessage', 'attemptsMade', 'lambdaARN', 'EsDocumentId'];

/** The records in an object of Firehose's error output; `undefined` for any other object. Blanks at both ends go. */
export function failedRecord(
  record: Readonly<Record<string, unknown>>,
  line: number,
): FailedRecord | undefined {
  const { rawData } = record;
  if (typeof rawData !== 'string' || !SIGNS.some((sign) => sign in record)) return undefined;
  const text = Buffer.from(rawData, 'base64').toString('latin1').trim();
  // An empty one is still a record, of nothing.
  return { bytes: Buffer.from(text === '' ? '?' : text, 'latin1'), line, at: 0 };
}
