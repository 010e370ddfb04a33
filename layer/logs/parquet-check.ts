import type { ColumnMetaData, FileMetaData, RowGroup } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { LogRefused } from './refusal.ts';

/** Where the bytes of a file are asked for. */
export interface FileBytes {
  readonly byteLength: number;
  slice(start: number, end?: number): ArrayBuffer;
}

/**
 * Looks at what every page of some columns promises before anything is made room for: a decoder believes it, so that
 * one flipped bit could otherwise fill the memory. Throws LogRefused.
 */
export function checkParquet(file: FileBytes, footer: FileMetaData, names: readonly string[]): void {
  let rows = 0n;
  for (const group of footer.row_groups) {
    rows += group.num_rows;
    if (group.num_rows < 0n) throw damaged();
    for (const name of names) checkColumn(file, group, columnOf(group, name));
  }
  if (rows !== footer.num_rows) throw damaged();
}

/** What is thrown for a file that contradicts itself. */
export function damaged(cause?: unknown): LogRefused {
  return new LogRefused('corrupt', 'The Parquet file is damaged; nothing of it was counted', { cause });
}

function columnOf({ columns }: RowGroup, name: string): ColumnMetaData {
  const meta = columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === name)?.meta_data;
  if (!meta) throw damaged();
  return meta;
}

function checkColumn(file: FileBytes, group: RowGroup, meta: ColumnMetaData): void {
  const start = Number(meta.dictionary_page_offset ?? meta.data_page_offset);
  const end = start + Number(meta.total_compressed_size);
  if (!(start >= 0 && end > start && end <= file.byteLength)) throw damaged();
  const view = new DataView(file.slice(start, end));
  let values = 0;
  for (const reader = { view, offset: 0 }; reader.offset < view.byteLength; ) {
    const header = parquetHeader(reader);
    const { compressed_page_size: packed, uncompressed_page_size: size } = header;
    if (!(packed >= 0 && size >= 0 && packed <= view.byteLength - reader.offset)) throw damaged();
    const inPage = (header.data_page_header ?? header.data_page_header_v2)?.num_values ?? 0;
    // Each text of a dictionary has at least its length in the page.
    const inDictionary = header.dictionary_page_header?.num_values ?? 0;
    if (inPage < 0 || inDictionary < 0 || inDictionary > size) throw damaged();
    values += inPage;
    reader.offset += packed;
  }
  if (BigInt(values) !== group.num_rows) throw damaged();
}
