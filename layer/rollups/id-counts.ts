import { COUNTING_LIMIT } from './table.ts';

/**
 * Counts by dictionary id and class while rows stream by: an open-addressing table from `id × 4 + class` to a row of
 * four numbers. Rows 0–3 belong to the classes and take what comes after COUNTING_LIMIT values.
 * Its size follows the values of this window, not those of the reader's dictionary: many windows are open at once.
 */
export interface IdCounts {
  /** Key and row side by side; key 0 is free (ids begin at 1). */
  slots: Int32Array;
  shift: number;
  /** Rows in use, the four of the classes included. */
  rows: number;
  /** Key of each row. */
  keys: Int32Array;
  /** Four per row, see COLUMNS of `table.ts`. */
  counts: Float64Array;
}

export function createIdCounts(): IdCounts {
  return {
    slots: new Int32Array(32),
    shift: 28,
    rows: 4,
    keys: new Int32Array(8),
    counts: new Float64Array(32),
  };
}

/** What every row weighs, indexed like the columns of its block. */
export interface Weights {
  readonly classes: Uint8Array;
  readonly pageViews: Uint8Array;
  readonly errors: Uint8Array;
  readonly bytes: Float64Array;
}

/** Counts the rows of a window by one column of ids; id 0 is absent and not counted. */
export function countIds(
  table: IdCounts,
  ids: ArrayLike<number>,
  rows: Int32Array,
  count: number,
  w: Weights,
) {
  const { classes, pageViews, errors, bytes } = w;
  let lastKey = 0;
  let at = 0;
  let counts = table.counts;
  for (let i = 0; i < count; i += 1) {
    const row = rows[i]!;
    const id = ids[row]!;
    if (id === 0) continue;
    const key = (id << 2) | classes[row]!;
    // Neighbours often agree, above all in method, host and status.
    if (key !== lastKey) {
      at = rowOf(table, key) << 2;
      counts = table.counts;
      lastKey = key;
    }
    counts[at]! += 1;
    counts[at + 1]! += pageViews[row]!;
    counts[at + 2]! += bytes[row]!;
    counts[at + 3]! += errors[row]!;
  }
}

/** Counts one row under one id. */
export function countId(table: IdCounts, id: number, row: number, w: Weights): void {
  const at = rowOf(table, (id << 2) | w.classes[row]!) << 2;
  table.counts[at]! += 1;
  table.counts[at + 1]! += w.pageViews[row]!;
  table.counts[at + 2]! += w.bytes[row]!;
  table.counts[at + 3]! += w.errors[row]!;
}

function rowOf(table: IdCounts, key: number): number {
  const { slots } = table;
  const mask = slots.length - 2;
  let at = (Math.imul(key, 0x9e3779b1) >>> table.shift) << 1;
  for (let found = slots[at]!; found !== 0; found = slots[at]!) {
    if (found === key) return slots[at + 1]!;
    at = (at + 2) & mask;
  }
  return newRow(table, key, at);
}

function newRow(table: IdCounts, key: number, at: number): number {
  if (table.rows - 4 >= COUNTING_LIMIT) return key & 3;
  const row = table.rows;
  table.rows += 1;
  table.slots[at] = key;
  table.slots[at + 1] = row;
  if (row >= table.keys.length) growRows(table);
  table.keys[row] = key;
  if (table.rows * 4 > table.slots.length) growSlots(table);
  return row;
}

function growRows(table: IdCounts) {
  const keys = new Int32Array(table.keys.length * 2);
  keys.set(table.keys);
  table.keys = keys;
  const counts = new Float64Array(table.counts.length * 2);
  counts.set(table.counts);
  table.counts = counts;
}

function growSlots(table: IdCounts) {
  const slots = new Int32Array(table.slots.length * 2);
  table.shift -= 1;
  for (let row = 4; row < table.rows; row += 1) {
    const key = table.keys[row]!;
    let at = (Math.imul(key, 0x9e3779b1) >>> table.shift) << 1;
    while (slots[at] !== 0) at = (at + 2) & (slots.length - 2);
    slots[at] = key;
    slots[at + 1] = row;
  }
  table.slots = slots;
}
