import type { EventBlock } from '@sgraph-backbone/layer/logs';
import type { Column, Source } from './columns.ts';
import { APPLICATION_COLUMNS, COLUMNS } from './columns.ts';

/** Rows of one window, copied out of blocks whose arrays are used again. */
export interface RowBuffer {
  /** Rows held. */
  count: number;
  /** Rows there is room for: what the buffer costs, about 150 bytes each. */
  capacity: number;
  /** The columns of a block that rows are copied from. */
  readonly sources: readonly Source[];
  columns: Readonly<Partial<Record<Source, Values>>>;
}

export type Values = Int32Array | Float64Array;

/** The columns of a block that these columns of a file are written from. */
export function sourcesOf(columns: readonly Column[]): readonly Source[] {
  return [...new Set(columns.map(({ source }) => source))];
}

/** Values that may pass 2³¹: bytes and epoch milliseconds. */
const WIDE = new Set(
  [...COLUMNS, ...APPLICATION_COLUMNS].filter(({ kind }) => kind === 'INT64').map(({ source }) => source),
);
/** Small: a log of a year opens 17,520 windows. */
const FIRST_CAPACITY = 64;

/** An empty buffer, with room for some rows. */
export function createRowBuffer(sources: readonly Source[], capacity = 0): RowBuffer {
  return { count: 0, capacity, sources, columns: allocate(sources, capacity) };
}

/** Forgets the rows and gives the memory back. */
export function clearRows(buffer: RowBuffer): void {
  buffer.count = 0;
  buffer.capacity = 0;
  buffer.columns = allocate(buffer.sources, 0);
}

/** Copies rows of a block, column by column. */
export function appendRows(buffer: RowBuffer, block: EventBlock, rows: Int32Array, count: number): void {
  grow(buffer, buffer.count + count);
  const together = areNeighbours(rows, count);
  for (const source of buffer.sources) {
    const target = buffer.columns[source]!;
    if (together) target.set(block[source].subarray(rows[0], rows[0]! + count), buffer.count);
    else copy(target, buffer.count, block[source], rows, count);
  }
  buffer.count += count;
}

/** Copies rows from one buffer to the end of another. */
export function moveRows(target: RowBuffer, source: RowBuffer, from: number, to: number): void {
  grow(target, target.count + to - from);
  for (const name of source.sources)
    target.columns[name]!.set(source.columns[name]!.subarray(from, to), target.count);
  target.count += to - from;
}

/** A log is nearly in order of time, so the rows of a window mostly lie side by side: one memory copy. */
function areNeighbours(rows: Int32Array, count: number): boolean {
  for (let index = 1; index < count; index++) if (rows[index] !== rows[index - 1]! + 1) return false;
  return count > 0;
}

function copy(target: Values, at: number, source: EventBlock[Source], rows: Int32Array, count: number): void {
  for (let index = 0; index < count; index++) target[at + index] = source[rows[index]!]!;
}

function grow(buffer: RowBuffer, needed: number): void {
  if (needed <= buffer.capacity) return;
  const capacity = Math.max(FIRST_CAPACITY, needed, buffer.capacity * 2);
  const columns = allocate(buffer.sources, capacity);
  for (const source of buffer.sources)
    columns[source]!.set(buffer.columns[source]!.subarray(0, buffer.count));
  buffer.capacity = capacity;
  buffer.columns = columns;
}

function allocate(sources: readonly Source[], capacity: number): Partial<Record<Source, Values>> {
  const arrays = sources.map((source) => [source, allocateColumn(source, capacity)]);
  return Object.fromEntries(arrays) as Partial<Record<Source, Values>>;
}

function allocateColumn(source: Source, capacity: number): Values {
  return WIDE.has(source) ? new Float64Array(capacity) : new Int32Array(capacity);
}
