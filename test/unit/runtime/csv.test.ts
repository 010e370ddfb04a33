import { expect, test } from '@jest/globals';
import { csvText } from '@sgraph-backbone/layer/runtime';
import fc from 'fast-check';

/** A plain reader of RFC 4180, to read back what was written. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  let row: string[] = [];
  while (field.lastIndex < text.length) {
    const [, quoted, plain, end] = field.exec(text)!;
    row.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

const cell = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\r\n', '"', ',', "'=", '＝1'),
);

test('whatever the cells hold, a reader of CSV finds them again, and none begins a formula', () => {
  const table = fc.integer({ min: 1, max: 5 }).chain((width) =>
    fc.record({
      columns: fc.array(cell, { minLength: width, maxLength: width }),
      rows: fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 5 }),
    }),
  );
  fc.assert(
    fc.property(table, ({ columns, rows }) => {
      const read = readCsv(csvText({ columns, rows }));
      const given = [columns, ...rows];
      expect(read).toHaveLength(given.length);
      for (const [at, row] of given.entries()) {
        expect(read[at]!.map((text, i) => (text === row[i] ? text : text.slice(1)))).toEqual(row);
      }
      for (const text of read.flat()) expect(text).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
    }),
  );
});

test('numbers stay numbers, negative ones too, and what is not measured is empty', () => {
  expect(csvText({ columns: ['a', 'b', 'c'], rows: [[-1.5, null, undefined]] })).toBe('a,b,c\r\n-1.5,,\r\n');
});
