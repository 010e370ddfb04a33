import { gunzipSync } from 'node:zlib';
import { STANDARD_FIELDS } from '../../../local/demo/log-line.ts';

export type Fields = Readonly<Record<string, string>>;

/** The records of a generated log file, v1 or JSON, read the plainest way. */
export function parsedLines(bytes: Uint8Array): Fields[] {
  const lines = gunzipSync(bytes)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => (line.startsWith('{') ? JSON.parse(line) : byColumn(line)));
}

function byColumn(line: string): Fields {
  const values = line.split('\t');
  if (values.length !== STANDARD_FIELDS.length) throw new Error(`${values.length} columns: ${line}`);
  return Object.fromEntries(STANDARD_FIELDS.map((field, index) => [field, values[index]!]));
}

/** Epoch ms of a record's `date` and `time`. */
export function timeOf({ date, time }: Fields): number {
  return Date.parse(`${date}T${time}Z`);
}

/** Share of records that are earlier than the one before. */
export function outOfOrder(records: readonly Fields[]): number {
  const earlier = records.filter(
    (record, index) => index > 0 && timeOf(record) < timeOf(records[index - 1]!),
  );
  return earlier.length / records.length;
}

export function share<T>(values: readonly T[], holds: (value: T) => boolean): number {
  return values.filter(holds).length / values.length;
}
