import { describe, expect, test } from '@jest/globals';
import { CLASSES, FIELDS } from '@sgraph-backbone/layer/logs';
import { createCalendar, type Rollup, revise, type Span, topPage } from '@sgraph-backbone/layer/rollups';
import fc from 'fast-check';
import type { Line } from './event-blocks.ts';
import { NOW, rollUp, UTC, windowOf, windowsOf, world } from './rollup-tree.ts';
import { anyLine, summaryOf } from './summary-lines.ts';

const DAY: Span = { start: Date.UTC(2026, 1, 16), end: Date.UTC(2026, 1, 17) };
const page: Line = { method: 'GET', path: '/', status: 200, bytes: 10, visitor: 1 };
const daily = (lines: Record<string, Line[]>, coverage: readonly Span[] = []) =>
  rollUp(world({ windows: windowsOf(lines), coverage }), 'daily', '2026-02-16')!;

describe('a roll-up', () => {
  test('of a day does not depend on how its lines lie in windows, where nothing tells their times', () => {
    const keys = UTC.children('daily', '2026-02-16').flatMap((hour) =>
      UTC.children('hourly', hour.time_key).map((half) => half.time_key),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(anyLine, fc.nat(47)), { minLength: 1, maxLength: 25 }), (placed) => {
        const scattered = Object.groupBy(placed, ([, at]) => keys[at]!);
        const lines = Object.fromEntries(
          Object.entries(scattered).map(([key, own]) => [key, own!.map(([line]) => line)]),
        );
        const together = daily({ '2026-02-16-0000': placed.map(([line]) => line) });
        const { measures, top, merge } = daily(lines);
        expect(measures).toEqual(together.measures);
        expect(top).toEqual(together.top);
        expect(merge).toEqual(together.merge);
      }),
      { numRuns: 30 },
    );
  });

  test('is final where coverage holds all of it, and then what is missing is zero', () => {
    const rollup = daily({ '2026-02-16-1430': [page] }, [DAY]);
    expect(rollup).toMatchObject({ status: 'final', gaps: [], source_count: 1, sources_final: 1 });
    expect(rollup.measures.all.total_requests).toBe(1);
  });

  test('is partial with gaps where coverage ends before it', () => {
    const rollup = daily({ '2026-02-16-1430': [page] }, [
      { start: DAY.start, end: DAY.start + 15 * 3_600_000 },
    ]);
    expect(rollup).toMatchObject({ status: 'partial', source_count: 1, sources_final: 1 });
    expect(rollup.gaps).toEqual(
      ['15', '16', '17', '18', '19', '20', '21', '22', '23'].map((hour) => `2026-02-16-${hour}`),
    );
  });

  test('is covered by intervals that touch', () => {
    const noon = DAY.start + 43_200_000;
    const halves = [
      { start: noon, end: DAY.end },
      { start: DAY.start, end: noon },
    ];
    expect(daily({ '2026-02-16-1430': [page] }, halves).status).toBe('final');
    expect(daily({ '2026-02-16-1430': [page] }, [halves[0]!]).status).toBe('partial');
  });

  test('of what nobody knows has null measures; of what is covered and silent zeros', () => {
    const of = world({ windows: windowsOf({ '2026-02-16-1430': [page] }) });
    const build = (coverage: readonly Span[]) =>
      rollUp({ ...of, host: 'a.example', coverage }, '30min', '2026-02-16-1430')!;
    expect(build([]).measures.all.total_requests).toBeNull();
    // The window is from before the host was named: coverage says nothing about it.
    expect(build([DAY])).toMatchObject({ status: 'partial', gaps: ['2026-02-16-1430'] });
    const unheard = rollUp({ ...of, host: 'a.example', coverage: [DAY] }, 'daily', '2026-02-16')!;
    expect(unheard).toMatchObject({ status: 'partial', gaps: ['2026-02-16-14'] });
    const silent = world({
      windows: new Map([['2026-02-16-1430', windowOf(summaryOf([]))]]),
      coverage: [DAY],
    });
    const rollup = rollUp(silent, 'daily', '2026-02-16')!;
    expect(rollup.measures.all).toMatchObject({
      total_requests: 0,
      unique_visitors: 0,
      cache_hit_rate: null,
    });
    expect(rollup.status).toBe('final');
  });

  test('of a host is made of that host in the windows', () => {
    const hosts = { 'a.example': summaryOf([page]), 'b.example': summaryOf([]) };
    const windows = new Map([['2026-02-16-1430', windowOf(summaryOf([page, page]), hosts)]]);
    const requests = (host?: string) =>
      rollUp(world({ windows, host }), 'daily', '2026-02-16')!.measures.all.total_requests;
    expect([requests(), requests('a.example'), requests('b.example')]).toEqual([2, 1, 0]);
  });

  test('of a host is not restated by late data of another host', () => {
    const hash = (other: Line[]) => {
      const hosts = { 'a.example': summaryOf([page]), 'b.example': summaryOf(other) };
      const windows = new Map([['2026-02-16-1430', windowOf(summaryOf([page, ...other]), hosts)]]);
      return rollUp(world({ windows, host: 'a.example' }), 'daily', '2026-02-16')!.content_hash;
    };
    expect(hash([page])).toBe(hash([page, page]));
  });

  test('cuts the top lists of people at 200 and of others at 50, but never countries', () => {
    const lines = CLASSES.flatMap((name) =>
      Array.from(
        { length: 300 },
        (_, n): Line => ({ class: name, path: `/${n}`, country: `c${n}`, bytes: 1 }),
      ),
    );
    const popular: Line[] = [{ path: '/299' }, { path: '/299' }];
    const { top } = daily({ '2026-02-16-1430': [...lines, ...popular] });
    expect(CLASSES.map((name) => top[name].path!.value.length)).toEqual([200, 50, 50, 50]);
    expect(CLASSES.map((name) => top[name].country!.value.length)).toEqual([300, 300, 300, 300]);
    expect(top.human.path!.value.slice(0, 3)).toEqual(['/299', '/0', '/1']);
    expect(top.human.path!.other).toEqual([100, 0, 100, 0]);
    const list = topPage(top, 'path', 'all', { offset: 0, limit: 2 });
    expect(list).toMatchObject({ total: 200, cut_off: 4, other: { requests: 850 } });
    expect(list.entries[0]).toMatchObject({ value: '/0', requests: 4 });
    expect(topPage(top, 'path', 'human', { offset: 199, limit: 20 }).entries).toHaveLength(1);
  });

  test('bounds what a value of a cut list may lack by cut_off, whatever was cut below it', () => {
    const random = fc.array(fc.integer({ min: 0, max: 90 }), { minLength: 300, maxLength: 300 });
    fc.assert(
      fc.property(random, random, random, (...hours) => {
        const lines = hours.map((values) => values.map((n): Line => ({ class: 'bot', path: `/${n}` })));
        const truth = Map.groupBy(hours.flat(), (n) => `/${n}`);
        const { top } = daily(Object.fromEntries(lines.map((own, i) => [`2026-02-16-0${i}00`, own])));
        const { entries, cut_off } = topPage(top, 'path', 'bot', { limit: 1_000 });
        const listed = new Map(entries.map(({ value, requests }) => [value, requests]));
        for (const [value, all] of truth) {
          const missing = all.length - (listed.get(value) ?? 0);
          expect(missing >= 0 && missing <= cut_off).toBe(true);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('counts visitors of two keys twice and says so', () => {
    const two = daily({ '2026-02-16-1400': [page], '2026-02-16-2300': [{ ...page, key: 'late' }] });
    expect(two.measures.all).toMatchObject({ unique_visitors: 2, visitors_bound: 'upper' });
    const of = world({
      windows: windowsOf({ '2026-02-16-1400': [page], '2026-02-17-1400': [{ ...page, key: 'k2' }] }),
    });
    const week = rollUp(of, 'weekly', '2026-W08')!;
    expect(week.measures.all).toMatchObject({ visitor_days: 2, visitors_bound: 'exact' });
    expect(week.merge.human.visitors).toEqual({});
  });

  test('says what no request measured with null, and requests without agent column', () => {
    const { measures } = daily({ '2026-02-16-1400': [{ ...page, measured: FIELDS.path | FIELDS.method }] });
    expect(measures.all).toMatchObject({
      total_requests: 1,
      page_views: null,
      api_calls: 0,
      error_count: null,
      status_breakdown: null,
      total_bytes: null,
      unique_agents: null,
      unique_edges: null,
      unique_paths: 1,
      classes_unmeasured_requests: 1,
    });
  });

  test('holds the headline of each child', () => {
    const rollup = daily({
      '2026-02-16-1400': [page],
      '2026-02-16-2330': [page, { class: 'bot', status: 500 }],
    });
    expect(rollup.children.map((child) => child.time_key)).toEqual(['2026-02-16-14', '2026-02-16-23']);
    expect(rollup.children[1]!.headline).toMatchObject({
      all: { total_requests: 2, error_count: 1, total_bytes: 10, unique_visitors: 1 },
      bot: { total_requests: 1, unique_visitors: null, time_taken_count: 0 },
      probe: { total_requests: 0, unique_visitors: 0 },
    });
  });

  test('of a local day in +05:30 is made of half-hours at its edges', () => {
    const windows = windowsOf({
      '2026-02-15-1830': [page],
      '2026-02-16-1800': [page],
      '2026-02-16-1830': [page],
    });
    const of = world({ windows, calendar: createCalendar('Asia/Kolkata') });
    expect(rollUp(of, 'daily', '2026-02-16')!.measures.all.total_requests).toBe(2);
  });
});

describe('the content hash of a roll-up', () => {
  const lines = { '2026-02-16-1400': [page] };

  test('sees counts, finality and children, but neither times nor write counters', () => {
    const base = daily(lines);
    const of = world({
      windows: new Map([['2026-02-16-1400', { ...windowOf(summaryOf([page])), write: 7 }]]),
    });
    expect(rollUp(of, 'daily', '2026-02-16')!.content_hash).toBe(base.content_hash);
    expect(daily(lines, [DAY]).content_hash).not.toBe(base.content_hash);
    expect(daily({ '2026-02-16-1400': [page, page] }).content_hash).not.toBe(base.content_hash);
    expect(daily({ '2026-02-16-1500': [page] }).content_hash).not.toBe(base.content_hash);
  });
});

describe('a revision', () => {
  const change = { at: NOW, reason: 'late-data' } as const;
  const one = { '2026-02-16-1400': [page] };
  const two = { '2026-02-16-1400': [page, { ...page, visitor: 2 }] };

  test('is counted when a final value is restated, with the difference', () => {
    const restated = revise(daily(one, [DAY]), daily(two, [DAY]), change);
    expect(restated).toMatchObject({ revision: 2, write: 2, restated: change });
    expect(restated.restated!.difference).toEqual({
      all: { total_requests: 1, page_views: 1, unique_visitors: 1, total_bytes: 10 },
      human: { total_requests: 1, page_views: 1, unique_visitors: 1, total_bytes: 10 },
    });
    const again = revise(restated, daily(two, [DAY]), { at: NOW + 1, reason: 'rules' });
    expect(again).toMatchObject({ revision: 2, write: 3, restated: change });
  });

  test('is not counted while a value is partial, nor when it becomes final', () => {
    const partial = revise(undefined, daily(one), change);
    const more: Rollup = revise(partial, daily(two), change);
    const final = revise(more, daily(two, [DAY]), change);
    expect([partial, more, final].map((rollup) => rollup.revision)).toEqual([1, 1, 1]);
    expect(final.restated).toBeUndefined();
  });
});
