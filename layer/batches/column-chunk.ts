import type { Dictionaries } from '@sgraph-backbone/layer/logs';
import type { ColumnChunk, Encoding, ParquetType } from 'hyparquet';
import type { ByteWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import type { Column } from './columns.ts';
import type { EncodedValues, Encoder } from './encoder.ts';
import type { Values } from './row-buffer.ts';
import { compress } from './zstandard.ts';

/**
 * Below these, bytes of a column and of one of its pages, Zstandard saves next to nothing and takes some 20 µs each way,
 * which of a small batch is most of the time of reading it.
 */
const WORTH_PACKING = 512;
const WORTH_COMPRESSING = 192;

/**
 * Appends one column of a row group: a dictionary page where the column has one, and a data page.
 * The blocks' own ids become the dictionary's indexes, so no text is looked up per row: the library's
 * `ParquetWriter.write` would build its dictionaries anew from the values of every row.
 */
export function writeColumnChunk(
  writer: ByteWriter,
  encoder: Encoder,
  column: Column,
  values: Values,
  count: number,
  dictionaries: Dictionaries,
): ColumnChunk {
  const encoded = encoder.encode(column, values, count, dictionaries);
  const start = writer.offset;
  const packed = encoded.size > WORTH_PACKING;
  const dictionarySize = writeDictionaryPage(writer, encoded, packed);
  const dataStart = writer.offset;
  const dataSize = writeDataPage(writer, encoded, packed, count);
  return {
    file_offset: BigInt(start),
    meta_data: {
      type: physicalType(column),
      encodings: encodings(encoded),
      path_in_schema: [column.name],
      codec: packed ? 'ZSTD' : 'UNCOMPRESSED',
      num_values: BigInt(count),
      total_uncompressed_size: BigInt(dictionarySize + dataSize),
      total_compressed_size: BigInt(writer.offset - start),
      data_page_offset: BigInt(dataStart),
      statistics: { null_count: BigInt(encoded.nulls) },
      ...(encoded.dictionary && { dictionary_page_offset: BigInt(start) }),
    },
  };
}

/** How a column's values lie in the file. */
export function physicalType(column: Column): ParquetType {
  return column.kind === 'INT32' || column.kind === 'INT64' ? column.kind : 'BYTE_ARRAY';
}

function encodings({ encoding, dictionary }: EncodedValues): Encoding[] {
  return dictionary ? ['PLAIN', 'RLE', encoding] : ['RLE', encoding];
}

/** Returns the bytes of the page before compression, its header included. */
function writeDictionaryPage(writer: ByteWriter, { dictionary }: EncodedValues, packed: boolean): number {
  if (!dictionary) return 0;
  const stored = packed ? compress(dictionary.bytes) : dictionary.bytes;
  const start = writer.offset;
  writePageHeader(writer, {
    type: 'DICTIONARY_PAGE',
    uncompressed_page_size: dictionary.bytes.length,
    compressed_page_size: stored.length,
    dictionary_page_header: { num_values: dictionary.count, encoding: 'PLAIN' },
  });
  const header = writer.offset - start;
  writer.appendBytes(stored);
  return header + dictionary.bytes.length;
}

function writeDataPage(writer: ByteWriter, encoded: EncodedValues, packed: boolean, count: number): number {
  const { levels, values } = encoded;
  const smaller = packed && values.length > WORTH_COMPRESSING ? compress(values) : values;
  const compressed = smaller.length < values.length;
  const stored = compressed ? smaller : values;
  const start = writer.offset;
  writePageHeader(writer, {
    type: 'DATA_PAGE_V2',
    uncompressed_page_size: levels.length + values.length,
    compressed_page_size: levels.length + stored.length,
    data_page_header_v2: {
      num_values: count,
      num_nulls: encoded.nulls,
      num_rows: count,
      encoding: encoded.encoding,
      definition_levels_byte_length: levels.length,
      repetition_levels_byte_length: 0,
      is_compressed: compressed,
    },
  });
  const header = writer.offset - start;
  writer.appendBytes(levels);
  writer.appendBytes(stored);
  return header + levels.length + values.length;
}
