import { describe, expect, test } from '@jest/globals';
import { DEFAULT_RULES, FIELDS } from '@sgraph-backbone/layer/logs';
import {
  contentHash,
  createSummaryBuilder,
  type Dimension,
  decodeSummary,
  emptySummary,
  encodeSummary,
  mergeSummaries,
  type Summary,
  withVisitors,
} from '@sgraph-backbone/layer/rollups';
import fc from 'fast-check';
import { allRows, blockOf, type Line } from './event-blocks.ts';
import { anyLine, summaryOf } from './summary-lines.ts';

const hashOf = (summary: Summary) => contentHash(encodeSummary(summary));

describe('a summary of rows', () => {
  test('is the same however rows are split into blocks and summaries, in any order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyLine, fc.nat(3)), { maxLength: 40 }),
        fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
        (placed, order) => {
          const whole = hashOf(summaryOf(placed.map(([line]) => line)));
          const shuffled = placed.map((entry, i) => [order[i]!, entry] as const).sort(([a], [b]) => a - b);
          const groups = [0, 1, 2, 3].map((group) =>
            shuffled.flatMap(([, [line, own]]) => (own === group ? [line] : [])),
          );
          expect(hashOf(summaryOf(...groups))).toBe(whole);
          const sums = groups.map((lines) => decodeSummary(encodeSummary(summaryOf(lines))));
          expect(hashOf(sums.reduce(mergeSummaries, emptySummary()))).toBe(whole);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('holds the rows it was given and no others of their block', () => {
    const lines: Line[] = [{ path: '/a' }, { path: '/b' }, { path: '/c' }, { path: '/d' }];
    const block = blockOf(lines);
    const builder = createSummaryBuilder({ rules: DEFAULT_RULES, kind: 'standard' });
    builder.add(block, Int32Array.of(3, 1, 0), 2);
    expect(hashOf(builder.finish())).toBe(hashOf(summaryOf([{ path: '/b' }, { path: '/d' }])));
  });

  test('says what the source did not measure', () => {
    const { counters } = summaryOf([
      { method: 'GET', path: '/', status: 200, measured: FIELDS.method | FIELDS.path | FIELDS.status },
      { path: '/', status: 200, measured: FIELDS.path | FIELDS.status },
      { measured: 0 },
    ]).classes.human;
    expect(counters).toMatchObject({
      total_requests: 3,
      page_views: 1,
      unmeasured_pages: 2,
      unmeasured_status: 1,
      unmeasured_paths: 1,
      unmeasured_bytes: 3,
      unmeasured_cache: 3,
      classes_unmeasured_requests: 3,
      visitors_unmeasured_requests: 3,
    });
  });

  test('keeps requests apart that differ in one thing only', () => {
    const lines = Array.from(
      { length: 6_000 },
      (_, n): Line => ({ method: 'GET', type: `t${n % 3_000}`, measured: n % 512 }),
    );
    const { tables, counters } = summaryOf(lines).classes.human;
    expect(tables.content_type.values).toHaveLength(3_000);
    expect(
      [...tables.content_type.counts.subarray(0, 12_000)].filter((_, i) => i % 4 === 0).every((n) => n === 2),
    ).toBe(true);
    const withStatus = lines.filter(({ measured = 0 }) => measured & FIELDS.status).length;
    expect(counters.unmeasured_status).toBe(6_000 - withStatus);
    const masks = Array.from({ length: 8_000 }, (_, measured): Line => ({ method: 'GET', measured }));
    const unmeasured = masks.filter(({ measured = 0 }) => !(measured & FIELDS.bytes)).length;
    expect(summaryOf(masks).classes.human.counters.unmeasured_bytes).toBe(unmeasured);
  });

  test('takes no HTML of the API for a page', () => {
    const html: Line = { method: 'GET', path: '/api/docs.html', status: 200, type: 'text/html' };
    expect(summaryOf([html]).classes.human.counters).toMatchObject({ page_views: 0, api_calls: 1 });
  });

  test('lets page rules win over content type and API prefixes', () => {
    const rules = {
      ...DEFAULT_RULES,
      page_rules: [
        { path: '/api/docs', page: true },
        { path: '/embed/*', page: false },
      ],
    };
    const builder = createSummaryBuilder({ rules, kind: 'standard' });
    const block = blockOf([
      { method: 'GET', path: '/api/docs', status: 200, type: 'application/json' },
      { method: 'GET', path: '/embed/x', status: 200, type: 'text/html' },
      { method: 'POST', path: '/api/docs', status: 200 },
    ]);
    builder.add(block, allRows(block), block.length);
    expect(builder.finish().classes.human.counters).toMatchObject({ page_views: 1, api_calls: 2 });
  });

  test('keeps exact counts for thousands of values, and of everything beyond the bound the sum', () => {
    const lines = Array.from({ length: 60_000 }, (_, n) => ({ path: `/p${n}`, bytes: 10, status: 404 }));
    const popular = Array.from({ length: 5 }, () => ({ path: '/p59999', bytes: 10, status: 404 }));
    const encoded = encodeSummary(summaryOf(lines, popular));
    const table = encoded.classes.human!.tables.path!;
    expect(encoded.cut).toBe(true);
    expect(table.value).toHaveLength(50_000);
    expect(table.requests[table.value.indexOf('/p59999')]).toBe(6);
    expect(table.other).toEqual([10_000, 0, 100_000, 10_000]);
    expect(table.cut_off).toBe(1);
  });

  test('keeps totals and an honest bound when made-up values flood a window', () => {
    const flood = Array.from({ length: 210_000 }, (_, n): Line => ({ class: 'probe', path: `/x${n}` }));
    const { human, probe } = summaryOf(flood).classes;
    expect(human.tables.path.other[0]).toBe(0);
    const table = probe.tables.path;
    const listed = table.values.reduce((sum, _, row) => sum + table.counts[row * 4]!, 0);
    expect(listed + table.other[0]!).toBe(210_000);
    expect(table.cut_off).toBeGreaterThan(0);
  });

  test('remade from stored rows takes the visitors that were counted when they arrived', () => {
    const lines: Line[] = [{ visitor: 1 }, { visitor: 2, class: 'bot' }, {}];
    const stored = summaryOf(lines);
    const remade = summaryOf(lines.map(({ visitor: _, ...rest }) => rest));
    expect(hashOf(remade)).not.toBe(hashOf(stored));
    expect(hashOf(withVisitors(remade, stored))).toBe(hashOf(stored));
  });

  test('counts what is excluded apart', () => {
    const builder = createSummaryBuilder({ rules: DEFAULT_RULES, kind: 'standard' });
    builder.exclude(3);
    const summary = mergeSummaries(builder.finish(), builder.finish());
    expect(summary.excluded_requests).toBe(6);
    expect(summary.classes.human.counters.total_requests).toBe(0);
  });
});

test('every dimension has its rows, with requests, page views, bytes and errors', () => {
  const client = {
    browser: 'Firefox',
    browser_version: '140',
    operating_system: 'Linux',
    device: 'desktop' as const,
    agent: '',
  };
  const page: Line = {
    method: 'GET',
    path: '/',
    status: 200,
    bytes: 100,
    result: 'Hit',
    host: 'send.example',
    edge: 'LIS50-C1',
    country: 'PT',
    referrer: 'news.example',
    type: 'text/html; charset=utf-8',
    query: '{"token":"community-x","utm_campaign":"c","utm_medium":"m","utm_source":"s","utm_term":"t"}',
    client,
  };
  const error: Line = {
    class: 'bot',
    path: '/',
    status: 0,
    edgeResult: 'Error',
    rule: 'empty agent',
    client: { agent: 'curl' },
  };
  const { classes } = summaryOf([page, page, { ...page, status: 404 }, error]);
  const rows = (name: 'human' | 'bot', dimension: Dimension | 'client') => {
    const { values, counts } = classes[name].tables[dimension];
    return Object.fromEntries(
      values.map((value, row) => [value, [...counts.subarray(row * 4, row * 4 + 4)]]),
    );
  };
  const all = [3, 2, 300, 1];
  expect(rows('human', 'path')).toEqual({ '/': all });
  expect(rows('human', 'status_code')).toEqual({ '200': [2, 2, 200, 0], '404': [1, 0, 100, 1] });
  const single: [Dimension | 'client', string][] = [
    ['method', 'GET'],
    ['host', 'send.example'],
    ['result_type', 'Hit'],
    ['edge_location', 'LIS50-C1'],
    ['country', 'PT'],
    ['referrer_domain', 'news.example'],
    ['content_type', 'text/html; charset=utf-8'],
    ['browser', 'Firefox'],
    ['operating_system', 'Linux'],
    ['device', 'desktop'],
    ['utm_source', 's'],
    ['utm_medium', 'm'],
    ['utm_campaign', 'c'],
    ['token', 'community-x'],
    ['client', 'Firefox|140|Linux|'],
  ];
  for (const [dimension, value] of single)
    expect([dimension, rows('human', dimension)]).toEqual([dimension, { [value]: all }]);
  expect(rows('human', 'agent')).toEqual({});
  expect(rows('bot', 'agent')).toEqual({ curl: [1, 0, 0, 0] });
  expect(rows('bot', 'rule')).toEqual({ 'empty agent': [1, 0, 0, 0] });
  expect(rows('bot', 'status_code')).toEqual({ '000': [1, 0, 0, 0] });
  expect(rows('bot', 'result_type')).toEqual({ Error: [1, 0, 0, 0] });
});
