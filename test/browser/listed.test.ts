import { describe, expect, test } from '@jest/globals';
import type { TopList } from '../../dashboard/page/answers.ts';
import { pageOf, ROWS, rowsOf, type Totals } from '../../dashboard/page/listed.ts';

const LIST: TopList = {
  entries: [
    { value: 'a.example', requests: 50, page_views: 1, bytes: 10, errors: 0 },
    { value: 'b.example', requests: 20, page_views: 9, bytes: 40, errors: 2 },
    { value: 'c.example', requests: 10, page_views: 9, bytes: 30, errors: 1 },
  ],
  other: { requests: 5, page_views: 1, bytes: 5, errors: 0 },
  cut_off: 4,
  total: 3,
};
const ALL: Totals = { requests: 100, page_views: 30, bytes: 100, errors: 3 };

describe('rows of a list', () => {
  test('are sorted by the wished column, ties as the API gave them', () => {
    const named = (by: 'requests' | 'page_views') => rowsOf(LIST, 'path', by, ALL).map((row) => row.value);
    expect(named('requests')).toEqual(['a.example', 'b.example', 'c.example']);
    expect(named('page_views')).toEqual(['b.example', 'c.example', 'a.example']);
  });

  test('leave out what has nothing in the sorted column', () => {
    expect(rowsOf(LIST, 'path', 'errors', ALL).map((row) => row.value)).toEqual(['b.example', 'c.example']);
  });

  test('tell what had no referrer: the window’s counts less the list’s', () => {
    const absent = rowsOf(LIST, 'referrer_domain', 'page_views', ALL)[0];
    expect(absent).toEqual({ value: '', requests: 15, page_views: 10, bytes: 15, errors: 0 });
    expect(rowsOf(LIST, 'utm_source', 'requests', ALL).map((row) => row.value)).not.toContain('');
  });

  test('are never less than nothing, when a list is newer than the window’s counts', () => {
    const rows = rowsOf(LIST, 'country', 'requests', { ...ALL, requests: 80, bytes: 10 });
    expect(rows.map((row) => row.value)).not.toContain('');
  });

  test('come in pages that hold each row once', () => {
    const entries = Array.from({ length: 23 }, (_, index) => ({ ...LIST.entries[0]!, value: String(index) }));
    const rows = rowsOf({ ...LIST, entries }, 'path', 'requests', ALL);
    const pages = [0, 1, 2, 3].map((page) => pageOf(rows, page));
    expect(pages.map((page) => page.length)).toEqual([ROWS, ROWS, 3, 0]);
    expect(pages.flat()).toEqual(rows);
  });
});
