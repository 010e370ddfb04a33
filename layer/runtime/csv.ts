export type CsvCell = string | number | boolean | null | undefined;

/** A table of an answer; the first row names the columns. */
export interface CsvTable {
  /** Of the file, without its ending. @default the route's path */
  readonly name?: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly CsvCell[])[];
}

/**
 * RFC 4180 (CRLF, quotes doubled). Text that a spreadsheet would run as a formula gets a leading
 * apostrophe: paths and referrers are written by strangers. What is absent or not measured is empty.
 */
export function csvText(table: CsvTable): string {
  return [table.columns, ...table.rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function cell(value: CsvCell): string {
  if (typeof value !== 'string') return value === null || value === undefined ? '' : String(value);
  const text = /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
