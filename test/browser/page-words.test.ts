import { describe, expect, test } from '@jest/globals';
import type { Finality } from '../../dashboard/page/answers.ts';
import { apiName, shownValue } from '../../dashboard/page/measures.ts';
import { labelOf } from '../../dashboard/page/names.ts';
import { exact, NOT_MEASURED, share, short } from '../../dashboard/page/numbers.ts';
import { granularityOf, resolveView } from '../../dashboard/page/resolved-view.ts';
import { settled } from '../../dashboard/page/settled.ts';
import { parseView } from '../../dashboard/page/view.ts';

const NOON = Date.UTC(2026, 1, 16, 12);
const DAY = 86_400_000;
const PARTIAL: Finality = {
  status: 'partial',
  computed_at: NOON,
  revision: 1,
  restated: null,
  source_count: 3,
  sources_final: 1,
  gaps: [],
};

describe('numbers', () => {
  test('what was not measured is said so and is never a zero', () => {
    for (const unit of ['count', 'bytes', 'percent', 'ms'] as const) {
      expect(short(null, unit)).toBe(NOT_MEASURED);
      expect(exact(null, unit)).toBe(NOT_MEASURED);
      expect(short(0, unit)).toMatch(/^0/);
    }
  });

  test('small counts are shown in full, large ones in three digits, explanations in full', () => {
    expect(short(98_765)).toBe('98,765');
    expect(short(1_234_567)).toBe('1.23M');
    expect(exact(1_234_567)).toBe('1,234,567');
  });

  test('bytes climb through their units', () => {
    expect([0, 999, 1000, 1_500_000, 2_340_000_000].map((value) => short(value, 'bytes'))).toEqual([
      '0 B',
      '999 B',
      '1 kB',
      '1.5 MB',
      '2.3 GB',
    ]);
  });

  test('a share of nothing is empty, and a tiny share is not nothing', () => {
    expect(share(0, 0)).toBe('');
    expect(share(1, 100_000)).toBe('< 0.1 %');
    expect(share(1, 3)).toBe('33.3 %');
  });
});

describe('finality in a word', () => {
  test('an open window is live, a past one partial, and one without sources has no data', () => {
    expect(settled(PARTIAL, NOON + 1, NOON).kind).toBe('live');
    expect(settled(PARTIAL, NOON - 1, NOON).kind).toBe('partial');
    expect(settled({ ...PARTIAL, source_count: 0 }, NOON - 1, NOON).kind).toBe('empty');
  });

  test('a final number that changed names its revision', () => {
    const final: Finality = { ...PARTIAL, status: 'final', revision: 3 };
    expect(settled(final, NOON, NOON).word).toBe('final');
    const restated = { at: NOON, reason: 'late-data' };
    expect(settled({ ...final, restated }, NOON, NOON).word).toBe('restated r3');
  });
});

describe('names', () => {
  test('countries and edge locations read as places, and unknown codes say so', () => {
    expect(labelOf('country', 'PT')).toEqual({ text: 'Portugal', code: 'PT' });
    expect(labelOf('edge_location', 'LHR61-P2')).toEqual({
      text: 'London, United Kingdom',
      code: 'LHR61-P2',
    });
    expect(labelOf('edge_location', 'XQZ12-P1').text).toBe('unknown (XQZ12-P1)');
    expect(labelOf('referrer_domain', '').text).toBe('direct or unknown');
  });

  test('visitors are visitor days where the answer counts those', () => {
    expect(apiName({ unique_visitors: null, visitor_days: 12 }, 'visitors')).toBe('visitor_days');
    expect(shownValue({ unique_visitors: null, visitor_days: 12 }, 'visitors')).toBe(12);
    expect(apiName({ unique_visitors: null, visitor_days: null }, 'visitors')).toBe('unique_visitors');
    expect(shownValue({ unique_visitors: null }, 'visitors')).toBeNull();
  });
});

describe('the view in an address', () => {
  test('what an address does not say, or says wrongly, is the usual view', () => {
    const usual = { period: 'daily', class: 'human', compare: 'previous', filters: [] };
    expect(parseView('')).toEqual(usual);
    expect(parseView('?period=hourly&key=x&class=robot&compare=never')).toEqual(usual);
    expect(parseView('?period=weekly&key=2026-W07&class=bot&feed=standard&host=a.example')).toEqual({
      period: 'weekly',
      key: '2026-W07',
      class: 'bot',
      feed: 'standard',
      host: 'a.example',
      compare: 'previous',
      filters: [],
    });
  });

  test('filters stand in the order in which they were chosen, each once', () => {
    const { filters } = parseView(
      '?filter=path:/a%26b&filter=country:PT&filter=path:/a%26b&compare=weekdays',
    );
    expect(filters).toEqual(['path:/a&b', 'country:PT']);
  });

  test('without a key it shows today, or the newest data where that is older than a day', () => {
    const view = parseView('');
    expect(resolveView(view, 'UTC', NOON - 60_000, NOON).key).toBe('2026-02-16');
    expect(resolveView(view, 'UTC', undefined, NOON).key).toBe('2026-02-16');
    expect(resolveView(view, 'UTC', NOON - 40 * DAY, NOON).key).toBe('2026-01-07');
    expect(resolveView(view, 'Asia/Tokyo', NOON, NOON + 4 * 3_600_000).key).toBe('2026-02-17');
  });

  test('a granularity that the period does not offer is the usual one', () => {
    expect(granularityOf(parseView('?by=30min'))).toBe('30min');
    expect(granularityOf(parseView('?period=monthly&by=30min'))).toBe('daily');
  });
});
