import { COUNTING_LIMIT } from './table.ts';

/**
 * Counts by dictionary id and class while rows stream by: an open-addressing table from `id × 4 + class` to a row.
 * Rows 0–3 belong to the classes and take what comes after COUNTING_LIMIT values.
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
  /** Requests by page view and error: four per row, the upper bits of Weights.codes. */
  tallies: Uint32Array;
  /** Bytes. */
  sizes: Float64Array;
}

export function createIdCounts(): IdCounts {
  return {
    slots: new Int32Array(32),
    shift: 28,
    rows: 4,
    keys: new Int32Array(8),
    tallies: new Uint32Array(32),
    sizes: new Float64Array(8),
  };
}

/** What every row weighs, indexed like the columns of its block. */
export interface Weights {
  /** Class, + 4 for a page view, + 8 for an error: one byte, so that a row is counted by one addition. */
  readonly codes: Uint8Array;
  readonly bytes: Float64Array;
}

/** Counts the rows of a window by one column of ids; id 0 is absent and not counted. */
export function countIds(table: IdCounts, ids: Int32Array, rows: Int32Array, count: number, w: Weights) {
  const { codes, bytes } = w;
  let lastKey = 0;
  let at = 0;
  let { tallies, sizes } = table;
  for (let i = 0; i < count; i += 1) {
    const row = rows[i]!;
    const id = ids[row]!;
    if (id === 0) continue;
    const code = codes[row]!;
    const key = (id << 2) | (code & 3);
    // Neighbours often agree.
    if (key !== lastKey) {
      at = rowOf(table, key);
      tallies = table.tallies;
      sizes = table.sizes;
      lastKey = key;
    }
    tallies[(at << 2) | (code >> 2)]! += 1;
    sizes[at]! += bytes[row]!;
  }
}

/** Counts one row under one id. */
export function countId(table: IdCounts, id: number, row: number, w: Weights): void {
  const code = w.codes[row]!;
  const at = rowOf(table, (id << 2) | (code & 3));
  table.tallies[(at << 2) | (code >> 2)]! += 1;
  table.sizes[at]! += w.bytes[row]!;
}

/** Writes the requests, page views, bytes and errors of a row into `weights`. */
export function readRow({ tallies, sizes }: IdCounts, row: number, weights: Float64Array): void {
  const at = row * 4;
  const page = tallies[at + 1]!;
  const error = tallies[at + 2]!;
  const both = tallies[at + 3]!;
  weights[0] = tallies[at]! + page + error + both;
  weights[1] = page + both;
  weights[2] = sizes[row]!;
  weights[3] = error + both;
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
  const tallies = new Uint32Array(table.tallies.length * 2);
  tallies.set(table.tallies);
  table.tallies = tallies;
  const sizes = new Float64Array(table.sizes.length * 2);
  sizes.set(table.sizes);
  table.sizes = sizes;
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
