import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { type Compressors, parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet';
import { BillRefused } from './bill-refused.ts';

/** Rows decoded at a time. */
const SLICE = 10_000;

/** Rows of a Parquet file: all of `bytes`, decoded slice by slice, the columns that `choose` names. Throws BillRefused. */
export async function readParquetRows(
  bytes: Uint8Array<ArrayBuffer>,
  choose: (names: readonly string[]) => readonly string[],
  onRow: (textIn: (column: string) => string, row: number) => void,
): Promise<void> {
  const file = {
    byteLength: bytes.length,
    slice: (from: number, to = bytes.length) => bytes.slice(from, to).buffer,
  };
  const metadata = await decoded(() => parquetMetadataAsync(file, { geoparquet: false }));
  const columns = choose(parquetSchema(metadata).children.map(({ element }) => element.name));
  const places = new Map(columns.map((name, at) => [name, at]));
  const total = Number(metadata.num_rows);
  for (let rowStart = 0; rowStart < total; rowStart += SLICE) {
    const rowEnd = Math.min(total, rowStart + SLICE);
    const rows: unknown[][] = [];
    const onComplete = (found: unknown[][]) => void rows.push(...found);
    const asked = { file, metadata, columns: [...columns], rowStart, rowEnd, compressors: PAGES };
    await decoded(() => parquetRead({ ...asked, geoparquet: false, onComplete }));
    if (rows.length !== rowEnd - rowStart) throw damaged();
    // Counted as CSV counts them: row 1 would be the header.
    rows.forEach((row, at) => {
      onRow((column) => textOf(row[places.get(column) ?? -1]), rowStart + at + 2);
    });
  }
}

/** SNAPPY, which AWS writes, is the decoder's own. */
const PAGES: Compressors = {
  GZIP: (page) => new Uint8Array(gunzipSync(page)),
  ZSTD: (page) => new Uint8Array(zstdDecompressSync(page)),
  BROTLI: (page) => new Uint8Array(brotliDecompressSync(page)),
};

/** As CSV would have it. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString();
  if (value instanceof Map) return JSON.stringify(Object.fromEntries(value));
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

async function decoded<T>(decode: () => Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (error) {
    if (error instanceof BillRefused) throw error;
    throw damaged(error);
  }
}

function damaged(cause?: unknown): BillRefused {
  return new BillRefused('corrupt', 'The Parquet file is damaged; nothing of it was counted', { cause });
}
