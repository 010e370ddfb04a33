import type { Dictionaries } from '@sgraph-backbone/layer/logs';
import type { ColumnChunk, KeyValue, RowGroup, SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { physicalType, writeColumnChunk } from './column-chunk.ts';
import type { Column } from './columns.ts';
import type { Encoder } from './encoder.ts';
import type { RowBuffer } from './row-buffer.ts';

/** One Parquet file that is being written, row group by row group. */
export interface RowGroups {
  /** Encodes the rows of a buffer as one row group. */
  append(buffer: RowBuffer, dictionaries: Dictionaries): void;
  /** The bytes written since the last call; in the file they follow those of the calls before. */
  take(): Uint8Array;
  /** Writes the footer; what `take` gives then is the end of the file. */
  finish(metadata: KeyValue[]): void;
}

/** Page encoding is ours (see column-chunk.ts); file layout, schema and footer are the library's writer. */
export function createRowGroups(encoder: Encoder, columnsOfFile: readonly Column[]): RowGroups {
  const writer = new ByteWriter();
  const parquet = new ParquetWriter({ writer, schema: [], createdBy: 'sgraph-backbone' });
  return {
    append(buffer, dictionaries) {
      const start = writer.offset;
      const columns = columnsOfFile.map((column) => {
        const values = buffer.columns[column.source]!;
        return writeColumnChunk(writer, encoder, column, values, buffer.count, dictionaries);
      });
      parquet.row_groups.push(rowGroup(columns, buffer.count, writer.offset - start));
      parquet.num_rows += BigInt(buffer.count);
    },
    take() {
      const bytes = writer.getBytes().slice();
      writer.index = 0;
      return bytes;
    },
    finish(metadata) {
      const shown = columnsOfFile.map(
        (column, index) => !column.whenPresent || hasValues(parquet.row_groups, index),
      );
      parquet.schema = schemaOf(columnsOfFile.filter((_, index) => shown[index]));
      // The pages of a column that is left out stay in the file, unnamed: some 30 bytes per row group.
      for (const group of parquet.row_groups) {
        group.columns = group.columns.filter((_, index) => shown[index]);
        group.total_byte_size = uncompressedSize(group.columns);
      }
      parquet.kvMetadata = metadata;
      parquet.finish();
    },
  };
}

function rowGroup(columns: ColumnChunk[], rows: number, compressed: number): RowGroup {
  return {
    columns,
    num_rows: BigInt(rows),
    total_byte_size: uncompressedSize(columns),
    total_compressed_size: BigInt(compressed),
  };
}

function uncompressedSize(columns: readonly ColumnChunk[]): bigint {
  return columns.reduce((size, { meta_data }) => size + (meta_data?.total_uncompressed_size ?? 0n), 0n);
}

function hasValues(groups: readonly RowGroup[], column: number): boolean {
  return groups.some(({ columns, num_rows }) => {
    const nulls = columns[column]?.meta_data?.statistics?.null_count;
    return nulls === undefined || nulls < num_rows;
  });
}

function schemaOf(columns: readonly Column[]): SchemaElement[] {
  return [{ name: 'batch', num_children: columns.length }, ...columns.map(schemaElement)];
}

function schemaElement(column: Column): SchemaElement {
  const repetition_type = column.required ? 'REQUIRED' : 'OPTIONAL';
  const type = physicalType(column);
  if (type !== 'BYTE_ARRAY') return { name: column.name, type, repetition_type };
  const logical_type = { type: 'STRING' } as const;
  return { name: column.name, type, repetition_type, converted_type: 'UTF8', logical_type };
}
