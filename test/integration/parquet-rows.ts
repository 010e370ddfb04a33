import { zstdDecompressSync } from 'node:zlib';
import { type FileMetaData, parquetMetadata, parquetReadObjects } from 'hyparquet';

/** A Parquet file as a stranger's reader sees it. */
export interface ParquetFile {
  readonly metadata: FileMetaData;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** Reads a whole file with hyparquet, not with the project's own reader. */
export async function readParquet(bytes: Uint8Array): Promise<ParquetFile> {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const compressors = { ZSTD: (packed: Uint8Array) => new Uint8Array(zstdDecompressSync(packed)) };
  return { metadata: parquetMetadata(file), rows: await parquetReadObjects({ file, compressors }) };
}
