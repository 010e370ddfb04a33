import { describe, expect, test } from '@jest/globals';
import { parquetMetadata } from 'hyparquet';
import { type Footer, readFooter } from '../../../layer/batches/footer.ts';
import { batchOf } from './one-batch.ts';
import { randomBlock, randomDictionaries } from './random-blocks.ts';

const footerOf = (bytes: Uint8Array) => {
  const length = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8).getUint32(0, true);
  return bytes.subarray(bytes.length - 8 - length, bytes.length - 8);
};

function inLibraryWords({ rows, groups, entries }: Footer) {
  return {
    rows,
    groups: groups.map(({ rows, columns }) => ({ rows, columns: [...columns] })),
    entries: [...entries].map(([key, value]) => [key, Buffer.from(value).toString()]),
  };
}

describe('the footer of a batch', () => {
  test('says what the library reads in it', () => {
    for (const block of [
      randomBlock(0, 1),
      randomBlock(900, 2),
      randomBlock(40, 3, randomDictionaries(0), { realtime: true }),
    ]) {
      const { bytes } = batchOf([block]);
      const { num_rows, row_groups, key_value_metadata = [] } = parquetMetadata(bytes.slice().buffer);
      const groups = row_groups.map((group) => ({
        rows: Number(group.num_rows),
        columns: group.columns.map(({ meta_data }) => [
          meta_data!.path_in_schema[0],
          {
            codec: meta_data!.codec === 'ZSTD' ? 6 : 0,
            wide: meta_data!.type === 'INT64',
            dataAt: Number(meta_data!.data_page_offset),
            dictionaryAt:
              meta_data!.dictionary_page_offset === undefined
                ? undefined
                : Number(meta_data!.dictionary_page_offset),
          },
        ]),
      }));
      const entries = key_value_metadata.map(({ key, value }) => [key, value]);
      expect(inLibraryWords(readFooter(footerOf(bytes)))).toEqual({
        rows: Number(num_rows),
        groups,
        entries,
      });
    }
  });

  test('of lists that promise more than there is ends with an error, at once', () => {
    // A list of 2⁴⁹ booleans, one of 2⁴⁹ bytes, a text of as many.
    const many = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01];
    for (const start of [[0x19, 0xf1], [0x19, 0xf3], [0x18]])
      expect(() => readFooter(Uint8Array.from([...start, ...many, 0]))).toThrow(RangeError);
  });
});
