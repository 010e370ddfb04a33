/** Numbers that a table keeps per value, in this order. */
export const COLUMNS = ['requests', 'page_views', 'bytes', 'errors'] as const;
export type Column = (typeof COLUMNS)[number];

/** Values of one dimension that a summary keeps, per class: a bound against made-up paths. */
export const TABLE_LIMIT = 50_000;

/** Values that are counted on the way, before the cut to TABLE_LIMIT: first come, first served. */
export const COUNTING_LIMIT = 200_000;

/**
 * Counts by value, in no particular order. What was cut is in `other`; `cut_off` bounds how many requests any value,
 * listed or not, can lack: a merge adds the bounds of its parts, a cut adds the requests of the largest value it drops.
 */
export interface Table {
  readonly index: Map<string, number>;
  readonly values: string[];
  /** Four per value, see COLUMNS. */
  counts: Float64Array;
  readonly other: Float64Array;
  cut_off: number;
}

export function createTable(): Table {
  return {
    index: new Map(),
    values: [],
    counts: new Float64Array(16),
    other: new Float64Array(4),
    cut_off: 0,
  };
}

/** Adds the four numbers at `at` of `counts` to a value's row; to `other` when the table holds `limit` values. */
export function addRow(table: Table, value: string, counts: ArrayLike<number>, at: number, limit: number) {
  let row = table.index.get(value);
  if (row === undefined) {
    if (table.values.length >= limit) return addOther(table, counts, at);
    row = newRow(table, value);
  }
  const to = row * 4;
  for (let i = 0; i < 4; i += 1) table.counts[to + i]! += counts[at + i]!;
}

/** Adds four numbers to what is not listed; their requests bound what a value can lack. */
export function addOther(table: Table, counts: ArrayLike<number>, at: number): void {
  for (let i = 0; i < 4; i += 1) table.other[i]! += counts[at + i]!;
  table.cut_off += counts[at]!;
}

/** Adds every row, what was cut, and the error bound. */
export function mergeTable(into: Table, from: Table, limit = Number.POSITIVE_INFINITY): void {
  for (let row = 0; row < from.values.length; row += 1) {
    addRow(into, from.values[row]!, from.counts, row * 4, limit);
  }
  for (let i = 0; i < 4; i += 1) into.other[i]! += from.other[i]!;
  into.cut_off += from.cut_off;
}

/** The `limit` values with the most requests (equal ones: by text); the rest goes to `other`. */
export function cutTable(table: Table, limit: number): Table {
  if (table.values.length <= limit) return table;
  const kept = rank(table, limit);
  const cut = createTable();
  for (const row of kept) addRow(cut, table.values[row]!, table.counts, row * 4, limit);
  const keptRows = new Set(kept);
  let largest = 0;
  for (let row = 0; row < table.values.length; row += 1) {
    if (keptRows.has(row)) continue;
    for (let i = 0; i < 4; i += 1) cut.other[i]! += table.counts[row * 4 + i]!;
    largest = Math.max(largest, table.counts[row * 4]!);
  }
  for (let i = 0; i < 4; i += 1) cut.other[i]! += table.other[i]!;
  cut.cut_off = table.cut_off + largest;
  return cut;
}

/**
 * Row numbers by most requests, then by text; at most `limit`. Only what applications report may have no requests: page
 * views decide there.
 */
export function rank(table: Table, limit: number): number[] {
  const { values, counts } = table;
  const requests = Float64Array.from(values, (_, row) => counts[row * 4]!);
  // Sorting numbers first leaves few texts to compare.
  const least = requests.length > limit ? requests.toSorted()[requests.length - limit]! : 0;
  const rows: number[] = [];
  for (let row = 0; row < requests.length; row += 1) if (requests[row]! >= least) rows.push(row);
  const views = (row: number) => (requests[row] === 0 ? counts[row * 4 + 1]! : 0);
  rows.sort(
    (a, b) => requests[b]! - requests[a]! || views(b) - views(a) || (values[a]! < values[b]! ? -1 : 1),
  );
  return rows.slice(0, limit);
}

/** A table as JSON: parallel arrays, `other` and `cut_off` only where something was cut. */
export interface EncodedTable extends Readonly<Record<Column, readonly number[]>> {
  readonly value: readonly string[];
  readonly other?: readonly number[];
  readonly cut_off?: number;
}

/** The rows given, in that order; without them sorted by text (UTF-16 code units). Throws RangeError beyond 2⁵³. */
export function encodeTable(table: Table, rows: readonly number[] = sortedRows(table)): EncodedTable {
  const column = (i: number) => rows.map((row) => exact(table.counts[row * 4 + i]!));
  return {
    value: rows.map((row) => table.values[row]!),
    requests: column(0),
    page_views: column(1),
    bytes: column(2),
    errors: column(3),
    ...(isCut(table) ? { other: Array.from(table.other, exact), cut_off: exact(table.cut_off) } : {}),
  };
}

export function decodeTable(encoded: EncodedTable): Table {
  const { value, requests, page_views, bytes, errors } = encoded;
  const table = createTable();
  table.counts = new Float64Array(Math.max(16, value.length * 4));
  value.forEach((text, row) => {
    const at = newRow(table, text) * 4;
    table.counts[at] = requests[row]!;
    table.counts[at + 1] = page_views[row]!;
    table.counts[at + 2] = bytes[row]!;
    table.counts[at + 3] = errors[row]!;
  });
  table.other.set(encoded.other ?? []);
  table.cut_off = encoded.cut_off ?? 0;
  return table;
}

export function isCut(table: Table): boolean {
  return table.cut_off > 0 || table.other.some((count) => count > 0);
}

function sortedRows({ values, index }: Table): number[] {
  return values.toSorted().map((value) => index.get(value)!);
}

function newRow(table: Table, value: string): number {
  const row = table.values.length;
  table.index.set(value, row);
  table.values.push(value);
  if (row * 4 >= table.counts.length) {
    const counts = new Float64Array(table.counts.length * 2);
    counts.set(table.counts);
    table.counts = counts;
  }
  return row;
}

function exact(count: number): number {
  if (!Number.isSafeInteger(count)) throw new RangeError('a count is beyond exact integers');
  return count;
}
