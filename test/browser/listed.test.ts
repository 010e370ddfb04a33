import { describe, expect, test } from '@jest/globals';
import type { TopList } from '../../dashboard/page/answers.ts';
import { listedOf, pageOf, ROWS } from '../../dashboard/page/listed.ts';

const LIST: TopList = {
  entries: [
    { value: 'a.example', requests: 50, page_views: 1, bytes: 10, errors: 0 },
    { value: 'b.example', requests: 20, page_views: 9, bytes: 40, errors: 2 },
    { value: 'c.example', requests: 10, page_views: 9, bytes: 30, errors: 1 },
  ],
  none: { requests: 15, page_views: 10, bytes: 15, errors: 0 },
  other: { requests: 5, page_views: 1, bytes: 5, errors: 0 },
  cut_off: 4,
  total: 3,
};
const values = (dimension: string, by: 'requests' | 'page_views' | 'errors') =>
  listedOf(LIST, dimension, by).rows.map((row) => row.value);

describe('rows of a list', () => {
  test('are sorted by the wished column, ties as the API gave them', () => {
    expect(values('path', 'requests')).toEqual(['a.example', 'b.example', 'c.example']);
    expect(values('path', 'page_views')).toEqual(['b.example', 'c.example', 'a.example']);
  });

  test('leave out what has nothing in the sorted column', () => {
    expect(values('path', 'errors')).toEqual(['b.example', 'c.example']);
  });

  test('by requests hold what was counted without being a request', () => {
    const viewed = { value: 'd.example', requests: 0, page_views: 1, bytes: 0, errors: 0 };
    const nothing = { ...viewed, value: 'e.example', page_views: 0 };
    const { rows } = listedOf({ ...LIST, entries: [...LIST.entries, viewed, nothing] }, 'path', 'requests');
    expect(rows.at(-1)).toEqual(viewed);
  });

  test('have what had no value among them where that says as much, else below', () => {
    const referrers = listedOf(LIST, 'referrer_domain', 'page_views');
    expect(referrers.rows[0]).toEqual({ value: '', ...LIST.none });
    expect(referrers.none).toBeUndefined();
    expect(values('browser', 'requests')).not.toContain('');
    expect(listedOf(LIST, 'browser', 'requests').none).toEqual(LIST.none);
    expect(listedOf(LIST, 'browser', 'errors').none).toBeUndefined();
  });

  test('and what is below them add up to what shares are parts of', () => {
    for (const dimension of ['country', 'browser'])
      expect(listedOf(LIST, dimension, 'requests')).toMatchObject({ whole: 100, other: LIST.other });
    expect(listedOf({ ...LIST, none: null }, 'browser', 'bytes').whole).toBe(85);
  });

  test('come in pages that hold each row once', () => {
    const entries = Array.from({ length: 23 }, (_, index) => ({ ...LIST.entries[0]!, value: String(index) }));
    const { rows } = listedOf({ ...LIST, entries }, 'path', 'requests');
    const pages = [0, 1, 2, 3].map((page) => pageOf(rows, page));
    expect(pages.map((page) => page.length)).toEqual([ROWS, ROWS, 3, 0]);
    expect(pages.flat()).toEqual(rows);
  });
});
