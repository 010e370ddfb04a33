import { describe, expect, test } from '@jest/globals';
import { BadBatch, createRowsReader, readBatchRows } from '@sgraph-backbone/layer/batches';
import { DEFAULT_RULES, type EventBlock } from '@sgraph-backbone/layer/logs';
import { createSummaryBuilder, encodeSummary, withVisitors } from '@sgraph-backbone/layer/rollups';
import fc from 'fast-check';
import { COLUMNS } from '../../../layer/batches/columns.ts';
import { allRows, batchOf } from './one-batch.ts';
import { randomBlock, randomDictionaries, rowAt } from './random-blocks.ts';

const ALL_COLUMNS = new Set(COLUMNS.map(({ source }) => source));
const allRowsOf = (block: EventBlock) => [...allRows(block)].map((row) => rowAt(block, row));

function summaryOf(blocks: readonly EventBlock[]) {
  const builder = createSummaryBuilder({ rules: DEFAULT_RULES, kind: 'standard' });
  for (const block of blocks) builder.add(block, allRows(block), block.length);
  return builder.finish();
}

describe('the rows of a batch', () => {
  test('sum to the summary of the time of writing, visitors apart', () => {
    const blocks = fc.array(fc.record({ length: fc.nat({ max: 150 }), seed: fc.integer() }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(blocks, (drawn) => {
        const written = drawn.map(({ length, seed }) => randomBlock(length, seed));
        const summary = summaryOf(written);
        const read = readBatchRows(batchOf(written, {}, 500).bytes);
        expect(encodeSummary(withVisitors(summaryOf([read]), summary))).toEqual(encodeSummary(summary));
      }),
      { numRuns: 25 },
    );
  });

  test('of a real-time log keep the ids of their lines and their sampling, spilled or not', () => {
    const block = randomBlock(300, 5, randomDictionaries(0), { realtime: true });
    for (const rowsInMemory of [50, 1_000]) {
      const read = readBatchRows(batchOf([block], {}, rowsInMemory).bytes);
      expect([...read.line_id]).toEqual([...block.line_id]);
      expect([...read.sampling]).toEqual([...block.sampling]);
    }
  });

  test('are the same where batches share a reader, which knows each text by one id', () => {
    const reader = createRowsReader();
    const batches = [1, 2, 3].map((seed) => batchOf([randomBlock(80, seed, randomDictionaries(seed))]).bytes);
    const shared = batches.map((bytes) => reader.open(bytes, 'here').read(ALL_COLUMNS));
    for (const [index, block] of shared.entries()) {
      const alone = readBatchRows(batches[index]!);
      expect(block.dictionaries).toBe(shared[0]!.dictionaries);
      expect(allRowsOf(block)).toEqual(allRowsOf(alone));
    }
    const { values } = shared[0]!.dictionaries.cs_uri_stem;
    expect(new Set(values).size).toBe(values.length);
  });

  test('of columns that nobody asked for look absent, and each column read is its own', () => {
    const block = randomBlock(50, 4);
    const rows = createRowsReader().open(batchOf([block]).bytes, 'here');
    const { cs_uri_stem, cs_host, sc_bytes } = rows.read(new Set(['cs_uri_stem']));
    expect(cs_uri_stem.some((id) => id !== 0)).toBe(true);
    expect(cs_host.every((id) => id === 0) && sc_bytes.every((bytes) => bytes === -1)).toBe(true);
    expect([...rows.read(new Set(['sc_bytes'])).sc_bytes]).toEqual([...block.sc_bytes]);
  });

  test('carry the feed’s name and no trace of visitors', () => {
    const block = readBatchRows(batchOf([randomBlock(10, 1)]).bytes);
    expect(rowAt(block, 0).distribution).toBe('E2EXAMPLE');
    expect(block.visitor_keys).toEqual([]);
    expect(
      [...block.visitor_key, ...block.visitor_high, ...block.visitor_low].every((value) => value === 0),
    ).toBe(true);
  });

  test('of a batch with a flipped bit are refused as damaged, or as many as before', () => {
    const { bytes } = batchOf([randomBlock(200, 2)]);
    const damage = fc.record({ at: fc.nat({ max: bytes.length - 1 }), bit: fc.nat({ max: 7 }) });
    fc.assert(
      fc.property(damage, ({ at, bit }) => {
        const damaged = bytes.slice();
        damaged[at]! ^= 1 << bit;
        try {
          expect(readBatchRows(damaged).length).toBe(200);
        } catch (error) {
          if (!(error instanceof BadBatch)) throw error;
        }
      }),
      { numRuns: 600 },
    );
  });

  test('of a batch that ends too early are refused', () => {
    const { bytes } = batchOf([randomBlock(200, 3)]);
    for (let end = 0; end < bytes.length; end += 97) {
      expect(() => readBatchRows(bytes.subarray(0, end), 'here')).toThrow(BadBatch);
    }
  });
});
