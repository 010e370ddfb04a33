import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { BillRefused } from './bill-refused.ts';
import { type BillTable, tableOf } from './bill-table.ts';
import type { BilledLine, BillForm } from './billed-line.ts';
import { createCsvReader } from './csv-rows.ts';
import { readParquetRows } from './parquet-rows.ts';

/** What a file of a data export turned out to be. */
export interface BillFacts {
  readonly form: BillForm;
  readonly lines: number;
  /** What it has of the columns that are read. */
  readonly columns: readonly string[];
  /** SHA-256 of its bytes as delivered: the same file by another name is the same file. */
  readonly hash: string;
}

export interface BillOptions {
  /** Bytes of a Parquet file, which is read as a whole. @default 256 MB */
  readonly parquetBytes?: number;
}

const PARQUET_BYTES = 268_435_456;

/**
 * Reads a file of an AWS data export: CSV, plain or gzipped, or Parquet, told apart by its bytes. Lines are handed on
 * as they are read; after BillRefused what was handed on must not be counted.
 */
export async function readBill(
  source: AsyncIterable<Uint8Array>,
  onLine: (line: BilledLine) => void,
  { parquetBytes = PARQUET_BYTES }: BillOptions = {},
): Promise<BillFacts> {
  const hash = createHash('sha256');
  const { first, chunks } = await begun(hashed(source, hash));
  const seen: Seen = { table: undefined, lines: 0 };
  if (startsWith(first, 'PAR1')) await readParquet(await whole(chunks, parquetBytes), seen, onLine);
  else if (first[0] === 0x1f && first[1] === 0x8b) await readGzip(chunks, seen, onLine);
  else await readCsv(chunks, seen, onLine);
  const { form, columns } = seen.table!;
  return { form, columns, lines: seen.lines, hash: hash.digest('hex') };
}

/** What is known so far. */
interface Seen {
  table: BillTable | undefined;
  lines: number;
}

async function readParquet(bytes: Uint8Array<ArrayBuffer>, seen: Seen, onLine: (line: BilledLine) => void) {
  const choose = (names: readonly string[]) => {
    seen.table = tableOf(names);
    return seen.table.columns;
  };
  await readParquetRows(bytes, choose, (text, number) => {
    seen.lines += 1;
    onLine(seen.table!.lineOf({ number, text }));
  });
}

async function readGzip(chunks: AsyncIterable<Uint8Array>, seen: Seen, onLine: (line: BilledLine) => void) {
  try {
    await pipeline(chunks, createGunzip(), (plain: AsyncIterable<Uint8Array>) =>
      readCsv(plain, seen, onLine),
    );
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'Z_BUF_ERROR')
      throw new BillRefused('truncated', 'The gzip file ends too early', { cause: error });
    if (code?.startsWith('Z_'))
      throw new BillRefused('corrupt', 'The gzip file is damaged', { cause: error });
    throw error;
  }
}

async function readCsv(chunks: AsyncIterable<Uint8Array>, seen: Seen, onLine: (line: BilledLine) => void) {
  let places = new Map<string, number>();
  const reader = createCsvReader(
    (names) => {
      seen.table = tableOf(names);
      places = new Map(names.map((name, at) => [name, at]));
    },
    (fields, number) => {
      seen.lines += 1;
      onLine(seen.table!.lineOf({ number, text: (column) => fields[places.get(column) ?? -1] ?? '' }));
    },
  );
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  for await (const chunk of chunks) reader.add(textOf(decoder, chunk, true));
  reader.add(textOf(decoder, new Uint8Array(), false));
  reader.end();
}

function textOf(decoder: TextDecoder, chunk: Uint8Array, stream: boolean): string {
  try {
    return decoder.decode(chunk, { stream });
  } catch (error) {
    throw new BillRefused('not-a-bill', 'This is neither CSV in UTF-8 nor gzip nor Parquet', {
      cause: error,
    });
  }
}

async function* hashed(source: AsyncIterable<Uint8Array>, hash: ReturnType<typeof createHash>) {
  for await (const chunk of source) {
    hash.update(chunk);
    yield chunk;
  }
}

/** The first bytes, and all of them. */
async function begun(source: AsyncGenerator<Uint8Array>) {
  let first: Uint8Array = new Uint8Array();
  while (first.length < 4) {
    const next = await source.next();
    if (next.done) break;
    first = Buffer.concat([first, next.value]);
  }
  return { first, chunks: following(first, source) };
}

async function* following(first: Uint8Array, rest: AsyncIterable<Uint8Array>) {
  yield first;
  yield* rest;
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return Buffer.from(bytes.subarray(0, text.length)).toString('latin1') === text;
}

async function whole(chunks: AsyncIterable<Uint8Array>, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > most)
      throw new BillRefused('too-large', `This Parquet file is larger than ${most} bytes: export it as CSV`);
    pieces.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
