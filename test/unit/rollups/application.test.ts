import { describe, expect, test } from '@jest/globals';
import { FIELDS } from '@sgraph-backbone/layer/logs';
import { encodeSummary, type Measures, type Rollup, topPage } from '@sgraph-backbone/layer/rollups';
import fc from 'fast-check';
import type { Line } from './event-blocks.ts';
import { rollUp, windowOf, world } from './rollup-tree.ts';
import { anyEvent, summaryOf } from './summary-lines.ts';

const FIREFOX = { browser: 'Firefox', browser_version: '140', operating_system: 'Linux' };
const NO_AGENT = Object.values(FIELDS).reduce((all, bit) => all | bit, 0) & ~FIELDS.agent;
const KEY = '2026-02-16-1430';

// One half-hour of an application, a line per rule of measures.md section 3.
const EVENTS: readonly Line[] = [
  // a request and an API call, with everything
  {
    event: 'api_call',
    method: 'GET',
    path: '/api/x',
    status: 200,
    bytes: 100,
    duration: 10,
    country: 'PT',
    client: FIREFOX,
    visitor: 1,
  },
  // a request, an API call, an error; its query's token is no use of one
  {
    event: 'api_call',
    method: 'POST',
    path: '/api/x',
    status: 404,
    bytes: 50,
    duration: 30,
    query: '{"token":"press","utm_source":"mail"}',
    visitor: 1,
  },
  // a page view that is no request: the page reported it
  { event: 'page_view', path: '/en-gb/', country: 'PT', client: FIREFOX, visitor: 2 },
  // a page view that is a request
  {
    event: 'page_view',
    method: 'GET',
    path: '/en-gb/',
    status: 304,
    duration: 20,
    country: 'DE',
    visitor: 3,
  },
  // an upload, and the completed upload of a transfer
  { event: 'file_upload', method: 'POST', path: '/up', status: 201, bytes: 1_000, duration: 900, visitor: 3 },
  { event: 'transfer_upload_completed', bytes: 2_000 },
  // a download, and a completed one; one that only began counts in the list of event types alone
  { event: 'file_download', method: 'GET', path: '/down', status: 500, visitor: 4 },
  { event: 'transfer_download_completed', bytes: 4_000 },
  { event: 'transfer_download_started' },
  // two accepted uses of a token and a rejected one
  { event: 'token_use', token: 'community-x', visitor: 5, country: 'PT' },
  { event: 'token_use', token: 'press', measured: NO_AGENT },
  { event: 'token_rejected', token: 'press', visitor: 6 },
  // a type of the application's own
  { event: 'my_own_thing', token: 'press' },
  // a bot
  { event: 'api_call', method: 'GET', path: '/api/x', status: 200, class: 'bot', rule: 'isbot x' },
];

const rollupOf = (events: readonly Line[]): Rollup => {
  const windows = new Map([[KEY, windowOf(summaryOf(events))]]);
  return rollUp(world({ feed: 'application.main', windows }), '30min', KEY)!;
};

describe('events of an application, worked out by hand', () => {
  const rollup = rollupOf(EVENTS);
  const { human, bot, all } = rollup.measures;

  test('have these measures', () => {
    expect(human).toMatchObject({
      total_requests: 5,
      page_views: 2,
      api_calls: 2,
      file_uploads: 2,
      file_downloads: 2,
      token_uses: 2,
      error_count: 2,
      total_bytes: 7_150,
      // 10, 30, 20 and 900 ms
      avg_time_taken: 240,
      p50_time_taken: 20,
      avg_ttfb: null,
      p95_ttfb: null,
      cache_hit_rate: null,
      unique_visitors: 6,
      visitors_unmeasured_requests: 5,
      classes_unmeasured_requests: 1,
      // /api/x, /en-gb/, /up, /down
      unique_paths: 4,
      unique_agents: 1,
      unique_edges: null,
      status_breakdown: { '2xx': 2, '3xx': 1, '4xx': 1, '5xx': 1, other: 0 },
    } satisfies Partial<Measures>);
    expect(bot).toMatchObject({ total_requests: 1, api_calls: 1, token_uses: 0, unique_visitors: null });
    expect(all).toMatchObject({ total_requests: 6, api_calls: 3, token_uses: 2, unique_visitors: 6 });
  });

  const list = (dimension: Parameters<typeof topPage>[1]) =>
    Object.fromEntries(
      topPage(rollup.top, dimension, 'human', { limit: 100 }).entries.map(
        ({ value, requests, page_views, bytes, errors }) => [value, [requests, page_views, bytes, errors]],
      ),
    );

  test('are listed by type, every one of them', () => {
    expect(list('event_type')).toEqual({
      api_call: [2, 0, 150, 1],
      file_download: [1, 0, 0, 1],
      file_upload: [1, 0, 1_000, 0],
      my_own_thing: [1, 0, 0, 0],
      page_view: [2, 2, 0, 0],
      token_rejected: [1, 0, 0, 0],
      token_use: [2, 0, 0, 0],
      transfer_download_completed: [1, 0, 4_000, 0],
      transfer_download_started: [1, 0, 0, 0],
      transfer_upload_completed: [1, 0, 2_000, 0],
    });
  });

  test('list tokens by accepted and by rejected uses', () => {
    expect(list('token')).toEqual({ 'community-x': [1, 0, 0, 0], press: [1, 0, 0, 0] });
    expect(list('token_rejected')).toEqual({ press: [1, 0, 0, 0] });
  });

  test('count in other lists as requests where they are some', () => {
    expect(list('path')).toEqual({
      '/api/x': [2, 0, 150, 1],
      '/down': [1, 0, 0, 1],
      '/en-gb/': [1, 2, 0, 0],
      '/up': [1, 0, 1_000, 0],
    });
    expect(list('country')).toEqual({ DE: [1, 1, 0, 0], PT: [1, 1, 100, 0] });
    expect(list('status_code')).toMatchObject({ 200: [1, 0, 100, 0], 404: [1, 0, 50, 1] });
    expect(list('utm_source')).toEqual({ mail: [1, 0, 50, 1] });
  });
});

describe('events without requests', () => {
  test('are kept: visitors, uses and what they do not measure', () => {
    const { human } = rollupOf([{ event: 'token_use', token: 'press', visitor: 1 }]).measures;
    expect(human).toMatchObject({
      total_requests: 0,
      token_uses: 1,
      unique_visitors: 1,
      error_count: null,
      total_bytes: null,
      status_breakdown: null,
      unique_paths: null,
    });
  });

  test('are listed by page views where nothing was a request', () => {
    const rollup = rollupOf(
      ['/b', '/a', '/b', '/c', '/c', '/c'].map((path) => ({ event: 'page_view', path })),
    );
    const { entries } = topPage(rollup.top, 'path', 'human', { limit: 2 });
    expect(entries.map(({ value, page_views }) => [value, page_views])).toEqual([
      ['/c', 3],
      ['/b', 2],
    ]);
  });

  test('beyond the longest list add up in what is cut', () => {
    const paths = Array.from({ length: 210 }, (_, index) => ({ event: 'page_view', path: `/${index}` }));
    const { entries, other } = topPage(rollupOf(paths).top, 'path', 'human', { limit: 1_000 });
    expect([entries.length, other.page_views]).toEqual([200, 10]);
  });

  test('of no class are not in a summary at all', () => {
    expect(encodeSummary(summaryOf([{ event: 'page_view' }])).classes).toHaveProperty('human');
    expect(Object.keys(encodeSummary(summaryOf([{ event: 'page_view' }])).classes)).toEqual(['human']);
  });
});

test('events have the same sum in one block and in many', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { minLength: 1, maxLength: 30 }), fc.nat(30), (events, cut) => {
      const parts = [events.slice(0, cut), events.slice(cut)].filter((part) => part.length > 0);
      expect(encodeSummary(summaryOf(...parts))).toEqual(encodeSummary(summaryOf(events)));
    }),
    { numRuns: 100 },
  );
});
