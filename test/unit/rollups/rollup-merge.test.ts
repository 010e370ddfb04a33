import { describe, expect, test } from '@jest/globals';
import {
  finalityOf,
  mergeRollups,
  presentRollup,
  type RollupRange,
  type Span,
} from '@sgraph-backbone/layer/rollups';
import type { Line } from './event-blocks.ts';
import { NOW, rollUp, UTC, type World, windowsOf, world } from './rollup-tree.ts';

const page: Line = {
  method: 'GET',
  path: '/',
  status: 200,
  bytes: 10,
  visitor: 1,
  country: 'PT',
  edge: 'LIS50-C1',
  time: 4,
};
const FEBRUARY: Span = { start: Date.UTC(2026, 1, 1), end: Date.UTC(2026, 2, 1) };

function range(
  feeds: readonly World[],
  from: number,
  to: number,
  coverage: readonly Span[] = [],
): RollupRange {
  const parts = UTC.tile(from, to).flatMap((tile) =>
    feeds.map((of) => ({ ...tile, coverage, rollup: rollUp(of, tile.period, tile.time_key) })),
  );
  return mergeRollups({ feed: 'standard', start: from, end: to, calendar: UTC, parts, now: NOW });
}

const at = (day: number, hour = 0) => Date.UTC(2026, 1, day, hour);

describe('a range of roll-ups', () => {
  const lines = {
    '2026-02-16-2300': [page, { ...page, visitor: 2 }],
    '2026-02-17-0100': [{ ...page, key: 'k2' }],
    '2026-02-17-0300': [
      { ...page, key: 'k2' },
      { ...page, key: 'k2', class: 'bot' as const, path: '/b' },
    ],
  };
  const of = world({ windows: windowsOf(lines), coverage: [FEBRUARY] });

  test('up to a day has the union of visitors for each key', () => {
    expect(range([of], at(17, 1), at(17, 4)).measures.all).toMatchObject({
      total_requests: 3,
      unique_visitors: 1,
      visitor_days: null,
      visitors_bound: 'exact',
    });
    expect(range([of], at(16, 22), at(17, 4)).measures.all).toMatchObject({
      unique_visitors: 3,
      visitors_bound: 'upper',
    });
  });

  test('longer than a day has visitor days, each day counted once', () => {
    const { measures } = range([of], at(15), at(17, 4));
    expect(measures.all).toMatchObject({ unique_visitors: null, visitor_days: 3, visitors_bound: 'exact' });
    expect(measures.human).toMatchObject({ visitor_days: 3 });
    expect(measures.bot).toMatchObject({ visitor_days: 1 });
  });

  test('says that visitors of one day may count twice when its hours had two keys', () => {
    const late = world({
      windows: windowsOf({ '2026-02-16-0100': [page], '2026-02-16-0500': [{ ...page, key: 'late' }] }),
    });
    const tiles = [...UTC.tile(at(15), at(16)), ...UTC.tile(at(16), at(16, 12))];
    const parts = tiles.map((tile) => ({
      ...tile,
      coverage: [FEBRUARY],
      rollup: rollUp(late, tile.period, tile.time_key),
    }));
    const merged = mergeRollups({
      feed: 'standard',
      start: at(15),
      end: at(16, 12),
      calendar: UTC,
      parts,
      now: NOW,
    });
    expect(merged.measures.all).toMatchObject({ visitor_days: 2, visitors_bound: 'upper' });
  });

  test('says the same as the stored roll-up of that time', () => {
    const month = rollUp(of, 'monthly', '2026-02')!;
    const { measures, top } = range([of], at(1), at(29));
    expect({ measures, top }).toEqual({ measures: month.measures, top: month.top });
    const day = rollUp(of, 'daily', '2026-02-17')!;
    const hours = UTC.children('daily', '2026-02-17').map((tile) => ({
      ...tile,
      coverage: [FEBRUARY],
      rollup: rollUp(of, tile.period, tile.time_key),
    }));
    const merged = mergeRollups({
      feed: 'standard.local',
      start: at(17),
      end: at(18),
      calendar: UTC,
      parts: hours,
      now: NOW,
    });
    expect(merged.measures).toEqual(day.measures);
    expect(merged.top).toEqual(day.top);
    expect(merged.status).toBe('final');
  });

  test('over several feeds knows a visitor of both within a day', () => {
    const other = world({ ...of, feed: 'standard.other' });
    const day = range([of, other], at(17), at(18), [FEBRUARY]);
    expect(day.measures.all).toMatchObject({ total_requests: 6, unique_visitors: 1 });
    expect(day.children).toHaveLength(1);
    expect(day.children[0]!.headline.all).toMatchObject({ total_requests: 6, time_taken_count: 6 });
  });

  test('has null in a headline only where nothing that had requests measured it', () => {
    const unmeasured: Line = { path: '/', measured: 0 };
    const headline = (...lines: Line[][]) => {
      const feeds = lines.map((own, n) =>
        world({ feed: `standard.${n}`, windows: windowsOf({ '2026-02-16-0100': own }) }),
      );
      return range(feeds, at(16), at(17)).children[0]!.headline.all;
    };
    expect(headline([unmeasured], [])).toMatchObject({
      total_requests: 1,
      total_bytes: null,
      unique_visitors: null,
    });
    expect(headline([unmeasured], [page])).toMatchObject({
      total_requests: 2,
      total_bytes: 10,
      unique_visitors: 1,
    });
    const hit = { ...page, result: 'Hit' };
    const miss = { ...page, result: 'Miss' };
    expect(headline([hit, hit, miss], [miss]).cache_hit_rate).toBe(50);
  });

  test('is final only if all of it is, and names what is missing', () => {
    expect(range([of], at(15), at(18), [FEBRUARY])).toMatchObject({ status: 'final', gaps: [] });
    expect(range([of], at(15), at(18))).toMatchObject({ status: 'partial', gaps: ['2026-02-15'] });
    const nothing = range([of], at(20), at(22));
    expect(nothing).toMatchObject({ status: 'partial', gaps: ['2026-02-20', '2026-02-21'] });
    expect(nothing.measures.all.total_requests).toBeNull();
    expect(range([of], at(20), at(22), [FEBRUARY]).measures.all.total_requests).toBe(0);
  });
});

describe('a presented roll-up', () => {
  const lines = [
    page,
    { ...page, status: 404 },
    { ...page, path: '/x', country: 'DE' },
    { class: 'bot' as const, path: '/y' },
  ];
  const rollup = rollUp(world({ windows: windowsOf({ '2026-02-16-1400': lines }) }), 'daily', '2026-02-16')!;

  test('is flat, with the lists that the predecessor had, and holds nothing that merges', () => {
    const flat = presentRollup(rollup, 'human');
    expect(flat).toMatchObject({
      period: 'daily',
      window_type: 'daily',
      time_key: '2026-02-16',
      class: 'human',
      total_requests: 3,
      avg_duration_ms: 4,
      top_paths: [
        { path: '/', count: 2, bytes: 20 },
        { path: '/x', count: 1, bytes: 10 },
      ],
      top_countries: [
        { country: 'PT', count: 2 },
        { country: 'DE', count: 1 },
      ],
      edge_distribution: { 'LIS50-C1': 3 },
      status_codes: { '200': 2, '404': 1 },
    });
    expect(Object.keys(flat)).not.toContain('merge');
    expect(presentRollup(rollup, 'all', 1).top_paths).toEqual([{ path: '/', count: 2, bytes: 20 }]);
  });

  test('says how settled it is', () => {
    expect(finalityOf(rollup)).toMatchObject({
      status: 'partial',
      revision: 1,
      restated: null,
      computed_at: NOW,
    });
  });
});
