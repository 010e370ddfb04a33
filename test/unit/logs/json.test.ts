import { describe, expect, test } from '@jest/globals';
import { FIELDS } from '@sgraph-backbone/layer/logs';
import fc from 'fast-check';
import { FIELDS_33, file33, line33, read } from './read.ts';

const record = (values: Record<string, unknown> = {}) => ({
  date: '2026-02-16',
  time: '14:30:05',
  'sc-status': '200',
  ...values,
});
const line = (values?: Record<string, unknown>) => JSON.stringify(record(values));

describe('a JSON log', () => {
  test('has the same events as the same log in columns', async () => {
    const values = {
      'cs-uri-stem': '/caf%25C3%25A9',
      'cs(Referer)': 'https://example.org/%20',
      'sc-range-start': '0',
    };
    const names = FIELDS_33.split(' ');
    const columns = line33(values).split('\t');
    const json = await read(
      `${JSON.stringify(Object.fromEntries(names.map((name, at) => [name, columns[at]])))}\n`,
    );
    expect(json.rows).toEqual((await read(file33(values))).rows);
    expect(json.format).toBe('v2-json');
  });

  test.each([
    ['one per line', `${line()}\n${line()}\n`],
    ['one after the other', line() + line()],
    ['a list', `[${line()},${line()}]`],
    ['a list over several lines', JSON.stringify([record(), record()], null, 2)],
    ['a byte order mark', `\ufeff${line()}\r\n\r\n${line()}`],
  ])('may have its records as %s', async (_, text) => {
    for (const pieces of [undefined, 1, 13]) {
      const { rows, quarantined } = await read(text, { pieces });
      expect(quarantined).toBe(0);
      expect(rows.map((row) => row.sc_status)).toEqual([200, 200]);
    }
  });

  test('may have numbers for texts, nothing, and lists that nobody asked for', async () => {
    const typed = {
      'sc-status': 404,
      'sc-bytes': 16653,
      'time-taken': 0.002,
      'timestamp(ms)': 1602646738145,
      'cs-bytes': null,
      'cs-headers': [{ Name: 'a', Value: '}' }],
    };
    const { rows } = await read(line(typed));
    expect(rows[0]).toMatchObject({
      timestamp: 1602646738145,
      sc_status: 404,
      sc_bytes: 16653,
      time_taken: 2,
      cs_bytes: -1,
    });
  });

  test('measures in each record what this record has', async () => {
    const { rows } = await read(`${line({ 'cs-method': 'GET' })}\n${line({ asn: '16509' })}\n`);
    expect(rows.map((row) => (row.measured as number) & FIELDS.method)).toEqual([FIELDS.method, 0]);
    expect(rows.map((row) => row.asn)).toEqual([-1, 16509]);
  });

  test.each([
    ['a string without its end', `{"date": "2026\n${line()}\n`],
    ['an object without its end', `{"date": "x"\n${line()}\n`],
    ['a comma too many', `{"date": "x",,}\n${line()}\n`],
    ['text between records', `hello {world}\n${line()}\n`],
    ['a bracket too many', `{"a": 1]}\n${line()}\n`],
    ['no time', `{"sc-status": "200"}\n${line()}\n`],
    ['a cut at the end', `${line()}\n${line().slice(0, 20)}`],
  ])('loses only the record with %s', async (_, text) => {
    for (const pieces of [undefined, 5])
      expect(await read(text, { pieces })).toMatchObject({ accepted: 1, quarantined: 1 });
  });

  test('is read to its end whatever bytes are changed, and nothing is dropped in silence', async () => {
    const lines = Array.from({ length: 5 }, (_, at) =>
      line({ 'sc-bytes': String(at), 'cs-uri-stem': '/{"a"}[\\\\"' }),
    ).join('\n');
    await fc.assert(
      fc.asyncProperty(
        fc.nat(lines.length - 1),
        fc.nat(255),
        fc.integer({ min: 1, max: 99 }),
        async (at, byte, pieces) => {
          const bytes = Buffer.from(`${lines}\n`);
          bytes[at] = byte;
          const result = await read(bytes, { pieces });
          expect(result.accepted).toBeGreaterThanOrEqual(3);
          expect(result.records).toBeGreaterThanOrEqual(4);
          expect(await read(bytes)).toEqual(result);
        },
      ),
      { numRuns: 400 },
    );
  });

  test('of 20 MB in one record is quarantined without being held', async () => {
    const text = `${line()}\n{"a": "${'x'.repeat(20_000_000)}"}\n${line()}\n`;
    expect(await read(text, { pieces: 65_536 })).toMatchObject({ accepted: 2, quarantined: 1, lines: 3 });
  });
});
