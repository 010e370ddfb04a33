import { describe, expect, test } from '@jest/globals';
import { list } from 'isbot';
import type { Finality } from '../../dashboard/page/answers.ts';
import { pointWords } from '../../dashboard/page/course.ts';
import { curlCommand } from '../../dashboard/page/curl-command.ts';
import { countOf, splitGaps } from '../../dashboard/page/gaps.ts';
import { apiName, PLOTTED, plottedTitle, shownValue } from '../../dashboard/page/measures.ts';
import { labelOf } from '../../dashboard/page/names.ts';
import { exact, NOT_MEASURED, share, short } from '../../dashboard/page/numbers.ts';
import { granularityOf, resolveView } from '../../dashboard/page/resolved-view.ts';
import { settled } from '../../dashboard/page/settled.ts';
import { briefInstant } from '../../dashboard/page/times.ts';
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

test('a brief instant names its year where it is not this one, by the site’s days', () => {
  const at = Date.UTC(2025, 11, 31, 23, 30);
  expect(briefInstant(NOON, 'UTC', NOON + DAY)).toMatch(/^(16 Feb|Feb 16), 12:00$/);
  expect(briefInstant(at, 'UTC', NOON)).toMatch(/^(31 Dec|Dec 31,) 2025, 23:30$/);
  expect(briefInstant(at, 'Asia/Tokyo', NOON)).toMatch(/^(1 Jan|Jan 1), 08:30$/);
});

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
    const week = { unique_visitors: null, visitor_days: null, window_start: 0, window_end: 7 * DAY };
    expect(apiName(week, 'visitors')).toBe('visitor_days');
    expect(shownValue({ unique_visitors: null }, 'visitors')).toBeNull();
  });
});

describe('a rule', () => {
  test.each([
    ['isbot (?<! cu)bots?(?:\\b|_)', 'bot', 'in the agent'],
    ['isbot (?<! channel/|google/)google(?!(?:wv|app|/google| pixel))', 'google', 'in the agent'],
    ['isbot (?:^|[^g])news(?!sapphire)', 'news', 'in the agent'],
    ['isbot ^ddg[_-]android', 'ddg android', 'in the agent'],
    ['isbot mail\\.ru/', 'mail.ru', 'in the agent'],
    [
      'isbot ^[\\w \\.\\-\\(?:\\):%]+(?:/v?\\d+(?:\\.\\d+)?(?:\\.\\d{1,10})*?)?(?:,|$)',
      'unusual agent',
      undefined,
    ],
    ['isbot ^[^ ]{50,}$', 'unusual agent', undefined],
    ['crawler gptbot', 'gptbot', 'known crawler'],
    ['probe: WordPress', 'WordPress', undefined],
    ['empty agent', 'empty agent', undefined],
  ])('%s reads as %s', (rule, text, code) => {
    const label = labelOf('rule', rule);
    expect([label.text, label.code]).toEqual([text, code]);
  });

  test('of the bot list never shows a pattern’s signs', () => {
    for (const pattern of list) expect(labelOf('rule', `isbot ${pattern}`).text).toMatch(/^\.?[\w. -]+$/);
  });
});

describe('visitors in a chart', () => {
  test('are called what they are: unique up to a day, visitor days beyond', () => {
    const visitors = PLOTTED.find(({ measure }) => measure === 'visitors')!;
    expect(['hourly', 'daily', 'weekly', 'monthly'].map((name) => plottedTitle(visitors, name))).toEqual([
      'Unique visitors',
      'Unique visitors',
      'Visitor days',
      'Visitor days',
    ]);
  });
});

describe('a time that is not over', () => {
  test('is no gap', () => {
    const keys = ['2026-02-16-10', '2026-02-16-1130', '2026-02-16-1200', '2026-02-16-12', '2026-02-17'];
    const gaps = splitGaps([...keys, '2026-02-15', '2026-W08', '2026-02', '2025'], 'UTC', NOON);
    expect(gaps).toEqual({
      missing: ['2026-02-16-10', '2026-02-16-1130', '2026-02-15', '2025'],
      toCome: ['2026-02-16-1200', '2026-02-16-12', '2026-02-17', '2026-W08', '2026-02'],
    });
    expect(splitGaps(['2026-02-16'], 'Pacific/Auckland', NOON).missing).toEqual(['2026-02-16']);
    expect(countOf(['2026-02-16-10'])).toBe('1 hour');
    expect(countOf(['2026-02-16-10', '2026-02-17'])).toBe('2 windows');
  });

  test('is said to be so, and not to be unmeasured', () => {
    const point = (window_start: number) => ({
      time_key: '',
      window_start,
      window_end: window_start + 3_600_000,
      status: 'partial' as const,
      total_requests: null,
    });
    const points = [point(NOON - DAY), point(NOON + 1)];
    const course = { points, granularity: 'hourly', timezone: 'UTC' };
    const words = (index: number) => pointWords(course, index, PLOTTED.slice(0, 1), NOON).slice(1);
    expect(words(0)).toEqual(['Requests: not measured', 'partial']);
    expect(words(1)).toEqual(['Requests: not yet', 'to come']);
  });
});

describe('a question for a shell', () => {
  test('takes the key from its file, whatever that is called, or says where to put it', () => {
    expect(curlCommand('http://127.0.0.1:1/a?b=c&d=e', "/it's/key")).toBe(
      `curl -H "x-api-key: $(cat '/it'\\''s/key')" 'http://127.0.0.1:1/a?b=c&d=e'`,
    );
    expect(curlCommand('http://127.0.0.1:1/', undefined)).toBe(
      `curl -H "x-api-key: YOUR-ADMIN-KEY" 'http://127.0.0.1:1/'`,
    );
  });
});

describe('the view in an address', () => {
  test('what an address does not say, or says wrongly, is the usual view', () => {
    const usual = {
      page: 'traffic',
      minutes: 5,
      period: 'daily',
      class: 'human',
      compare: 'previous',
      filters: [],
    };
    expect(parseView('')).toEqual(usual);
    expect(parseView('?period=hourly&key=x&class=robot&compare=never&page=costs&minutes=7')).toEqual(usual);
    expect(parseView('?period=weekly&key=2026-W07&class=bot&feed=standard&host=a.example')).toEqual({
      page: 'traffic',
      minutes: 5,
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
