import { tmpdir } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import {
  createBatchSet,
  type MinutePart,
  parseBatchMeta,
  parseBatchMinutes,
} from '@sgraph-backbone/layer/batches';
import { eventBlock, type PrivateEvent } from '@sgraph-backbone/layer/events';
import { decodeSketch, estimateSketch } from '@sgraph-backbone/layer/rollups';
import { BARE, NOW } from '../events/events.ts';
import { allRows, OPTIONS, WINDOW } from './one-batch.ts';
import { randomBlock } from './random-blocks.ts';

const MINUTE = 60_000;
const visitor = (n: number) => ({ key_id: 'k1', hash: n.toString(16).padStart(16, '0') });

function batchOf(feed: string, events: readonly PrivateEvent[], options = {}, minutesFrom?: number) {
  const block = eventBlock(events);
  const set = createBatchSet(tmpdir(), minutesFrom === undefined ? {} : { minutesFrom });
  set.add(feed, WINDOW, block, allRows(block), block.length);
  const batch = set.finish(feed, WINDOW, { ...OPTIONS, ...options });
  set.close();
  return batch;
}

const count = (sketch: string | undefined) =>
  sketch === undefined ? 0 : estimateSketch(decodeSketch(sketch));

describe('the minutes of a batch', () => {
  const events: PrivateEvent[] = [
    { ...BARE, timestamp: NOW, method: 'GET', visitor: visitor(1) },
    { ...BARE, timestamp: NOW + 59_999, method: 'GET', visitor: visitor(1), transfer: visitor(7) },
    { ...BARE, timestamp: NOW + 5, visitor: visitor(2), transfer: visitor(8) },
    { ...BARE, timestamp: NOW + 5, method: 'GET', class: 'bot' },
    { ...BARE, timestamp: NOW + MINUTE, method: 'GET', visitor: { ...visitor(1), key_id: 'k2' } },
  ];
  const { bytes, meta } = batchOf('application.main', events);

  test('count requests, visitors by key id and transfers of each class', () => {
    const [first, second, ...others] = parseBatchMinutes(bytes, 'batch') as [MinutePart, MinutePart];
    expect(others).toEqual([]);
    expect([first.minute, first.newest, second.minute]).toEqual([NOW, NOW + 59_999, NOW + MINUTE]);
    expect(first.classes.human).toMatchObject({ events: 3, requests: 2 });
    expect(count(first.classes.human?.visitors?.k1)).toBe(2);
    expect(count(first.classes.human?.transfers)).toBe(2);
    expect(first.classes.bot).toEqual({ events: 1, requests: 1 });
    expect(Object.keys(second.classes.human?.visitors ?? {})).toEqual(['k2']);
  });

  test('are read with the rest of what the footer says', () => {
    expect(parseBatchMeta(bytes, 'batch')).toEqual(meta);
    expect(meta.minutes).toHaveLength(2);
  });

  test('are no part of the content hash, and can be taken over', () => {
    const other = batchOf('application.main', events, { minutes: [] });
    expect(other.meta.content_hash).toBe(meta.content_hash);
    expect(other.meta.minutes).toEqual([]);
  });

  test('before a given moment are not counted', () => {
    const late = batchOf('application.main', events, {}, NOW + MINUTE);
    expect(late.meta.minutes?.map(({ minute }) => minute)).toEqual([NOW + MINUTE]);
  });

  test('are not written for standard logs', () => {
    const block = randomBlock(50, 1);
    const set = createBatchSet(tmpdir());
    set.add('standard.E2EXAMPLE', WINDOW, block, allRows(block), block.length);
    const standard = set.finish('standard.E2EXAMPLE', WINDOW, OPTIONS);
    expect(standard.meta.minutes).toBeUndefined();
    expect(parseBatchMinutes(standard.bytes, 'batch')).toEqual([]);
  });

  test('of many visitors survive the footer as well', () => {
    const many = Array.from({ length: 3_000 }, (_, n) => ({
      ...BARE,
      timestamp: NOW + n,
      visitor: visitor(n * 2_654_435_761_123 + 1),
    }));
    const { meta: written, bytes: stored } = batchOf('application.main', many);
    expect(parseBatchMinutes(stored, 'batch')).toEqual(written.minutes);
    expect(written.minutes?.[0]?.classes.human?.events).toBe(3_000);
  });

  test('of a real-time log count every line, and say which were a sample', () => {
    const block = randomBlock(100, 4, undefined, { realtime: true });
    const set = createBatchSet(tmpdir());
    set.add('realtime.E2EXAMPLE', WINDOW, block, allRows(block), block.length);
    const { minutes = [] } = set.finish('realtime.E2EXAMPLE', WINDOW, OPTIONS).meta;
    const sum = (name: 'requests' | 'sampled') =>
      minutes.flatMap(({ classes }) => Object.values(classes)).reduce((n, of) => n + (of[name] ?? 0), 0);
    expect(sum('requests')).toBe(100);
    expect(sum('sampled')).toBe(block.sampling.filter((percent) => percent >= 0).length);
  });
});
