import { tmpdir } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { createBatchSet, previewRows, readBatchRows } from '@sgraph-backbone/layer/batches';
import { eventBlock } from '@sgraph-backbone/layer/events';
import { applyRules, DEFAULT_RULES, type EventBlock, FIELDS } from '@sgraph-backbone/layer/logs';
import {
  createSummaryBuilder,
  emptySummary,
  encodeSummary,
  withVisitors,
} from '@sgraph-backbone/layer/rollups';
import { allRows } from '../batches/one-batch.ts';
import { rowAt } from '../batches/random-blocks.ts';
import { BARE, FIREFOX, FULL } from './events.ts';

const WINDOW = '2026-02-16/14-30';

describe('events as a block', () => {
  const block = eventBlock([FULL, BARE]);

  test('have a row each, in their order, with texts in dictionaries', () => {
    expect(block.length).toBe(2);
    expect(rowAt(block, 0)).toMatchObject({
      timestamp: FULL.timestamp,
      event_id: 'e-1',
      event_type: 'file_upload',
      source: 'lambda',
      cs_method: 'POST',
      cs_uri_stem: '/transfers/complete/{id}',
      cs_uri_query: '{"token":"community-x","utm_source":"mail"}',
      sc_status: 201,
      duration_ms: 35,
      sc_bytes: 5_000_000_000,
      c_country: 'PT',
      referrer_domain: 'example.org',
      client: FIREFOX,
      class: 1,
      rule: 'isbot x',
      transfer_hash: 'fedcba9876543210',
      token: 'community-x',
    });
  });

  test('say nothing of what was not given', () => {
    const { timestamp, event_id, event_type, source, distribution, ...others } = rowAt(block, 1);
    expect({ timestamp, event_id, event_type, source, distribution }).toEqual({
      timestamp: BARE.timestamp,
      event_id: 'e-2',
      event_type: 'page_view',
      source: 'application',
      distribution: 'main',
    });
    const values = Object.values(others).flatMap((value) =>
      typeof value === 'object' ? Object.values(value) : [value],
    );
    expect(new Set(values)).toEqual(new Set(['', 0, -1]));
    expect(block.measured[1]).toBe(0);
  });

  test('carry the visitor hash in two halves, and its key', () => {
    expect([block.visitor_high[0], block.visitor_low[0], block.visitor_key[0]]).toEqual([
      0x01234567, 0x89abcdef, 1,
    ]);
    expect(block.visitor_key[1]).toBe(0);
    expect(block.visitor_keys).toEqual(['k1']);
    expect(block.measured[0]! & FIELDS.visitor).not.toBe(0);
  });

  test('of none is a block without rows', () => {
    expect(eventBlock([]).length).toBe(0);
  });
});

describe('events in a raw batch', () => {
  const events = [FULL, BARE, { ...FULL, event_id: 'e-3', path: '/a' }];
  const block = eventBlock(events);
  const bytes = batchOf(block);

  test('come back as they were, without the visitor hash', () => {
    const back = readBatchRows(bytes);
    for (const row of events.keys()) {
      expect({ ...rowAt(back, row), distribution: 'main' }).toEqual(rowAt(block, row));
    }
    expect(back.visitor_key.every((key) => key === 0)).toBe(true);
    expect(Buffer.from(bytes).includes('0123456789abcdef')).toBe(false);
  });

  test('have only columns that an event can have a value in', () => {
    const [row] = previewRows(bytes, 1);
    expect(row).toMatchObject({ event_id: 'e-1', duration_ms: 35, browser: 'Firefox', sc_status: '201' });
    expect(Object.keys(row!)).not.toContain('ssl_cipher');
  });

  test('count as they did when they were written', () => {
    const summaryOf = (from: EventBlock) => {
      const builder = createSummaryBuilder({ rules: DEFAULT_RULES, kind: 'application' });
      builder.add(from, allRows(from), from.length);
      return builder.finish();
    };
    const written = summaryOf(block);
    expect(encodeSummary(withVisitors(summaryOf(readBatchRows(bytes)), written))).toEqual(
      encodeSummary(written),
    );
  });

  test('keep what is theirs under other rules', () => {
    const rules = { ...DEFAULT_RULES, exclude: [{ path: '/a' }], query_parameters: ['utm_source'] };
    const again = applyRules(readBatchRows(bytes), rules);
    expect([...again.rows]).toEqual([0, 1]);
    const { cs_uri_query, rule, class: _, ...row } = rowAt(again.block, 0);
    expect(cs_uri_query).toBe('{"utm_source":"mail"}');
    expect(rowAt(block, 0)).toMatchObject({ ...row, distribution: 'main' });
    expect(rule).toBeDefined();
  });
});

function batchOf(block: EventBlock): Uint8Array {
  const set = createBatchSet(tmpdir());
  set.add('application.main', WINDOW, block, allRows(block), block.length);
  const { bytes } = set.finish('application.main', WINDOW, {
    object_id: '1771252800000-0123',
    generation: 1,
    rules_version: '00112233aabbccdd',
    summary: encodeSummary(emptySummary()),
    hosts: {},
  });
  set.close();
  return bytes;
}
