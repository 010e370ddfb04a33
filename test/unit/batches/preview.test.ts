import { describe, expect, test } from '@jest/globals';
import { BadBatch, previewRows } from '@sgraph-backbone/layer/batches';
import { COLUMNS } from '../../../layer/batches/columns.ts';
import { readParquet } from '../../integration/parquet-file.ts';
import { batchOf } from './one-batch.ts';
import { randomBlock } from './random-blocks.ts';

describe('the first rows of a batch', () => {
  const { bytes } = batchOf([randomBlock(80, 3)]);

  test('have a value or null for every column, as another reader of Parquet finds them', async () => {
    const rows = previewRows(bytes, 5);
    expect(rows).toHaveLength(5);
    expect(Object.keys(rows[0]!)).toEqual(COLUMNS.map(({ name }) => name));
    const columns = ['timestamp', 'sc_status', 'cs_method', 'browser', 'time_taken'];
    const others = await readParquet(bytes);
    const plain = (value: unknown) => (value === undefined || value === null ? null : String(value));
    for (const name of columns) {
      expect(rows.map((row) => plain(row[name]))).toEqual(others.columns[name]!.slice(0, 5).map(plain));
    }
  });

  test('are all there where fewer are there than asked for', () => {
    expect(previewRows(bytes, 1_000)).toHaveLength(80);
  });

  test('of what is no batch are refused', () => {
    expect(() => previewRows(Buffer.from('PAR1'), 5, 'x.parquet')).toThrow(BadBatch);
  });
});
