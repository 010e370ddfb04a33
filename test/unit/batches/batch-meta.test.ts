import { describe, expect, test } from '@jest/globals';
import {
  BadBatch,
  type BatchContent,
  batchContentHash,
  parseBatchMeta,
  readBatchMeta,
} from '@sgraph-backbone/layer/batches';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import { DEFAULT_RULES, type EventBlock } from '@sgraph-backbone/layer/logs';
import { contentHash, createSummaryBuilder, encodeSummary } from '@sgraph-backbone/layer/rollups';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { aroundObjectStore, recording } from '../../stores/index.ts';
import { allRows, batchOf, OPTIONS } from './one-batch.ts';
import { randomBlock, randomDictionaries } from './random-blocks.ts';

const KEY = 'sa-cloudfront-raw/batch.parquet';

function summaryOf(block: EventBlock) {
  const builder = createSummaryBuilder({ rules: DEFAULT_RULES, kind: 'standard' });
  builder.add(block, allRows(block), block.length);
  return encodeSummary(builder.finish());
}

async function stored(bytes: Uint8Array) {
  const { around, calls } = recording();
  const store = memoryObjectStore();
  await store.put(KEY, bytes);
  return { store: aroundObjectStore(store, around), calls };
}

describe('the metadata of a batch', () => {
  test('come back with the summaries of the batch and of its hosts', async () => {
    const block = randomBlock(200, 1);
    const hosts = { 'send.example': summaryOf(randomBlock(50, 2)) };
    const { bytes, meta } = batchOf([block], { summary: summaryOf(block), hosts });
    const { store, calls } = await stored(bytes);
    expect(meta).toMatchObject({ format: 1, object_id: OPTIONS.object_id, rows: 200 });
    expect(Object.keys(meta.summary.classes).length).toBeGreaterThan(1);
    expect(await readBatchMeta(store, KEY)).toEqual(meta);
    expect(calls.length).toBe(1);
  });

  test('have the hash of the canonical JSON of all that counts, whatever members are called', () => {
    const [summary, other] = [summaryOf(randomBlock(300, 5)), summaryOf(randomBlock(20, 6))];
    const human = { ...summary.classes.human!, visitors: { b: 'x', '10': 'y', '9': 'z', a: 'w' } };
    const odd = { ...summary, classes: { ...summary.classes, human } };
    const contents: BatchContent[] = [
      { summary, hosts: {}, rules_version: 'r', rows: 300 },
      { summary: odd, hosts: { 'b.example': other, '7': odd, 'a"b': summary }, rules_version: 'é"', rows: 0 },
    ];
    for (const content of contents) expect(batchContentHash(content)).toBe(contentHash(content));
  });

  test('need a second read only where the footer is large', async () => {
    const paths = Array.from({ length: 20_000 }, (_, n) => `/${Math.sin(n).toString(36)}`);
    const dictionaries = { ...randomDictionaries(0), cs_uri_stem: { values: ['', ...paths] } };
    const block = randomBlock(20_000, 3, dictionaries);
    const { bytes, meta } = batchOf([block], { summary: summaryOf(block) });
    const { store, calls } = await stored(bytes);
    expect(await readBatchMeta(store, KEY)).toEqual(meta);
    expect(calls.length).toBe(2);
  });

  test('are undefined for a key without an object', async () => {
    expect(await readBatchMeta(memoryObjectStore(), KEY)).toBeUndefined();
  });

  test('have a content hash of what the batch adds, whatever object and generation it comes from', () => {
    const block = randomBlock(30, 4);
    const summary = summaryOf(block);
    const { meta } = batchOf([block], { summary });
    expect(batchOf([block], { summary, generation: 2, object_id: 'f'.repeat(32) }).meta.content_hash).toBe(
      meta.content_hash,
    );
    expect(batchContentHash(meta)).toBe(meta.content_hash);
    expect(batchOf([block], { summary, rules_version: 'other' }).meta.content_hash).not.toBe(
      meta.content_hash,
    );
    expect(batchOf([block], { summary, hosts: { a: summary } }).meta.content_hash).not.toBe(
      meta.content_hash,
    );
  });

  test('of somebody else’s Parquet file are refused by name', async () => {
    const foreign = parquetWriteBuffer({ columnData: [{ name: 'a', data: [1, 2], type: 'INT32' }] });
    const { store } = await stored(new Uint8Array(foreign));
    const refused = readBatchMeta(store, KEY);
    await expect(refused).rejects.toThrow(BadBatch);
    await expect(refused).rejects.toThrow(`${KEY}: a Parquet file, but no raw batch of Backbone`);
  });

  test.each([
    ['nothing', ''],
    ['a text', 'no Parquet at all'],
    ['a cut footer', `${'\xff'.repeat(4)}PAR1`],
  ])('of %s are refused', (_, text) => {
    expect(() => parseBatchMeta(Buffer.from(text, 'latin1'), 'here')).toThrow(BadBatch);
  });

  test('of a newer format are refused by name of the format', () => {
    const bytes = Buffer.from(batchOf([randomBlock(1, 5)]).bytes);
    bytes.write('"format":2', bytes.indexOf('"format":1'));
    expect(() => parseBatchMeta(bytes, 'here')).toThrow('here: batch format 2; this program reads format 1');
  });
});
