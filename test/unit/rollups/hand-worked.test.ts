import { describe, expect, test } from '@jest/globals';
import { CLASSES } from '@sgraph-backbone/layer/logs';
import { MEASURES, type Measures } from '@sgraph-backbone/layer/rollups';
import type { Line } from './event-blocks.ts';
import { rollUp, windowsOf, world } from './rollup-tree.ts';

const FIREFOX = { browser: 'Firefox', browser_version: '140', operating_system: 'Linux' };
const SAFARI = { browser: 'Safari', browser_version: '18', operating_system: 'iOS' };
const human = { class: 'human', client: FIREFOX, edge: 'LIS50-C1' } as const;

// One half-hour, one line per rule of measures.md section 3; the comment says what it counts as.
const LOG: readonly Line[] = [
  // page view (HTML), cacheable, hit
  {
    ...human,
    method: 'GET',
    path: '/',
    status: 200,
    type: 'text/html',
    bytes: 1_000,
    result: 'Hit',
    time: 10,
    ttfb: 5,
    visitor: 1,
  },
  // page view: 304 has no content type, its path looks like a page; cacheable, hit
  {
    ...human,
    method: 'GET',
    path: '/about',
    status: 304,
    bytes: 200,
    result: 'RefreshHit',
    time: 20,
    ttfb: 15,
    visitor: 1,
  },
  // no page view: an image; cacheable, miss
  {
    ...human,
    method: 'GET',
    path: '/a.png',
    status: 200,
    type: 'image/png',
    bytes: 5_000,
    result: 'Miss',
    time: 30,
    ttfb: 25,
    visitor: 2,
  },
  // no page view: HEAD; cacheable, hit
  {
    ...human,
    method: 'HEAD',
    path: '/',
    status: 200,
    type: 'text/html',
    bytes: 300,
    result: 'Hit',
    time: 40,
    visitor: 2,
  },
  // error, no page view; `Error` is not cacheable
  {
    ...human,
    method: 'GET',
    path: '/gone',
    status: 404,
    type: 'text/html',
    bytes: 400,
    result: 'Error',
    time: 50,
    visitor: 3,
  },
  // API call and upload; POST is not cacheable
  {
    ...human,
    method: 'POST',
    path: '/transfers/complete/{id}',
    status: 201,
    bytes: 500,
    result: 'Miss',
    time: 100,
    visitor: 3,
  },
  // API call, no upload: it failed; error
  {
    ...human,
    method: 'POST',
    path: '/transfers/complete/{id}',
    status: 500,
    bytes: 100,
    result: 'Error',
    time: 200,
  },
  // API call and download
  {
    ...human,
    method: 'GET',
    path: '/transfers/download/{id}',
    status: 200,
    type: 'application/zip',
    bytes: 90_000,
    result: 'Miss',
    time: 900,
    visitor: 3,
    client: SAFARI,
    edge: 'FRA2-C1',
  },
  // API call and download: the first part
  {
    ...human,
    method: 'GET',
    path: '/transfers/download/{id}',
    status: 206,
    rangeStart: 0,
    bytes: 40_000,
    result: 'Hit',
    time: 400,
    visitor: 4,
  },
  // API call, no download: a later part
  {
    ...human,
    method: 'GET',
    path: '/transfers/download/{id}',
    status: 206,
    rangeStart: 40_000,
    bytes: 40_000,
    result: 'Hit',
    time: 300,
    visitor: 4,
  },
  // no API call: OPTIONS; cacheable, miss
  { ...human, method: 'OPTIONS', path: '/api/x', status: 204, bytes: 0, result: 'Miss', time: 1, visitor: 4 },
  // the viewer left: `other`; its result counts for nothing
  { ...human, method: 'GET', path: '/', status: 0, bytes: 0, result: 'ClientCommError', time: 60_000 },
  // a redirect, no page view
  {
    ...human,
    method: 'GET',
    path: '/old',
    status: 301,
    bytes: 50,
    result: 'LimitExceeded',
    time: 2,
    visitor: 5,
  },
  // page view of a bot; the other result type is used where the response has none
  {
    class: 'bot',
    method: 'GET',
    path: '/',
    status: 200,
    type: 'application/xhtml+xml;charset=x',
    bytes: 700,
    edgeResult: 'OriginShieldHit',
    time: 300,
    client: { agent: 'GPTBot' },
    visitor: 1,
  },
  {
    class: 'bot',
    method: 'GET',
    path: '/robots.txt',
    status: 200,
    type: 'text/plain',
    bytes: 70,
    result: 'Miss',
    time: 5_000,
    client: { agent: 'GPTBot' },
    visitor: 9,
  },
  // probes: errors, without address
  {
    class: 'probe',
    method: 'GET',
    path: '/.env',
    status: 403,
    bytes: 10,
    result: 'Error',
    time: 3,
    client: { agent: 'curl' },
  },
  {
    class: 'probe',
    method: 'POST',
    path: '/wp-login.php',
    status: 405,
    bytes: 10,
    result: 'Error',
    time: 3,
    client: { agent: 'curl' },
  },
];

const EXPECTED: Record<'all' | 'human' | 'bot' | 'probe' | 'monitor', Partial<Measures>> = {
  human: {
    total_requests: 13,
    page_views: 2,
    api_calls: 5,
    file_uploads: 1,
    file_downloads: 2,
    error_count: 2,
    status_breakdown: { '2xx': 8, '3xx': 2, '4xx': 1, '5xx': 1, other: 1 },
    // hits: /, /about, HEAD /, two parts; misses: image, download, OPTIONS
    cache_hit_rate: (5 / 8) * 100,
    total_bytes: 177_550,
    avg_time_taken: 62_053 / 13,
    // sorted: 1 2 10 20 30 40 50 100 200 300 400 900 60000; the 7th
    p50_time_taken: 50,
    avg_ttfb: 15,
    p50_ttfb: 15,
    p99_ttfb: 25,
    unique_visitors: 5,
    unique_paths: 8,
    unique_agents: 2,
    unique_edges: 2,
    visitors_unmeasured_requests: 2,
    excluded_requests: null,
  },
  bot: {
    total_requests: 2,
    page_views: 1,
    api_calls: 0,
    error_count: 0,
    status_breakdown: { '2xx': 2, '3xx': 0, '4xx': 0, '5xx': 0, other: 0 },
    cache_hit_rate: 50,
    total_bytes: 770,
    avg_time_taken: 2_650,
    p50_time_taken: 300,
    avg_ttfb: null,
    p50_ttfb: null,
    unique_visitors: 2,
    unique_paths: 2,
    unique_agents: 1,
    unique_edges: 0,
  },
  probe: {
    total_requests: 2,
    page_views: 0,
    error_count: 2,
    cache_hit_rate: null,
    total_bytes: 20,
    unique_visitors: null,
    visitors_unmeasured_requests: 2,
  },
  monitor: {
    total_requests: 0,
    page_views: 0,
    cache_hit_rate: null,
    avg_time_taken: null,
    p50_time_taken: null,
    unique_visitors: 0,
    unique_paths: 0,
    status_breakdown: { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0, other: 0 },
  },
  all: {
    total_requests: 17,
    page_views: 3,
    api_calls: 5,
    file_uploads: 1,
    file_downloads: 2,
    token_uses: null,
    error_count: 4,
    cache_hit_rate: 60,
    total_bytes: 178_340,
    // visitor 1 is both a person's and a bot's address
    unique_visitors: 6,
    unique_paths: 11,
    unique_agents: 4,
    visitors_bound: 'exact',
    visitors_unmeasured_requests: 4,
    excluded_requests: 0,
    visitor_days: null,
  },
};

describe('a log worked out by hand', () => {
  const windows = windowsOf({ '2026-02-16-1430': LOG });

  test.each(['all', ...CLASSES] as const)('has the measures of %s', (view) => {
    for (const [period, key] of [
      ['30min', '2026-02-16-1430'],
      ['hourly', '2026-02-16-14'],
      ['daily', '2026-02-16'],
    ] as const) {
      expect(rollUp(world({ windows }), period, key)!.measures[view]).toMatchObject(EXPECTED[view]);
    }
  });

  test('has visitor days instead of visitors from the week on', () => {
    for (const [period, key] of [
      ['weekly', '2026-W08'],
      ['monthly', '2026-02'],
      ['yearly', '2026'],
    ] as const) {
      const { measures } = rollUp(world({ windows }), period, key)!;
      for (const view of ['all', ...CLASSES] as const) {
        const { unique_visitors: visitor_days, ...rest } = EXPECTED[view];
        expect(measures[view]).toMatchObject({ ...rest, visitor_days, unique_visitors: null });
      }
    }
  });

  test('checks every measure that there is', () => {
    const checked = new Set(Object.values(EXPECTED).flatMap((expected) => Object.keys(expected)));
    // Percentiles come from the same histograms at other places; samples and lines without an agent column have tests
    // of their own.
    const elsewhere = ['sampling', 'estimated_total_requests'];
    elsewhere.push('p95_time_taken', 'p99_time_taken', 'p95_ttfb', 'classes_unmeasured_requests');
    expect(MEASURES.map(({ name }) => name).filter((name) => !checked.has(name))).toEqual(elsewhere);
  });
});
