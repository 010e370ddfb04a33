import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { batchOf } from './one-batch.ts';
import { randomBlock, randomDictionaries } from './random-blocks.ts';

/** measures.md, section 2, and the measured bits. */
const NAMES =
  `timestamp sc_status sc_bytes cs_bytes cs_method cs_uri_stem cs_uri_query cs_protocol cs_protocol_version
  sc_content_type sc_content_len sc_range_start sc_range_end x_edge_location x_edge_result_type
  x_edge_response_result_type x_edge_detailed_result_type time_taken time_to_first_byte origin_fbl origin_lbl
  ssl_protocol ssl_cipher cs_host c_country asn browser browser_version operating_system device agent
  referrer_domain class rule measured`.split(/\s+/);

/** As any other reader sees the file. */
async function read(bytes: Uint8Array): Promise<Record<string, unknown>[]> {
  const file = bytes.slice().buffer as ArrayBuffer;
  const compressors = { ZSTD: (packed: Uint8Array) => new Uint8Array(zstdDecompressSync(packed)) };
  return parquetReadObjects({ file, compressors });
}

describe('a batch as a Parquet file', () => {
  test('has the columns of an event, and no visitor', () => {
    const { schema } = parquetMetadata(batchOf([randomBlock(20, 1)]).bytes);
    expect(schema.slice(1).map(({ name }) => name)).toEqual(NAMES);
  });

  test('has request ids only where a row has one', () => {
    const block = randomBlock(20, 2, randomDictionaries(5));
    const { schema } = parquetMetadata(batchOf([randomBlock(20, 1, block.dictionaries), block]).bytes);
    expect(schema.slice(1).map(({ name }) => name)).toEqual([...NAMES, 'x_edge_request_id']);
  });

  test('has line ids and sampling where the rows are those of a real-time log', () => {
    const dictionaries = randomDictionaries(0);
    const { schema } = parquetMetadata(batchOf([randomBlock(20, 3, dictionaries, { realtime: true })]).bytes);
    expect(schema.slice(1).map(({ name }) => name)).toEqual([...NAMES, 'line_id', 'sampling']);
  });

  test('says to a general reader what the block held, with null for what is absent', async () => {
    const block = randomBlock(3_000, 3);
    const { dictionaries } = block;
    const rows = await read(batchOf([block], {}, 700).bytes);
    expect(rows.length).toBe(3_000);
    const number = (value: number) => (value < 0 ? null : value);
    for (const [index, row] of rows.entries()) {
      expect(Number(row.timestamp)).toBe(block.timestamp[index]);
      expect(row.sc_bytes === null ? null : Number(row.sc_bytes)).toBe(number(block.sc_bytes[index]!));
      expect(row.time_taken).toBe(number(block.time_taken[index]!));
      expect(row.cs_uri_stem).toBe(dictionaries.cs_uri_stem.values[block.cs_uri_stem[index]!] || null);
      expect(row.browser).toBe(dictionaries.clients[block.client[index]!]!.browser || null);
      expect(row.class).toBe(['human', 'bot', 'probe', 'monitor'][block.class[index]!]);
      expect(row.measured).toBe(block.measured[index]);
    }
  });

  test('writes a status as three digits', async () => {
    const block = randomBlock(3, 4);
    block.sc_status.set([0, 206, -1]);
    expect((await read(batchOf([block]).bytes)).map((row) => row.sc_status)).toEqual(['000', '206', null]);
  });
});
