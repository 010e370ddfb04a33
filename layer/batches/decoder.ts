import { type Chunk, type PageHeader, readPageHeader } from './footer.ts';
import { readHybrid } from './hybrid.ts';
import { decompress } from './zstandard.ts';

/** One column of a row group as indexes into its own texts; −1 is null. */
export interface DecodedTexts {
  readonly indexes: Int32Array;
  readonly texts: readonly string[];
}

/** The texts of a column chunk of ours. Throws RangeError, or zlib's error, on damage. */
export function decodeTexts(file: Uint8Array, chunk: Chunk, rows: number): DecodedTexts {
  const { dictionary, values, present, held } = readPages(file, chunk, rows);
  const texts = plainTexts(dictionary?.bytes ?? values, dictionary?.count ?? held);
  const indexes = new Int32Array(held);
  if (dictionary) readHybrid(values, 1, indexes, bitsOf(values));
  for (let index = 0; index < held; index++) {
    if (!dictionary) indexes[index] = index;
    if (indexes[index]! >= texts.length) throw new RangeError('an index beyond the dictionary');
  }
  return { indexes: present ? spread(indexes, present, new Int32Array(rows)) : indexes, texts };
}

/** The numbers of a column chunk of ours; −1 is null. Throws as `decodeTexts` does. */
export function decodeNumbers(file: Uint8Array, chunk: Chunk, rows: number): Int32Array | Float64Array {
  const { values, present, held } = readPages(file, chunk, rows);
  const { wide } = chunk;
  if (values.length !== held * (wide ? 8 : 4)) throw new RangeError('a page of another length');
  // A copy, because a page begins anywhere in its file and words must be aligned.
  const words = new Int32Array(new Uint8Array(values).buffer);
  const numbers = wide ? joinWords(words) : words;
  if (!present) return numbers;
  return spread(numbers, present, wide ? new Float64Array(rows) : new Int32Array(rows));
}

/** 64-bit integers up to 2⁵³ from their halves: ten times as fast as by BigInt. */
function joinWords(words: Int32Array): Float64Array {
  const numbers = new Float64Array(words.length / 2);
  for (let index = 0; index < numbers.length; index++) {
    numbers[index] = words[2 * index + 1]! * 4_294_967_296 + (words[2 * index]! >>> 0);
  }
  return numbers;
}

interface Pages {
  readonly dictionary?: { readonly bytes: Uint8Array; readonly count: number };
  readonly values: Uint8Array;
  /** 1 where a row has a value; absent where every row has one. */
  readonly present?: Int32Array;
  /** Rows that have a value. */
  readonly held: number;
}

function readPages(file: Uint8Array, chunk: Chunk, rows: number): Pages {
  const { dictionaryAt, dataAt } = chunk;
  if (dictionaryAt === undefined) return dataPage(readPage(file, dataAt), chunk, rows);
  const { header, bytes } = readPage(file, dictionaryAt);
  if (header.entries === undefined) throw new RangeError('no dictionary page where one was announced');
  const dictionary = { bytes: unpacked(bytes, header.size, chunk), count: header.entries };
  return { ...dataPage(readPage(file, dataAt), chunk, rows), dictionary };
}

interface Page {
  readonly header: PageHeader;
  readonly bytes: Uint8Array;
}

function readPage(file: Uint8Array, at: number): Page {
  const header = readPageHeader(file, at);
  const bytes = file.subarray(header.at, header.at + header.packedSize);
  if (bytes.length !== header.packedSize) throw new RangeError('a page beyond the end of the file');
  return { header, bytes };
}

function dataPage({ header, bytes }: Page, chunk: Chunk, rows: number): Pages {
  const { nulls, levels } = header;
  if (header.rows !== rows || nulls > rows) throw new RangeError('no data page of this row group');
  const stored = bytes.subarray(levels);
  const values = header.packed ? unpacked(stored, header.size - levels, chunk) : stored;
  // Without nulls the levels say of every row that it has a value.
  if (nulls === 0) return { values, held: rows };
  const present = new Int32Array(rows);
  readHybrid(bytes.subarray(0, levels), 0, present, 1);
  return { values, present, held: rows - nulls };
}

const UNPACKED = 0;
const ZSTANDARD = 6;

function unpacked(bytes: Uint8Array, size: number, { codec }: Chunk): Uint8Array {
  if (codec === UNPACKED) return bytes;
  if (codec !== ZSTANDARD) throw new RangeError(`codec ${codec}: batches are packed by Zstandard`);
  const plain = decompress(bytes, size);
  if (plain.length !== size) throw new RangeError('a page of another length');
  return plain;
}

function bitsOf(values: Uint8Array): number {
  const bits = values[0] ?? 0;
  if (bits < 1 || bits > 24) throw new RangeError(`${bits} bits per index`);
  return bits;
}

function plainTexts(bytes: Uint8Array, count: number): string[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const texts: string[] = [];
  for (let at = 0; texts.length < count; ) {
    const start = at + 4;
    at = start + buffer.readUInt32LE(at);
    if (at > buffer.length) throw new RangeError('a text beyond the end of its page');
    texts.push(buffer.toString('utf8', start, at));
  }
  return texts;
}

/** Gives every row its place again; −1 where a row has no value. */
function spread<T extends Int32Array | Float64Array>(values: T, present: Int32Array, rows: T): T {
  let next = 0;
  for (let row = 0; row < rows.length; row++) rows[row] = present[row] === 0 ? -1 : values[next++]!;
  if (next !== values.length) throw new RangeError('another number of values than the page says');
  return rows;
}
