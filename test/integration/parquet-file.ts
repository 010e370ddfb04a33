import { zstdDecompressSync } from 'node:zlib';
import { type FileMetaData, parquetMetadata, parquetRead } from 'hyparquet';

/** A Parquet file as a stranger's reader sees it. */
export interface ParquetFile {
  readonly metadata: FileMetaData;
  /** Values of each column, in the order of the rows. */
  readonly columns: Readonly<Record<string, readonly unknown[]>>;
}

/** Reads a whole file with hyparquet, not with the project's own reader. */
export async function readParquet(bytes: Uint8Array): Promise<ParquetFile> {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const compressors = { ZSTD: (packed: Uint8Array) => new Uint8Array(zstdDecompressSync(packed)) };
  const columns: Record<string, unknown[]> = {};
  const columnOf = (name: string) => {
    columns[name] ??= [];
    return columns[name];
  };
  await parquetRead({
    file,
    compressors,
    onChunk: ({ columnName, columnData, rowStart }) => {
      const column = columnOf(columnName);
      for (let at = 0; at < columnData.length; at++) column[rowStart + at] = columnData[at];
    },
  });
  return { metadata: parquetMetadata(file), columns };
}
