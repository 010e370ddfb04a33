import { BillRefused } from './bill-refused.ts';
import { plainDecimal } from './decimal.ts';

/** One row of a table, by the names of its columns; what is null or absent is an empty text. */
export interface BillRow {
  /** Counted from the header, which is row 1. */
  readonly number: number;
  text(column: string): string;
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]00:?00)?)?$/;

/** The UTC day of an instant. Throws BillRefused naming the column. */
export function dayIn(row: BillRow, column: string): string {
  const [, day = ''] = INSTANT.exec(row.text(column)) ?? [];
  const read = day === '' ? Number.NaN : Date.parse(day);
  if (Number.isNaN(read) || new Date(read).toISOString().slice(0, 10) !== day)
    throw badValue(row, column, 'an instant in UTC such as 2026-02-16T00:00:00Z');
  return day;
}

/** Throws BillRefused naming the column. */
export function decimalIn(row: BillRow, column: string): string {
  const decimal = plainDecimal(row.text(column));
  if (decimal === undefined) throw badValue(row, column, 'a decimal such as 0.0000004317');
  return decimal;
}

/** The same where the column may be empty. */
export function optionalDecimal(row: BillRow, column: string): string | undefined {
  return row.text(column) === '' ? undefined : decimalIn(row, column);
}

/** Throws BillRefused naming the column. */
export function currencyIn(row: BillRow, column: string): string {
  const code = row.text(column);
  if (!/^[A-Z]{3}$/.test(code)) throw badValue(row, column, 'a currency such as USD');
  return code;
}

/** A map of texts, which CSV writes as JSON. Throws BillRefused naming the column. */
export function mapIn(row: BillRow, column: string): Record<string, string> {
  const text = row.text(column);
  if (text === '') return {};
  const entries = Object.entries(objectOf(text) ?? {});
  if (objectOf(text) === undefined) throw badValue(row, column, 'a JSON object');
  return Object.fromEntries(entries.filter(([, value]) => value !== null).map(([k, v]) => [k, String(v)]));
}

export function badValue({ number, text }: BillRow, column: string, accepted: string): BillRefused {
  const given = JSON.stringify(text(column).slice(0, 60));
  return new BillRefused('malformed', `Row ${number}: ${column} is ${given}; accepted: ${accepted}`);
}

function objectOf(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    // What is not JSON is refused with the name of its column.
    return undefined;
  }
}
