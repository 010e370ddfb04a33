import { type ByteTable, createByteTable, numberOf } from './byte-table.ts';
import type { LineBatch } from './line-batch.ts';
import { grown, LONGEST_VALUE, type TextColumn, textId } from './text-column.ts';

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

export function createColumnGroup(columns: readonly TextColumn[]): ColumnGroup {
  return { table: createByteTable(), columns, ids: columns.map(() => new Int32Array(64)) };
}

/** Reads neighbouring columns of a batch, the first of them `index`, each into ids of its dictionary. */
export function readGroup(
  group: ColumnGroup,
  batch: LineBatch,
  index: number,
  into: readonly Int32Array[],
  at: number,
): void {
  const { view, ends, bases } = batch;
  const { table } = group;
  for (let row = 0; row < batch.count; row++) {
    const first = bases[row]! + index;
    const start = ends[first - 1]! + 1;
    const end = ends[first + group.columns.length - 1]!;
    const size = table.size;
    // What is longer than any real combination is read value by value.
    const number = end - start > LONGEST_VALUE ? -1 : numberOf(table, view, start, end);
    if (number === size) learn(group, number, batch, first);
    for (let column = 0; column < into.length; column++)
      into[column]![at + row] =
        number < 0 ? valueId(group, column, batch, first) : group.ids[column]![number]!;
  }
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
