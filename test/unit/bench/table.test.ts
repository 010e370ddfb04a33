import { describe, expect, test } from '@jest/globals';
import { median, ratioTable } from '../../../bench/table.ts';

describe('the median', () => {
  test('is the middle value, whatever the order', () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  test('lies between the middle two of an even number', () => {
    expect(median([4, 1, 2, 9])).toBe(3);
  });

  test('of nothing is refused', () => {
    expect(() => median([])).toThrow('the median of nothing');
  });
});

describe('the table of ratios', () => {
  const rows = [
    { name: 'zcat > /dev/null, 200 files', seconds: [2, 1, 3], cpuSeconds: [1, 1, 2], peakMiB: [2, 2.4] },
    { name: 'zcat > /dev/null, one file', seconds: [4], cpuSeconds: [], peakMiB: [] },
    { name: 'import, 200 files', seconds: [5, 6], cpuSeconds: [6, 7], peakMiB: [180, 201.6] },
  ];

  test('compares with the first contender of each name, and shows ranges, processor time and the highest peak', () => {
    expect(ratioTable(rows, ['zcat', 'goaccess']).split('\n')).toEqual([
      '| what | s | range | × zcat | cpu s | × zcat cpu | peak MiB |',
      '| --- | --: | --: | --: | --: | --: | --: |',
      '| zcat > /dev/null, 200 files | 2.00 | 1.00–3.00 | 1.00 | 1.00 | 1.00 | 2 |',
      '| zcat > /dev/null, one file | 4.00 | 4.00–4.00 | 2.00 | – | – | – |',
      '| import, 200 files | 5.50 | 5.00–6.00 | 2.75 | 6.50 | 6.50 | 202 |',
    ]);
  });
});
