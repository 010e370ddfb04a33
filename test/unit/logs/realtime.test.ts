import { describe, expect, test } from '@jest/globals';
import { REALTIME_FIELDS } from '@sgraph-backbone/layer/logs';
import { read } from './read.ts';

const FIELDS = ['timestamp', 'c-ip', 'sc-status', 'cs-host', 'cs-uri-stem', 'x-host-header', 'cs-user-agent'];
const TIME = 1_771_252_205;

function line(second: number, ...more: string[]): string {
  const usual = [
    '192.0.2.7',
    '200',
    'send.example.org',
    '/a?utm_source=x&secret=y',
    'd1.cloudfront.net',
    'curl/8.0',
  ];
  return [`${TIME + second}.123`, ...usual, ...more].join('\t');
}

describe('a real-time line', () => {
  test('has its time to the millisecond, the site in cs-host, and its query in the path', async () => {
    const { rows, format } = await read(`${line(0)}\n`, { fields: FIELDS });
    expect(format).toBe('rt-7');
    expect(rows[0]).toMatchObject({
      timestamp: TIME * 1000 + 123,
      cs_host: 'send.example.org',
      cs_uri_stem: '/a',
      cs_uri_query: '{"utm_source":"x"}',
    });
  });

  test('has the query of its own column where there is one', async () => {
    const { rows } = await read(`${line(0, 'utm_source=y')}\n`, { fields: [...FIELDS, 'cs-uri-query'] });
    expect(rows[0]).toMatchObject({ cs_uri_stem: '/a', cs_uri_query: '{"utm_source":"y"}' });
  });

  test('that has more or fewer columns than configured is quarantined, the first one too', async () => {
    const lines = [
      line(0, 'x'),
      line(1),
      line(2).split('\t').slice(0, -1).join('\t'),
      `${line(3)}\t`,
      line(4),
    ];
    const result = await read(`${lines.join('\n')}\n`, { fields: FIELDS });
    expect(result.accepted).toBe(2);
    expect(result.quarantine).toEqual([
      { line: 1, reason: '8 columns instead of 7' },
      { line: 3, reason: '6 columns instead of 7' },
      { line: 4, reason: '8 columns instead of 7' },
    ]);
  });

  test('is refused, with what is missing, where no fields are configured', async () => {
    await expect(read(`${line(0)}\n`)).rejects.toMatchObject({ code: 'realtime-fields' });
    const later = () => [{ from: (TIME + 100) * 1000, fields: FIELDS, sampling: 100 }];
    await expect(read(`${line(0)}\n`, { layouts: later })).rejects.toMatchObject({ name: 'LogRefused' });
  });

  test('has the same id in every file and none of another day, and differs by a single character', async () => {
    const nextDay = line(86_400);
    const first = await read(`${line(0)}\n${nextDay}\n`, { fields: FIELDS });
    const again = await read(`${line(1)}\n${line(0)}\n`, { fields: FIELDS });
    const ids = [...first.rows, ...again.rows].map((row) => row.line_id as number);
    expect(ids[3]).toBe(ids[0]);
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(Number.isSafeInteger(id) && id >= 0).toBe(true);
    const key = async () => ({ id: 'other', key: Buffer.from('other key') });
    const other = await read(`${line(0)}\n`, { fields: FIELDS, dayKey: key });
    expect(other.rows[0]?.line_id).not.toBe(ids[0]);
  });

  test('has an id without visitors too, and none where the feed is said to be a standard one', async () => {
    const off = await read(`${line(0)}\n`, { fields: FIELDS, rules: { visitors: 'off' } });
    expect(off.rows[0]).toMatchObject({ visitor: '', line_id: expect.any(Number) });
    expect(off.rows[0]?.line_id).toBeGreaterThanOrEqual(0);
    const standard = await read(`${line(0)}\n`, { fields: FIELDS, realtime: false });
    expect(standard.rows[0]?.line_id).toBe(-1);
  });

  test('of a reader that has read a real-time log before leaves no trace in a standard one', async () => {
    const reader = {};
    await read(`${line(0)}\n`, {
      fields: FIELDS,
      reader,
      layouts: () => [{ from: 0, fields: FIELDS, sampling: 5 }],
    });
    const { rows } = await read('#Fields: date time sc-status\n2026-02-16\t14:30:05\t200\n', { reader });
    expect(rows[0]).toMatchObject({ line_id: -1, sampling: -1 });
  });
});

describe('fields that change', () => {
  const change = (TIME + 10) * 1000;
  const layouts = () => [
    { from: Number.NEGATIVE_INFINITY, fields: FIELDS, sampling: 100 },
    { from: change, fields: ['timestamp', 'c-ip', 's-ip', ...FIELDS.slice(2)], sampling: 20 },
  ];
  const changed = (second: number) => line(second).replace('192.0.2.7', '192.0.2.7\t198.51.100.1');

  test('are those of the time of each line, in one file and in any order', async () => {
    const lines = [line(0), changed(10), line(1), changed(12), changed(11), line(9)];
    const { rows, quarantined } = await read(`${lines.join('\n')}\n`, { layouts });
    expect(quarantined).toBe(0);
    expect(rows.map((row) => Math.floor((row.timestamp as number) / 1000) - TIME)).toEqual([
      0, 10, 1, 12, 11, 9,
    ]);
    expect(new Set(rows.map((row) => row.sc_status))).toEqual(new Set([200]));
    expect(rows.map((row) => row.sampling)).toEqual([-1, 20, -1, 20, 20, -1]);
  });

  test('quarantine lines that still have the former number of columns', async () => {
    const { quarantine, accepted } = await read(`${line(0)}\n${line(10)}\n${changed(11)}\n`, { layouts });
    expect(quarantine).toEqual([{ line: 2, reason: '7 columns instead of 8' }]);
    expect(accepted).toBe(2);
  });

  test('leave lines from before the first configuration in the quarantine', async () => {
    const only = () => layouts().slice(1);
    const { quarantine, accepted } = await read(`${changed(11)}\n${line(0)}\n${changed(12)}\n`, {
      layouts: only,
    });
    expect(quarantine).toEqual([{ line: 2, reason: 'no fields are configured for its time' }]);
    expect(accepted).toBe(2);
  });
});

describe('typed JSON of real-time logs', () => {
  const record = {
    timestamp: 1771252205.123,
    'c-ip': '192.0.2.7',
    'sc-status': 0,
    'cs-host': 'send.example.org',
    'cs-uri-stem': '/a?token=t',
    'cs-headers': [{ Name: 'a', Value: 'b' }],
    'time-taken': 0.25,
    'cs-referer': null,
  };

  test('is read by its names, numbers and all', async () => {
    const { rows, format } = await read(JSON.stringify(record));
    expect(format).toBe('rt-json');
    expect(rows[0]).toMatchObject({
      timestamp: TIME * 1000 + 123,
      sc_status: 0,
      time_taken: 250,
      cs_uri_query: '{"token":"t"}',
    });
  });

  test('is told apart by values that are not kept', async () => {
    const other = { ...record, 'cs-headers': [{ Name: 'a', Value: 'c' }] };
    const { rows } = await read([record, other, record].map((one) => JSON.stringify(one)).join(''));
    expect(rows).toHaveLength(3);
    expect(rows[0]?.line_id).toBe(rows[2]?.line_id);
    expect(rows[0]?.line_id).not.toBe(rows[1]?.line_id);
  });
});

test('the fields of real-time logs are known in the order of delivery', () => {
  expect(REALTIME_FIELDS.slice(0, 3)).toEqual(['timestamp', 'c-ip', 's-ip']);
  expect(new Set(REALTIME_FIELDS).size).toBe(71);
});
