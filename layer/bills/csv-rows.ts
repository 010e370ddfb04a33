import { BillRefused } from './bill-refused.ts';

/** Characters of one row; tags and descriptions of a line stay far below it. */
const LONGEST_ROW = 4_194_304;

export interface CsvReader {
  add(text: string): void;
  /** Throws BillRefused where the last row is not whole. */
  end(): void;
}

/**
 * Reads RFC 4180 as it comes in: the first row is the header, each other one must have as many fields, and a quote
 * stands nowhere but around a field. Throws BillRefused with the number of the row.
 */
export function createCsvReader(
  onHeader: (names: readonly string[]) => void,
  onRow: (fields: readonly string[], row: number) => void,
): CsvReader {
  let rest = '';
  let rows = 0;
  let width = 0;
  const take = (fields: readonly string[]) => {
    rows += 1;
    if (rows === 1) {
      width = fields.length;
      return onHeader(fields);
    }
    if (fields.length !== width)
      throw malformed(rows, `has ${fields.length} fields where the header has ${width}`);
    onRow(fields, rows);
  };
  const drain = (text: string): string => {
    let at = 0;
    for (let found = rowAt(text, at, rows + 1); found; found = rowAt(text, at, rows + 1)) {
      at = found.next;
      if (!isBlank(found.fields)) take(found.fields);
    }
    return text.slice(at);
  };
  return {
    add: (text) => {
      rest = drain(rows === 0 && rest === '' ? text.replace(/^\uFEFF/, '') : rest + text);
      if (rest.length > LONGEST_ROW)
        throw new BillRefused('malformed', `Row ${rows + 1} is longer than ${LONGEST_ROW} characters`);
    },
    end: () => {
      const left = rest === '' ? '' : drain(`${rest}\n`);
      if (left !== '')
        throw new BillRefused('truncated', `The file ends within row ${rows + 1}: a quote is not closed`);
      if (rows === 0) throw new BillRefused('not-a-bill', 'The file is empty: it has no header');
    },
  };
}

interface Row {
  readonly fields: readonly string[];
  /** Where the next one begins. */
  readonly next: number;
}

/** The row that begins here; undefined where its end has not come yet. */
function rowAt(text: string, start: number, row: number): Row | undefined {
  const fields: string[] = [];
  for (let at = start; at < text.length; at += 1) {
    const field = text[at] === '"' ? quotedAt(text, at) : plainAt(text, at, row);
    if (field === undefined) return undefined;
    fields.push(field.value);
    at = field.end;
    if (text[at] === ',') {
      if (at + 1 === text.length) return undefined;
      continue;
    }
    if (text[at] === '\n') return { fields, next: at + 1 };
    if (text[at] !== '\r') throw malformed(row, 'has text behind a closing quote');
    if (at + 1 === text.length) return undefined;
    if (text[at + 1] !== '\n') throw malformed(row, 'has a carriage return outside quotes');
    return { fields, next: at + 2 };
  }
  return undefined;
}

interface Field {
  readonly value: string;
  readonly end: number;
}

function quotedAt(text: string, start: number): Field | undefined {
  let value = '';
  for (let from = start + 1; ; ) {
    const quote = text.indexOf('"', from);
    if (quote < 0 || quote + 1 === text.length) return undefined;
    value += text.slice(from, quote);
    if (text[quote + 1] !== '"') return { value, end: quote + 1 };
    value += '"';
    from = quote + 2;
  }
}

function plainAt(text: string, start: number, row: number): Field | undefined {
  for (let end = start; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    if (code === 34) throw malformed(row, 'has a quote within a field that does not begin with one');
    if (code === 44 || code === 10 || code === 13) return { value: text.slice(start, end), end };
  }
  return undefined;
}

function isBlank(fields: readonly string[]): boolean {
  return fields.length === 1 && fields[0] === '';
}

function malformed(row: number, problem: string): BillRefused {
  return new BillRefused('malformed', `Row ${row} ${problem}`);
}
