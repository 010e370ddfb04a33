import { type FileMetaData, parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet';
import { columnsOf, hasOwnField } from './fields.ts';
import { createLayout, type Layout } from './layout.ts';
import { checkParquet, damaged } from './parquet-check.ts';
import { pagesOf } from './parquet-pages.ts';
import { noteFormat, type ParseState, roomInBlock } from './parse-state.ts';
import { LogRefused } from './refusal.ts';
import { appendBatch } from './rows.ts';
import { addText, beginRow, clearScratch, createScratch, type Scratch } from './scratch.ts';
import type { Unread } from './unread.ts';
import { textOfValue } from './value-text.ts';

/** Rows decoded at a time: of a row group of any size only these are in memory. */
const SLICE = 10_000;
const BATCH_ROWS = 256;

/**
 * A v2 log as Parquet. Its footer stands at the end, so the file is kept as it comes; what it holds is then decoded
 * slice by slice. `flush` empties the block whenever it is full.
 */
export function createParquetFile(state: ParseState, flush: () => Promise<void>): Unread {
  const chunks: Uint8Array[] = [];
  let length = 0;
  return {
    add: async (chunk) => {
      length += chunk.length;
      if (length > state.limits.parquetBytes)
        throw new LogRefused(
          'parquet',
          `This Parquet file is larger than ${state.limits.parquetBytes} bytes`,
        );
      chunks.push(chunk.slice());
    },
    end: async () => {
      await readFile({ state, flush, file: bufferOf(chunks, length), scratch: createScratch(BATCH_ROWS) });
      await flush();
    },
  };
}

interface Reading {
  readonly state: ParseState;
  readonly flush: () => Promise<void>;
  readonly file: ReturnType<typeof bufferOf>;
  readonly scratch: Scratch;
}

async function readFile(reading: Reading): Promise<void> {
  const { state, file } = reading;
  const footer = await decoded(() => parquetMetadataAsync(file, { geoparquet: false }));
  const layout = await decoded(async () => layoutOf(footer, state.realtime));
  noteFormat(state, layout.realtime ? 'rt-parquet' : 'v2-parquet', layout.realtime);
  await decoded(async () => checkParquet(file, footer, layout.names));
  const total = Number(footer.num_rows);
  for (let from = 0; from < total; from += SLICE) {
    const rows = await readSlice(reading, footer, layout, from);
    for (const row of rows) await addRow(reading, layout, row);
  }
  append(reading, layout);
}

/** The columns that are known; of real-time logs all, for they say which lines are the same. */
function layoutOf(footer: FileMetaData, expected: boolean | undefined): Layout {
  if (footer.key_value_metadata?.some(({ key }) => key === 'backbone'))
    throw new LogRefused('not-cloudfront', 'This is a raw batch of Backbone, which its store holds already');
  const flat = parquetSchema(footer).children.filter(({ children }) => children.length === 0);
  const names = flat.map(({ element }) => element.name);
  const { realtime } = createLayout(names, false, expected);
  const known = columnsOf(names, realtime);
  const kept = new Set(known.values());
  const layout = createLayout(realtime ? names : names.filter((_, at) => kept.has(at)), false, realtime);
  const { time } = layout;
  const timeless = time.milliseconds < 0 && time.seconds < 0 && (time.date < 0 || time.time < 0);
  if (timeless || !hasOwnField(names))
    throw new LogRefused('not-cloudfront', 'This Parquet file has no columns of a CloudFront log');
  return layout;
}

async function readSlice(
  { file, state }: Reading,
  metadata: FileMetaData,
  layout: Layout,
  rowStart: number,
): Promise<unknown[][]> {
  const rows: unknown[][] = [];
  const rowEnd = Math.min(rowStart + SLICE, Number(metadata.num_rows));
  await decoded(() =>
    parquetRead({
      file,
      metadata,
      columns: [...layout.names],
      rowStart,
      rowEnd,
      compressors: pagesOf(state.limits),
      geoparquet: false,
      onComplete: (found) => {
        for (const row of found) rows.push(row);
      },
    }),
  );
  if (rows.length !== rowEnd - rowStart) throw damaged();
  return rows;
}

async function addRow(reading: Reading, layout: Layout, row: readonly unknown[]): Promise<void> {
  const { scratch, state } = reading;
  beginRow(scratch, ++state.lines);
  layout.names.forEach((name, at) => {
    addText(scratch, textOfValue(row[at], name));
  });
  if (scratch.batch.count < Math.min(BATCH_ROWS, roomInBlock(state))) return;
  append(reading, layout);
  if (roomInBlock(state) <= 0) await reading.flush();
}

function append({ state, scratch }: Reading, layout: Layout): void {
  if (scratch.batch.count > 0) appendBatch(state, layout, scratch.batch);
  clearScratch(scratch);
}

/** Whatever a decoder says of bytes that are damaged. */
async function decoded<T>(decode: () => Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (error) {
    if (error instanceof LogRefused) throw error;
    throw damaged(error);
  }
}

/** The file as a decoder asks for it, without a second copy of all of it. */
function bufferOf(chunks: readonly Uint8Array[], byteLength: number) {
  return {
    byteLength,
    slice: (start: number, end = byteLength): ArrayBuffer => {
      const from = start < 0 ? Math.max(0, byteLength + start) : start;
      const bytes = new Uint8Array(Math.max(0, Math.min(end, byteLength) - from));
      let at = 0;
      for (const chunk of chunks) {
        const part = chunk.subarray(Math.max(0, from - at), Math.max(0, from + bytes.length - at));
        if (part.length > 0) bytes.set(part, Math.max(0, at - from));
        at += chunk.length;
      }
      return bytes.buffer;
    },
  };
}
