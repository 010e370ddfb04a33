import type { Source } from './columns.ts';
import type { RowBuffer, Values } from './row-buffer.ts';
import { createRowBuffer } from './row-buffer.ts';

/** Bytes of a column's entry in the head: its least value, and the bytes per value. */
const ENTRY = 16;

/** How one column is stored: each value as its distance from the least, in as few bytes as the largest needs. */
interface Packing {
  readonly least: number;
  readonly width: Width;
}

type Width = 0 | 1 | 2 | 4 | 8;

/**
 * Rows for a temporary file, in some 40 bytes each instead of 150. Row groups are not made yet, because a log that is
 * not in order of time would give thousands of small ones, each with a footer entry per column kept in memory.
 */
export function packRows({ columns, sources, count }: RowBuffer): Uint8Array {
  const packings = sources.map((source) => packingOf(columns[source]!, count));
  const headSize = sources.length * ENTRY;
  const size = packings.reduce((sum, { width }) => sum + aligned(width * count), headSize);
  const room = new ArrayBuffer(size);
  const head = new Float64Array(room, 0, headSize / 8);
  let at = headSize;
  for (const [index, source] of sources.entries()) {
    const { least, width } = packings[index]!;
    head.set([least, width], index * 2);
    const packed = view(room, at, count, width);
    const values = columns[source]!;
    for (let row = 0; row < packed.length; row++) packed[row] = values[row]! - least;
    at += aligned(width * count);
  }
  return new Uint8Array(room);
}

/** The rows again, from bytes in a buffer of their own. */
export function unpackRows(
  bytes: Uint8Array<ArrayBuffer>,
  sources: readonly Source[],
  count: number,
): RowBuffer {
  const buffer = createRowBuffer(sources, count);
  const headSize = sources.length * ENTRY;
  const head = new Float64Array(bytes.buffer, 0, headSize / 8);
  let at = headSize;
  for (const [index, source] of sources.entries()) {
    const least = head[index * 2]!;
    const width = head[index * 2 + 1] as Width;
    const packed = view(bytes.buffer, at, count, width);
    const values = buffer.columns[source]!.fill(least);
    for (let row = 0; row < packed.length; row++) values[row] = packed[row]! + least;
    at += aligned(width * count);
  }
  buffer.count = count;
  return buffer;
}

function packingOf(values: Values, count: number): Packing {
  let least = count === 0 ? 0 : values[0]!;
  let most = least;
  for (let row = 1; row < count; row++) {
    const value = values[row]!;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, width: widthOf(most - least) };
}

function widthOf(range: number): Width {
  if (range === 0) return 0;
  if (range < 2 ** 8) return 1;
  if (range < 2 ** 16) return 2;
  return range < 2 ** 32 ? 4 : 8;
}

function view(room: ArrayBuffer, at: number, count: number, width: Width) {
  if (width === 8) return new Float64Array(room, at, count);
  if (width === 4) return new Uint32Array(room, at, count);
  if (width === 2) return new Uint16Array(room, at, count);
  return new Uint8Array(room, at, width === 0 ? 0 : count);
}

/** Every column begins where numbers of any width may. */
function aligned(size: number): number {
  return Math.ceil(size / 8) * 8;
}
