import { beforeAll, describe, expect, test } from '@jest/globals';
import { coverageOfFeed, isAllKept, readRollup, verifyStore } from '@sgraph-backbone/layer/derived';
import {
  BadFeed,
  coverageOf,
  extendCoverage,
  feedOf,
  type RollupOfFeed,
} from '@sgraph-backbone/layer/ledger';
import type { PERIODS } from '@sgraph-backbone/layer/rollups';
import { writeJson } from '@sgraph-backbone/layer/store';
import { aggregate } from '../../../lambdas/aggregate/aggregate.ts';
import { createSite, HOST, type Seen, type Site } from '../admin-api/site.ts';
import { ask } from '../runtime/http-events.ts';

const FIRST: readonly Seen[] = [
  { at: '2026-02-16T09:00:00Z', from: 1, path: '/' },
  { at: '2026-02-16T09:10:00Z', from: 2, path: '/a' },
  { at: '2026-02-16T14:10:00Z', from: 3, path: '/' },
];
const SECOND: readonly Seen[] = [
  { at: '2026-02-17T09:00:00Z', from: 1, path: '/' },
  { at: '2026-02-17T09:20:00Z', from: 5, path: '/b' },
];
const BESIDE: readonly Seen[] = [
  { at: '2026-02-17T09:10:00Z', from: 1, path: '/' },
  { at: '2026-02-17T09:15:00Z', from: 6, path: '/', status: 500 },
];
const ALL = 'standard.all';
let site: Site;

const requests = async (feed: string, period: (typeof PERIODS)[number], time_key: string) =>
  (await readRollup(site.data, { feed, period, time_key }))?.measures.all.total_requests;
const get = async (question: string) => (await ask(site.api(), `/api/sa/traffic/${question}`)).json;

beforeAll(async () => {
  site = await createSite({ hosts: [HOST] });
  await site.deliver('E1BACKBONETEST', '2026-02-16T15:00:00Z', FIRST);
});

describe('a kind with one feed', () => {
  test('keeps nothing besides it', async () => {
    expect(await isAllKept(site.data, 'standard')).toBe(false);
    expect(await requests(ALL, 'daily', '2026-02-16')).toBeUndefined();
  });
});

describe('a kind that gets a second feed', () => {
  beforeAll(async () => {
    await site.deliver('E1BACKBONETEST', '2026-02-17T09:40:00Z', SECOND);
    await site.deliver('E2BACKBONETEST', '2026-02-17T09:45:00Z', BESIDE);
  });

  test('has the sum of both from then on, and of all that was there before', async () => {
    expect(await isAllKept(site.data, 'standard')).toBe(true);
    expect(await requests(ALL, '30min', '2026-02-17-0900')).toBe(4);
    expect(await requests(ALL, '30min', '2026-02-16-0900')).toBe(2);
    for (const [period, key] of [
      ['daily', '2026-02-17'],
      ['hourly', '2026-02-17-09'],
    ] as const)
      expect(await requests(ALL, period, key)).toBe(4);
    for (const [period, key] of [
      ['weekly', '2026-W08'],
      ['monthly', '2026-02'],
      ['yearly', '2026'],
    ] as const)
      expect(await requests(ALL, period, key)).toBe(7);
  });
  test('counts a visitor of both once', async () => {
    const day = await readRollup(site.data, { feed: ALL, period: 'daily', time_key: '2026-02-17' });
    expect(day?.measures.human).toMatchObject({
      unique_visitors: 3,
      visitors_bound: 'exact',
      error_count: 1,
    });
  });
  test('has the roll-ups of its hosts', async () => {
    const own = await readRollup(site.data, {
      feed: ALL,
      host: HOST,
      period: 'daily',
      time_key: '2026-02-17',
    });
    expect(own?.measures.all.total_requests).toBe(4);
  });
  test('answers questions from the sum, and names the feeds', async () => {
    const json = await get('summary?period=daily&key=2026-02-17');
    expect(json.query).toMatchObject({
      feed: 'standard',
      feeds: ['standard.E1BACKBONETEST', 'standard.E2BACKBONETEST'],
    });
    expect(json.data).toMatchObject({ total_requests: 4, unique_visitors: 3 });
    const named = await get(`summary?period=daily&key=2026-02-17&feed=${ALL}`);
    expect(named.data.total_requests).toBe(4);
    const one = await get('summary?period=daily&key=2026-02-17&feed=standard.E2BACKBONETEST');
    expect(one.data.total_requests).toBe(2);
    const filtered = await get('summary?period=daily&key=2026-02-17&filter=path:/');
    expect(filtered.data.total_requests).toBe(3);
  });
  test('follows late data of any of them', async () => {
    await site.deliver('E2BACKBONETEST', '2026-02-17T10:00:00Z', [
      { at: '2026-02-17T09:25:00Z', from: 7, path: '/' },
    ]);
    expect(await requests(ALL, 'yearly', '2026')).toBe(8);
    expect((await get('summary?period=daily&key=2026-02-17')).data.total_requests).toBe(5);
  });
  test('is told of a half-hour by the step that aggregates one of theirs', async () => {
    const sent: RollupOfFeed[] = [];
    const { pipeline } = await site.backbone.here();
    const messages = {
      ...pipeline.messages,
      aggregate: async (of: readonly RollupOfFeed[]) => void sent.push(...of),
    };
    const place = { period: '30min' as const, time_key: '2026-02-17-0900' };
    await aggregate({ ...pipeline, messages }, { feed: 'standard.E1BACKBONETEST', ...place });
    expect(sent).toContainEqual({ feed: ALL, ...place });
    expect(sent.filter(({ period }) => period === 'hourly')).toHaveLength(1);
  });
  test('is what follows from the windows, as verify says', async () => {
    const findings = await Array.fromAsync(verifyStore((await site.backbone.here()).pipeline));
    expect(findings.filter(({ outcome }) => outcome !== 'same')).toEqual([]);
    expect(findings.some(({ what }) => what.includes(`${ALL} yearly`))).toBe(true);
  });
  test('is final once all its feeds are, and not before', async () => {
    const status = async (feed: string, key: string) =>
      (await readRollup(site.data, { feed, period: '30min', time_key: key }))?.status;
    const covered = { start: Date.parse('2026-02-17T00:00:00Z'), end: Date.parse('2026-02-17T12:00:00Z') };
    await extendCoverage(site.data, 'standard.E1BACKBONETEST', covered);
    await site.backbone.sweep();
    expect(await status('standard.E1BACKBONETEST', '2026-02-17-0900')).toBe('final');
    expect(await status(ALL, '2026-02-17-0900')).toBe('partial');
    await extendCoverage(site.data, 'standard.E2BACKBONETEST', covered);
    await site.backbone.sweep();
    expect(await status(ALL, '2026-02-17-0900')).toBe('final');
    expect(await coverageOfFeed(site.data, ALL)).not.toEqual([]);
  });
  test('does not take the numbers of another kind', async () => {
    const key =
      'sa-cloudfront-consolidated/data/key-based/realtime.E1BACKBONETEST/2026-02-17/09-00/summary.json';
    const standard = await site.data.get(key.replace('realtime.E1BACKBONETEST', 'standard.E1BACKBONETEST'));
    await site.data.put(key, standard!.bytes, { contentEncoding: 'gzip' });
    await writeJson(site.data, 'sa-cloudfront-ledger/data/key-based/coverage/realtime.E1BACKBONETEST.json', {
      feed: 'realtime.E1BACKBONETEST',
      intervals: [],
      newest_event: 0,
      write: 1,
    });
    const before = await requests(ALL, 'daily', '2026-02-17');
    await site.deliver('E1BACKBONETEST', '2026-02-17T10:10:00Z', [
      { at: '2026-02-17T09:26:00Z', from: 8, path: '/' },
    ]);
    expect(await requests(ALL, 'daily', '2026-02-17')).toBe(before! + 1);
    expect(await isAllKept(site.data, 'realtime')).toBe(false);
    expect((await get('summary?period=daily&key=2026-02-17')).query.feeds).toEqual([
      'standard.E1BACKBONETEST',
      'standard.E2BACKBONETEST',
    ]);
  });
});

describe('the coverage of all feeds', () => {
  test('is what is covered in each, as far as it has begun', async () => {
    const own = await createSite();
    await own.deliver('E1BACKBONETEST', '2026-02-16T15:00:00Z', FIRST);
    await own.deliver(
      'E2BACKBONETEST',
      '2026-02-16T15:10:00Z',
      BESIDE.map((seen) => ({ ...seen, at: '2026-02-16T14:50:00Z' })),
    );
    const [at9, at14, at15, at16] = [9, 14.5, 15, 16].map(
      (hour) => Date.parse('2026-02-16T00:00:00Z') + hour * 3_600_000,
    );
    await extendCoverage(own.data, 'standard.E1BACKBONETEST', { start: at9!, end: at16! });
    await extendCoverage(own.data, 'standard.E2BACKBONETEST', { start: at14!, end: at15! });
    expect(await coverageOf(own.data, 'standard.E2BACKBONETEST')).toEqual([{ start: at14, end: at15 }]);
    expect(await coverageOfFeed(own.data, ALL)).toEqual([{ start: at9, end: at15 }]);
  });
});

describe('a feed', () => {
  test('can’t be called all', () => {
    expect(() => feedOf('standard', 'all')).toThrow(BadFeed);
  });
});
