import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { LogRefused } from '@sgraph-backbone/layer/logs';
import { type ReadOptions, type Row, read } from '../unit/logs/read.ts';

const SAMPLES = process.env.SAMPLES ?? path.join('..', 'shared', 'samples');
const index = path.join(SAMPLES, 'INDEX.tsv');
const samples = existsSync(index)
  ? readFileSync(index, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t'))
      .map(([file, outcome, records, , , fields]) => ({
        file: file!,
        outcome: outcome!,
        records: Number(records),
        fields: fields ? fields.split(',') : undefined,
      }))
  : [];

const bytesOf = (file: string) => readFileSync(path.join(SAMPLES, file));
const expected = (file: string) =>
  JSON.parse(readFileSync(path.join(SAMPLES, `${file}.expected.json`), 'utf8'));
/** Nothing is replaced in paths, and ids are kept: what was published about a sample is about its raw values. */
const raw: ReadOptions = { rules: { path_rules: [], keep_request_ids: true } };

if (samples.length === 0)
  test.skip(`no samples: ${index} is absent (set SAMPLES to their folder)`, () => undefined);
else {
  describe('every sample file', () => {
    test.each(samples)('$file: $outcome', async ({ file, outcome, records, fields }) => {
      if (outcome.startsWith('refused')) {
        const code = outcome.includes('RTMP') ? 'rtmp' : 'not-cloudfront';
        await expect(read(bytesOf(file), { fields })).rejects.toMatchObject({ name: 'LogRefused', code });
        return;
      }
      const result = await read(bytesOf(file), { fields });
      expect(result).toMatchObject({ records, excluded: 0 });
      expect(result.quarantined).toBe(outcome === 'quarantined' ? records : 0);
      expect(result.accepted + result.quarantined).toBe(records);
      expect(result.warnings.some((warning) => warning.includes('#Version'))).toBe(
        outcome.includes('warning'),
      );
    });

    test('is refused with a message that says what it is', async () => {
      await expect(read(bytesOf('rtmp-claygregory.txt'))).rejects.toThrow(/RTMP streaming/);
      await expect(read(bytesOf('container-multi-member.gz'))).rejects.toBeInstanceOf(LogRefused);
    });
  });

  describe('the values that were published about samples', () => {
    test('v1-24f-claygregory-web-1-0.txt', async () => {
      const file = 'v1-24f-claygregory-web-1-0.txt';
      const { r0, r1, records } = expected(file);
      const { rows } = await read(bytesOf(file), raw);
      expect(rows).toHaveLength(records);
      for (const [at, values] of [r0, r1].entries()) {
        expect(rows[at]).toMatchObject({
          x_edge_location: values['x-edge-location'],
          cs_uri_stem: values['cs-uri-stem'],
        });
      }
      expect(day(rows[0]!)).toBe(r0.date);
      expect(rows[0]!.x_edge_response_result_type).toBe(r0['x-edge-response-result-type']);
      expect(rows[0]!.client).toMatchObject({
        browser: 'Mobile Safari',
        browser_version: '10',
        operating_system: 'iOS',
      });
    });

    test('v1-24f-dpetzold-entry2.csv', async () => {
      const file = 'v1-24f-dpetzold-entry2.csv';
      const values = expected(file);
      const { rows } = await read(bytesOf(file), { rules: { ...raw.rules, query_parameters: ['a', 'c'] } });
      expect(rows[0]).toMatchObject({
        x_edge_location: values.edge_location,
        sc_bytes: values.sent_bytes,
        cs_uri_stem: values.uri_stem,
        sc_status: values.status_code,
        referrer_domain: values.referrer,
        cs_uri_query: JSON.stringify({ a: values.uri_query.a[0], c: values.uri_query.c[0] }),
        x_edge_result_type: values.edge_result_type,
        time_taken: values.time_taken * 1000,
        client: { browser: 'IE', browser_version: '7', operating_system: 'Windows' },
      });
      expect(clock(rows[0]!)).toBe(values.time);
    });

    test('v1-26f-binxio-cf-logs.txt (its agent is left undecoded there: the format reference wins)', async () => {
      const file = 'v1-26f-binxio-cf-logs.txt';
      const values = expected(file);
      const { rows } = await read(bytesOf(file), raw);
      sameColumns(rows[0]!, values);
      expect(rows[0]).toMatchObject({
        client: { browser: 'IE', browser_version: '8', operating_system: 'Windows' },
      });
    });

    test('v1-33f-coralogix-cloudfront.gz', async () => {
      const file = 'v1-33f-coralogix-cloudfront.gz';
      const { rows } = await read(bytesOf(file), raw);
      const all = expected(file) as Record<string, unknown>[];
      expect(rows).toHaveLength(all.length);
      for (const [at, values] of all.entries()) sameColumns(rows[at]!, values);
    });

    test('v1-19f-adamvr.headerless.log', async () => {
      const file = 'v1-19f-adamvr.headerless.log';
      const values = expected(file);
      const row = (await read(bytesOf(file), raw)).rows[values.record_index]!;
      sameColumns(row, { date: values.date, time: values.time, 'x-edge-location': values.x_edge_location });
      sameColumns(row, {
        'sc-bytes': values.bytes_sent,
        'sc-status': values.status_code,
        'time-taken': values.time_taken,
      });
      expect(row).toMatchObject({ referrer_domain: values.referrer, client: { agent: 'curl' } });
    });

    test('v1-33f-claygregory-2019-12.txt', async () => {
      const file = 'v1-33f-claygregory-2019-12.txt';
      sameColumns((await read(bytesOf(file), raw)).rows[0]!, expected(file).r0);
    });

    test('v1-15f-snowplow: agents and queries of 2013, encoded twice', async () => {
      const file = 'v1-15f-snowplow-2013-10-all-double.spaces.headerless.log';
      const values = expected(file);
      const { rows } = await read(bytesOf(file), { rules: { ...raw.rules, query_parameters: ['page'] } });
      expect(new Date(rows[0]!.timestamp as number).toISOString()).toBe(
        values.timestamp.replace('Z', '.000Z'),
      );
      expect(JSON.parse(rows[0]!.cs_uri_query as string).page).toBe(values['page(query, fully decoded)']);
      expect(rows[0]!.client).toMatchObject({ browser: 'IE', browser_version: '9' });
    });

    test('v1-33f-cratesio-percent-encoding.log: three spellings of one object are one path', async () => {
      const { rows } = await read(bytesOf('v1-33f-cratesio-percent-encoding.log'), raw);
      const path = '/crates/zstd-sys/zstd-sys-2.0.8+zstd.1.5.5.crate';
      expect(rows.map((row) => [row.cs_uri_stem, row.sc_status])).toEqual([
        [path, 200],
        [path, 200],
        [path, 200],
      ]);
    });

    test('v1-33f-cratesio-unrelated-traffic.log', async () => {
      const file = 'v1-33f-cratesio-unrelated-traffic.log';
      const { rows } = await read(bytesOf(file), raw);
      const downloads = rows.filter(
        (row) =>
          row.cs_method === 'GET' &&
          row.sc_status === 200 &&
          /bindgen-0.65.1.crate$/.test(String(row.cs_uri_stem)),
      );
      expect(downloads).toHaveLength(expected(file).counts[0].downloads);
      expect(downloads.map(day)).toEqual(downloads.map(() => expected(file).counts[0].date));
    });

    test('v1-33f-cratesio-unknown-version.log (refused there: here its #Fields are understood, so it is read with a warning)', async () => {
      const file = 'v1-33f-cratesio-unknown-version.log';
      expect(expected(file).error).toContain('2.0');
      expect((await read(bytesOf(file))).accepted).toBe(1);
    });

    test('v1-33f-doist-test_log.csv', async () => {
      const file = 'v1-33f-doist-test_log.csv';
      const [key, parts] = Object.entries(expected(file).s3key)[0] as [string, { distribution: string }];
      const { rows } = await read(bytesOf(file), { ...raw, name: key });
      expect(rows.map((row) => [row.rule, row.distribution])).toEqual([
        ['empty agent', parts.distribution],
        [expect.any(String), parts.distribution],
      ]);
      expect(rows.map((row) => row.sc_content_type)).toEqual(['text/html', 'text/html']);
    });

    test('real-time samples: the site is cs-host, the path ends at its query', async () => {
      const kinesis = 'rt-40f-claygregory-kinesis.txt';
      const values = expected(kinesis);
      const [row] = (await read(bytesOf(kinesis), raw)).rows;
      expect(row).toMatchObject({
        cs_uri_stem: '/i',
        timestamp: 1607374321541,
        sc_status: 200,
        client: { browser: 'Firefox', browser_version: '83' },
      });
      expect(String(row!.timestamp)).toBe(values.timestamp.replace('.', ''));
      const pageview = samples.find(({ file }) => file === 'rt-12f-ownstats-pageview.txt')!;
      const [view] = (await read(bytesOf(pageview.file), { ...raw, fields: pageview.fields })).rows;
      expect(view).toMatchObject({
        x_edge_location: 'HAM50-C2',
        client: { browser: 'Chrome', browser_version: '107', operating_system: 'Mac OS', device: 'desktop' },
      });
    });
  });
}

const day = (row: Row) => new Date(row.timestamp as number).toISOString().slice(0, 10);
const clock = (row: Row) => new Date(row.timestamp as number).toISOString().slice(11, 19);

const NUMBERS = ['sc-status', 'sc-bytes', 'cs-bytes', 'sc-content-len', 'sc-range-start', 'sc-range-end'];
const SECONDS = ['time-taken', 'time-to-first-byte'];
const WORDS = [
  'x-edge-location',
  'cs-method',
  'cs-uri-stem',
  'cs-protocol',
  'cs-protocol-version',
  'ssl-protocol',
  'ssl-cipher',
  'sc-content-type',
  'x-edge-result-type',
  'x-edge-response-result-type',
  'x-edge-detailed-result-type',
  'x-edge-request-id',
];

/** Every published value of a column that is kept: `-` is absent, seconds are milliseconds here. */
function sameColumns(row: Row, values: Record<string, unknown>): void {
  const absent = (value: unknown) => value === '-' || value === '';
  for (const [name, value] of Object.entries(values)) {
    const column = name.replaceAll('-', '_');
    if (NUMBERS.includes(name))
      expect([name, row[column]]).toEqual([name, absent(value) ? -1 : Number(value)]);
    else if (SECONDS.includes(name))
      expect([name, row[column]]).toEqual([name, Math.round(Number(value) * 1000)]);
    else if (WORDS.includes(name)) expect([name, row[column]]).toEqual([name, absent(value) ? '' : value]);
    else if (name === 'x-host-header') expect(row.cs_host).toBe(value);
    else if (name === 'date') expect(day(row)).toBe(value);
    else if (name === 'time') expect(clock(row)).toBe(value);
  }
}
