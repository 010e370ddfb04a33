import { type ByteTable, createByteTable, findNumbers, numberOf } from './byte-table.ts';
import type { LineBatch } from './line-batch.ts';
import { grown, LONGEST_VALUE, type TextColumn, textId } from './text-column.ts';
import type { ValueMemory } from './value-memory.ts';

/**
 * Neighbouring columns whose values nearly always come in the same few combinations, such as protocol and cipher:
 * one look-up of their bytes, tabs included, finds the ids of all.
 */
export interface ColumnGroup {
  readonly table: ByteTable;
  readonly columns: readonly TextColumn[];
  /** By column: its id by the number of the combination. */
  readonly ids: Int32Array[];
}

export function createColumnGroup(memory: ValueMemory, columns: readonly TextColumn[]): ColumnGroup {
  return { table: createByteTable(memory), columns, ids: columns.map(() => new Int32Array(64)) };
}

/** Reads neighbouring columns of a batch, the first of them `index`, each into ids of its dictionary. */
export function readGroup(
  group: ColumnGroup,
  batch: LineBatch,
  index: number,
  into: readonly Int32Array[],
  at: number,
): void {
  const { bases, count } = batch;
  const found = findNumbers(group.table, batch, index, index + group.columns.length - 1);
  for (let row = 0; row < count; row++)
    if (found[row]! < 0) found[row] = combination(group, batch, bases[row]! + index);
  for (let column = 0; column < into.length; column++) {
    const to = into[column]!;
    const ids = group.ids[column]!;
    for (let row = 0; row < count; row++) {
      const number = found[row]!;
      to[at + row] = number < 0 ? valueId(group, column, batch, bases[row]! + index) : ids[number]!;
    }
  }
}

/** The number of a combination; −1 of what is longer than any real one, which is read value by value. */
function combination(group: ColumnGroup, batch: LineBatch, first: number): number {
  const { view, ends } = batch;
  const start = ends[first - 1]! + 1;
  const end = ends[first + group.columns.length - 1]!;
  if (end - start > LONGEST_VALUE) return -1;
  const { size } = group.table;
  const number = numberOf(group.table, view, start, end);
  if (number === size) learn(group, number, batch, first);
  return number;
}

function learn(group: ColumnGroup, number: number, batch: LineBatch, first: number): void {
  for (let column = 0; column < group.columns.length; column++) {
    if (number >= group.ids[column]!.length) group.ids[column] = grown(group.ids[column]!, number);
    group.ids[column]![number] = valueId(group, column, batch, first);
  }
}

function valueId(group: ColumnGroup, column: number, batch: LineBatch, first: number): number {
  const { bytes, view, ends } = batch;
  return textId(group.columns[column]!, bytes, view, ends[first + column - 1]! + 1, ends[first + column]!);
}
