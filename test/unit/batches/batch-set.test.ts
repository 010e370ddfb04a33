import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createBatchSet, readBatchRows } from '@sgraph-backbone/layer/batches';
import type { EventBlock } from '@sgraph-backbone/layer/logs';
import fc from 'fast-check';
import { parquetMetadata } from 'hyparquet';
import { allRows, batchOf, FEED, OPTIONS, WINDOW } from './one-batch.ts';
import { randomBlock, randomDictionaries, rowAt } from './random-blocks.ts';

const rowsOf = (block: EventBlock) => Array.from({ length: block.length }, (_, row) => rowAt(block, row));

describe('a batch set', () => {
  test('gives back the rows of every window, in order, however many fit in memory', () => {
    const files = fc.record({
      lengths: fc.array(fc.nat({ max: 200 }), { minLength: 1, maxLength: 5 }),
      seed: fc.integer(),
      windows: fc.integer({ min: 1, max: 4 }),
      rowsInMemory: fc.constantFrom(1, 300, 600, 150_000),
      requestIds: fc.constantFrom(0, 50),
    });
    fc.assert(
      fc.property(files, ({ lengths, seed, windows, rowsInMemory, requestIds }) => {
        const dictionaries = randomDictionaries(requestIds);
        const set = createBatchSet(tmpdir(), { rowsInMemory });
        const expected = new Map<string, unknown[]>();
        for (const [index, length] of lengths.entries()) {
          const block = randomBlock(length, seed + index, dictionaries);
          for (let window = 0; window < windows; window++) {
            const rows = allRows(block).filter((row) => (row * 7 + index) % windows === window);
            set.add(FEED, `w${window}`, block, rows, rows.length);
            const texts = Array.from(rows, (row) => rowAt(block, row));
            expected.set(`w${window}`, [...(expected.get(`w${window}`) ?? []), ...texts]);
          }
        }
        for (const { feed, window, rows } of set.windows()) {
          const read = readBatchRows(set.finish(feed, window, OPTIONS).bytes);
          expect(read.length).toBe(rows);
          expect(rowsOf(read)).toEqual(expected.get(window));
          expected.delete(window);
        }
        expect(expected.size).toBe(0);
        set.close();
      }),
      { numRuns: 20 },
    );
  });

  test('gives the same bytes for the same rows, in one add or in many', () => {
    const block = randomBlock(900, 1);
    const set = createBatchSet(tmpdir());
    for (let from = 0; from < 900; from += 300) {
      set.add(FEED, WINDOW, block, allRows(block).subarray(from, from + 300), 300);
    }
    const parts = set.finish(FEED, WINDOW, OPTIONS).bytes;
    expect(parts).toEqual(batchOf([block]).bytes);
    set.close();
  });

  test('gives the same bytes however few rows fit in memory', () => {
    const dictionaries = randomDictionaries(40);
    const large = randomBlock(20_000, 1, dictionaries);
    const small = [10, 1, 500].map((length) => randomBlock(length, length, dictionaries));
    const blocks = [...small, large, large, large, large, large, large];
    const whole = batchOf(blocks).bytes;
    expect(Buffer.compare(batchOf(blocks, {}, 64).bytes, whole)).toBe(0);
    expect(parquetMetadata(whole).row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([
      100_000, 20_511,
    ]);
  });

  test('keeps its own copy of rows whose block is used again', () => {
    const block = randomBlock(50, 2);
    const before = rowsOf(block);
    const set = createBatchSet(tmpdir());
    set.add(FEED, WINDOW, block, allRows(block), block.length);
    block.cs_uri_stem.fill(0);
    block.sc_bytes.fill(7);
    expect(rowsOf(readBatchRows(set.finish(FEED, WINDOW, OPTIONS).bytes))).toEqual(before);
    set.close();
  });

  test('keeps the texts of rows whose dictionaries were replaced', () => {
    const first = randomBlock(20, 3);
    const renamed = { ...randomDictionaries(0), cs_uri_stem: { values: ['', '/other'] } };
    const second = randomBlock(20, 4, renamed);
    const rows = rowsOf(readBatchRows(batchOf([first, second, first]).bytes));
    expect(rows).toEqual([first, second, first].flatMap(rowsOf));
  });

  test('writes a batch without rows for a window whose requests were all excluded', () => {
    const { bytes, meta } = batchOf([randomBlock(0, 5)]);
    expect(meta.rows).toBe(0);
    expect(readBatchRows(bytes).length).toBe(0);
    expect(parquetMetadata(bytes).row_groups.length).toBe(1);
  });

  test('lists its windows in order and forgets what is finished', () => {
    const block = randomBlock(1, 6);
    const set = createBatchSet(tmpdir());
    for (const window of ['2026-02-16/15-00', '2026-02-16/14-30'])
      set.add(FEED, window, block, allRows(block), 1);
    expect(set.windows().map(({ window }) => window)).toEqual(['2026-02-16/14-30', '2026-02-16/15-00']);
    set.finish(FEED, '2026-02-16/14-30', OPTIONS);
    expect(set.windows().map(({ window }) => window)).toEqual(['2026-02-16/15-00']);
    expect(() => set.finish(FEED, '2026-02-16/14-30', OPTIONS)).toThrow('no rows of standard.E2EXAMPLE');
    set.close();
  });

  test('leaves no name in the folder for temporary files, not even while it is at work', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'batch-set-'));
    const set = createBatchSet(folder, { rowsInMemory: 1 });
    const block = randomBlock(100, 7);
    set.add(FEED, WINDOW, block, allRows(block), block.length);
    expect(readdirSync(folder)).toEqual([]);
    expect(readBatchRows(set.finish(FEED, WINDOW, OPTIONS).bytes).length).toBe(100);
    set.close();
    rmSync(folder, { recursive: true });
  });

  test('fails by the platform’s own error when rows can’t be put aside', () => {
    const set = createBatchSet(path.join(tmpdir(), 'absent', 'folder'), { rowsInMemory: 1 });
    const block = randomBlock(10, 8);
    expect(() => set.add(FEED, WINDOW, block, allRows(block), 10)).toThrow('ENOENT');
    set.close();
  });
});
