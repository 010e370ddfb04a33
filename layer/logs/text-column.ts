import { type ByteTable, createByteTable, findNumbers, numberOf } from './byte-table.ts';
import { type GrowingDictionary, idOf } from './dictionary.ts';
import { isAbsent, type LineBatch } from './line-batch.ts';
import type { ValueMemory } from './value-memory.ts';

/** Longer values are read up to here: a URL of 8,192 bytes, the longest there is, takes 24,576 when encoded. */
export const LONGEST_VALUE = 32_768;

/** What a value of a log means: its text is made once per distinct spelling, then found by its bytes. */
export interface TextColumn {
  readonly table: ByteTable;
  /** Dictionary id by the number of the spelling. */
  ids: Int32Array;
  readonly dictionary: GrowingDictionary;
  readonly make: (bytes: Uint8Array, start: number, end: number) => string;
}

export function createTextColumn(
  memory: ValueMemory,
  dictionary: GrowingDictionary,
  make: TextColumn['make'],
): TextColumn {
  return { table: createByteTable(memory), ids: new Int32Array(64), dictionary, make };
}

/** Reads one column of a batch into ids of its dictionary. */
export function readTexts(
  column: TextColumn,
  batch: LineBatch,
  index: number,
  into: Int32Array,
  at: number,
): void {
  const { bytes, view, ends, bases } = batch;
  const found = findNumbers(column.table, batch, index, index);
  for (let row = 0; row < batch.count; row++) {
    const number = found[row]!;
    if (number >= 0) {
      into[at + row] = column.ids[number]!;
      continue;
    }
    const last = bases[row]! + index;
    into[at + row] = textId(column, bytes, view, ends[last - 1]! + 1, ends[last]!);
  }
}

/** The id of one value; absent ones are 0. */
export function textId(
  column: TextColumn,
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
): number {
  if (isAbsent(bytes, start, end)) return 0;
  const cut = end - start > LONGEST_VALUE ? start + LONGEST_VALUE : end;
  const size = column.table.size;
  const number = numberOf(column.table, view, start, cut);
  if (number === size) learn(column, number, bytes, start, cut);
  return column.ids[number]!;
}

function learn(column: TextColumn, number: number, bytes: Uint8Array, start: number, end: number): void {
  if (number >= column.ids.length) column.ids = grown(column.ids, number);
  column.ids[number] = idOf(column.dictionary, column.make(bytes, start, end));
}

/** The same numbers with room for index `last`. */
export function grown<T extends Int32Array | Uint8Array>(numbers: T, last: number): T {
  const larger = new (numbers.constructor as new (length: number) => T)(
    Math.max(numbers.length * 2, last + 1),
  );
  larger.set(numbers);
  return larger;
}
