import { describe, expect, test } from '@jest/globals';
import { FIELDS } from '@sgraph-backbone/layer/logs';
import { FIELDS_33, file33, HEADER_33, line33, read } from './read.ts';

describe('a line of a standard log', () => {
  test('becomes an event with the values of the line, in our units', async () => {
    const { rows, ...result } = await read(file33({}));
    expect(result).toMatchObject({ format: 'v1-33', lines: 3, records: 1, accepted: 1, quarantined: 0 });
    expect(rows[0]).toMatchObject({
      timestamp: Date.UTC(2026, 1, 16, 14, 30, 5),
      sc_status: 200,
      sc_bytes: 1234,
      cs_bytes: 99,
      time_taken: 167,
      time_to_first_byte: 42,
      sc_content_len: 78,
      sc_range_start: -1,
      cs_method: 'GET',
      cs_uri_stem: '/en-gb/',
      cs_uri_query: '',
      cs_host: 'send.example.com',
      x_edge_location: 'LIS50-P1',
      x_edge_response_result_type: 'Hit',
      ssl_protocol: 'TLSv1.3',
      sc_content_type: 'text/html',
      referrer_domain: '',
      class: 'human',
      rule: '',
      x_edge_request_id: '',
      client: { browser: 'Chrome', browser_version: '131', operating_system: 'Windows', device: 'desktop' },
    });
    expect(rows[0]!.visitor).toMatch(/^key-2026-02-16:\d+:\d+$/);
  });

  test('may have one empty column too many, a trailing tab', async () => {
    expect(await read(`${HEADER_33}${line33()}\t\n`)).toMatchObject({ accepted: 1, quarantined: 0 });
    expect(await read(`${HEADER_33}${line33()}\tx\n`)).toMatchObject({ accepted: 0, quarantined: 1 });
  });

  test('may lack its last columns, if the values are where they belong', async () => {
    const columns = line33().split('\t');
    const { accepted, rows } = await read(`${HEADER_33}${columns.slice(0, 31).join('\t')}\n`);
    expect(accepted).toBe(1);
    expect(rows[0]).toMatchObject({ sc_content_len: 78, sc_range_start: -1 });
    expect(await read(`${HEADER_33}${columns.slice(0, 28).join('\t')}\n`)).toMatchObject({ quarantined: 1 });
  });

  test('that lacks a column in its middle is quarantined', async () => {
    const columns = line33().split('\t');
    for (const missing of [5, 8, 15, 16, 20]) {
      const line = columns.filter((_, at) => at !== missing).join('\t');
      expect(await read(`${HEADER_33}${line}\n`)).toMatchObject({ accepted: 0, quarantined: 1 });
    }
  });

  test('may end the file without a newline, unless it was cut off', async () => {
    expect(await read(HEADER_33 + line33())).toMatchObject({ accepted: 1, quarantined: 0 });
    const cut = line33().split('\t').slice(0, 31).join('\t');
    const result = await read(`${file33({})}${cut}`);
    expect(result).toMatchObject({ accepted: 1, quarantined: 1 });
    expect(result.quarantine).toEqual([{ line: 4, reason: 'the last line is cut off' }]);
  });

  test.each([
    ['month 13', { date: '2026-13-01' }],
    ['30 February', { date: '2026-02-30' }],
    ['hour 24', { time: '24:00:00' }],
    ['no date', { date: '-', time: '-' }],
    ['before CloudFront', { date: '1999-12-31' }],
    ['bytes outside of ASCII', { 'cs-uri-stem': '/\u00e9' }],
  ])('is quarantined by its number for %s, and the file goes on', async (_, values) => {
    const result = await read(file33({}, values as Record<string, string>, {}));
    expect(result).toMatchObject({ accepted: 2, quarantined: 1, records: 3 });
    expect(result.quarantine[0]!.line).toBe(4);
    expect(JSON.stringify(result.quarantine)).not.toContain('2026');
  });

  test('may end in a carriage return, be blank, or be a comment nobody knows', async () => {
    const text = file33({}).replaceAll('\n', '\r\n');
    const result = await read(`${text}\r\n\n#Foo bar\n  \n${line33()}\r\n`);
    expect(result).toMatchObject({ accepted: 2, quarantined: 0, records: 2 });
    expect(result.rows[0]).toEqual(result.rows[1]);
  });

  test('keeps status 000, and absent values apart from zeros', async () => {
    const { rows } = await read(
      file33(
        { 'sc-status': '000' },
        { 'sc-status': '-' },
        { 'sc-bytes': '0' },
        { 'sc-bytes': '' },
        { 'sc-bytes': '9000000000' },
      ),
    );
    expect(rows.map((row) => row.sc_status)).toEqual([0, -1, 200, 200, 200]);
    expect(rows.map((row) => row.sc_bytes)).toEqual([1234, 1234, 0, -1, 9_000_000_000]);
  });

  test('reads durations of any precision into milliseconds, half a one up', async () => {
    const given = ['0.167', '2', '0.0005', '0.00049', '1.5', '12.3456', '-', 'x', '.5', '99999999999'];
    const { rows } = await read(file33(...given.map((time) => ({ 'time-taken': time }))));
    expect(rows.map((row) => row.time_taken)).toEqual([167, 2000, 1, 0, 1500, 12346, -1, -1, -1, 2147483647]);
  });
});

describe('a field that the file does not have', () => {
  test('is not measured, and the record is still counted', async () => {
    const text = '#Fields: date time x-edge-location\n2026-02-16\t14:30:05\tLIS50-P1\n';
    const { rows, accepted } = await read(text);
    expect(accepted).toBe(1);
    expect(rows[0]).toMatchObject({
      measured: FIELDS.edge,
      sc_status: -1,
      sc_bytes: -1,
      class: 'human',
      cs_method: '',
      visitor: '',
    });
  });

  test('is told from a value that is absent in a line', async () => {
    const { rows, visitors_unmeasured } = await read(
      file33({ 'c-ip': 'x.x.x.x' }, { 'c-ip': '***' }, { 'c-ip': '-' }),
    );
    for (const row of rows) {
      expect((row.measured as number) & FIELDS.address).toBe(FIELDS.address);
      expect(row.visitor).toBe('');
    }
    expect(visitors_unmeasured).toBe(3);
  });
});

describe('a header', () => {
  const line = '2026-02-16\t14:30:05\tLIS50-P1\t200\n';

  test.each([
    ['names separated by blanks', '#Fields: date time x-edge-location sc-status\n'],
    ['names separated by tabs', '#Fields:\tdate\ttime\tx-edge-location\tsc-status\n'],
    ['a byte order mark', '\ufeff#Version: 1.0\n#Fields: date time x-edge-location sc-status\n'],
    ['blank lines and bare marks before it', '\n#\n\n#Fields: date time x-edge-location sc-status\n'],
  ])('may have %s', async (_, header) => {
    expect((await read(header + line)).rows[0]).toMatchObject({
      sc_status: 200,
      x_edge_location: 'LIS50-P1',
    });
  });

  test('may change inside a file, and holds from there on', async () => {
    const text = `#Fields: date time x-edge-location sc-status\n${line}#Fields: time date sc-status x-edge-location\n14:30:05\t2026-02-16\t404\tLHR3\n`;
    const { rows } = await read(text);
    expect(rows.map((row) => [row.sc_status, row.x_edge_location])).toEqual([
      [200, 'LIS50-P1'],
      [404, 'LHR3'],
    ]);
  });

  test('of another version is read by its fields, with a warning', async () => {
    const { accepted, warnings } = await read(file33({}).replace('1.0', '2.0'));
    expect(accepted).toBe(1);
    expect(warnings.join()).toContain('#Version');
  });

  test('alone, like no byte at all, is a valid object with no records', async () => {
    for (const text of ['', '\n\n', HEADER_33, '#Version: 1.0\n'])
      expect(await read(text)).toMatchObject({ records: 0, quarantined: 0 });
  });

  test.each([12, 15, 18, 19, 23, 24, 26, 33])(
    'is not needed for the %i columns of a standard log',
    async (count) => {
      const columns = line33().split('\t').slice(0, count).join('\t');
      const result = await read(`${columns}\n`);
      expect(result).toMatchObject({ accepted: 1, format: `v1-${count}` });
      expect(result.rows[0]!.cs_host).toBe(count < 18 ? 'd111111abcdef8.cloudfront.net' : 'send.example.com');
    },
  );

  test('tells the delimiter only together with the first lines', async () => {
    const values = line33({ 'cs(User-Agent)': 'curl/8.5.0' });
    const header = `#Fields: ${FIELDS_33}\n`;
    const tabs = await read(`${header}${values}\n`);
    for (const delimiter of [' ', '   ', ','])
      expect((await read(`${header}${values.replaceAll('\t', delimiter)}\n`)).rows).toEqual(tabs.rows);
  });
});

describe('times of v2', () => {
  const moment = async (header: string, values: string) =>
    (await read(`#Fields: ${header}\n${values}\n`)).rows[0]?.timestamp;

  test('are taken from timestamp(ms), else timestamp, else date and time', async () => {
    const names = 'timestamp date time timestamp(ms)';
    expect(await moment(names, '1731699951\t2024-11-15\t19:45:51\t1731699951183')).toBe(1731699951183);
    expect(await moment(names, '1731699951\t2024-11-15\t19:45:50\t-')).toBe(1731699951000);
    expect(await moment(names, '-\t2024-11-15\t19:45:51\t-')).toBe(1731699951000);
  });

  test('survive a mix-up of units, and are cut to milliseconds', async () => {
    expect(await moment('timestamp asn', '1731699951183\t1')).toBe(1731699951183);
    expect(await moment('timestamp(ms) asn', '1731699951\t1')).toBe(1731699951000);
    expect(await moment('timestamp asn', '1607374321.541\t1')).toBe(1607374321541);
    expect(await moment('timestamp asn', '1607374321.5419\t1')).toBe(1607374321541);
  });

  test('in the future are accepted with a warning', async () => {
    const { accepted, warnings } = await read(file33({ date: '2027-01-01' }));
    expect(accepted).toBe(1);
    expect(warnings.join()).toContain('future');
  });
});
