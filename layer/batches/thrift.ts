/** A place in bytes of Thrift's compact protocol. Reading beyond the end throws RangeError. */
export interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

const TRUE = 1;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;
const VARINTS: ReadonlySet<number> = new Set([4, 5, 6]);
/** Bytes of a field's value; of a list's, a boolean has one. */
const SIZES: Readonly<Record<number, number>> = { 1: 0, 2: 0, 3: 1, 7: 8 };

/**
 * Reads a struct field by field; `read` says whether it has read the field, and what it did not is passed over. The
 * library's own reader makes an object of every field, bigints among them, which takes longer than reading a column.
 */
export function readStruct(cursor: Cursor, read: (id: number, type: number) => boolean): void {
  let id = 0;
  for (let head = readByte(cursor); head !== 0; head = readByte(cursor)) {
    const type = head & 15;
    id = head > 15 ? id + (head >> 4) : readInt(cursor);
    if (!read(id, type)) pass(cursor, type);
  }
}

/** Calls `read` for every element of a list. */
export function readList(cursor: Cursor, read: (type: number) => void): void {
  const head = readByte(cursor);
  const count = head >> 4 === 15 ? readVarint(cursor) : head >> 4;
  for (let element = 0; element < count; element++) read(head & 15);
}

/** A signed integer up to 2⁵³. */
export function readInt(cursor: Cursor): number {
  const folded = readVarint(cursor);
  return folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
}

/** A boolean is in the type of its field. */
export function isTrue(type: number): boolean {
  return type === TRUE;
}

/** Bytes of a text or a binary, not copied. */
export function readBinary(cursor: Cursor): Uint8Array {
  const length = readVarint(cursor);
  const bytes = cursor.bytes.subarray(cursor.at, cursor.at + length);
  if (bytes.length < length) throw new RangeError('a text beyond the end');
  cursor.at += length;
  return bytes;
}

function pass(cursor: Cursor, type: number): void {
  const size = SIZES[type];
  if (VARINTS.has(type)) readVarint(cursor);
  else if (size !== undefined) skip(cursor, size);
  else if (type === BINARY) readBinary(cursor);
  else if (type === STRUCT) readStruct(cursor, () => false);
  else if (type === LIST)
    readList(cursor, (element) => (SIZES[element] === 0 ? skip(cursor, 1) : pass(cursor, element)));
  else throw new RangeError(`type ${type} of Thrift is none of Parquet's`);
}

function skip(cursor: Cursor, size: number): void {
  cursor.at += size;
  if (cursor.at > cursor.bytes.length) throw new RangeError('bytes that end too early');
}

function readVarint(cursor: Cursor): number {
  let value = 0;
  for (let weight = 1; ; weight *= 128) {
    const byte = readByte(cursor);
    value += (byte & 127) * weight;
    if (byte < 128) return value;
    if (weight > 2 ** 49) throw new RangeError('a number beyond exact integers');
  }
}

function readByte(cursor: Cursor): number {
  const byte = cursor.bytes[cursor.at++];
  if (byte === undefined) throw new RangeError('bytes that end too early');
  return byte;
}
