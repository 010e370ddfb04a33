import { describe, expect, test } from '@jest/globals';
import { read } from './read.ts';

const FIELDS = ['timestamp', 'c-ip', 'sc-status', 'cs-host', 'cs-uri-stem'];
const line = (status: number) => `1771252205.123\t192.0.2.7\t${status}\tsend.example.org\t/a`;

function failed(data: string, more: Record<string, unknown> = { errorCode: 'Lambda.FunctionError' }): string {
  const rawData = Buffer.from(data).toString('base64');
  return JSON.stringify({ attemptsMade: 4, arrivalTimestamp: 1771252206000, ...more, rawData });
}

describe('what Firehose could not deliver', () => {
  test('is read from the base64 of its error output: lines with the configured fields', async () => {
    const file = `${failed(`${line(200)}\n`)}\n${failed(`${line(404)}\n${line(503)}\n`)}\n`;
    const { rows, quarantined, format } = await read(file, { fields: FIELDS });
    expect(rows.map((row) => row.sc_status)).toEqual([200, 404, 503]);
    expect({ quarantined, format }).toEqual({ quarantined: 0, format: 'rt-5' });
    const delivered = await read(`${line(200)}\n`, { fields: FIELDS });
    expect(rows[0]?.line_id).toBe(delivered.rows[0]?.line_id);
  });

  test('may be JSON, one after another', async () => {
    const record = (status: string) =>
      JSON.stringify({ date: '2026-02-16', time: '14:30:05', 'sc-status': status });
    const file = failed(record('200') + record('404')) + failed(record('500'));
    const { rows } = await read(file, { limits: { blockRows: 2 } });
    expect(rows.map((row) => row.sc_status)).toEqual([200, 404, 500]);
  });

  test('goes into the quarantine under the line of its record where it is no log line', async () => {
    const file = [
      failed(line(200)),
      failed('garbage'),
      failed(''),
      failed(failed(line(200))),
      failed('{"a":'),
      failed(line(404)),
    ];
    const result = await read(file.join('\n'), { fields: FIELDS });
    expect(result.accepted).toBe(2);
    expect(result.quarantine.map(({ line: at }) => at)).toEqual([2, 3, 4, 5]);
  });

  test('needs the fields of real-time lines too', async () => {
    await expect(read(failed(line(200)))).rejects.toMatchObject({ code: 'realtime-fields' });
  });

  test('loses no line however small the blocks are', async () => {
    const lines = Array.from({ length: 25 }, (_, index) => line(200 + index));
    const { rows } = await read(failed(lines.join('\n')) + failed(lines.join('\n')), {
      fields: FIELDS,
      limits: { blockRows: 3 },
      pieces: 100,
    });
    expect(rows).toHaveLength(50);
  });
});

describe('records one after another without newlines', () => {
  test('are read as if each had its line, numbers and texts alike', async () => {
    const records = [200, '404', 0, '000'].map((status, index) => ({
      'timestamp(ms)': 1771252205000 + index,
      'sc-status': status,
      'sc-bytes': String(index),
      'cs-uri-stem': '/{"a"}',
    }));
    const { rows, lines } = await read(records.map((record) => JSON.stringify(record)).join(''));
    expect(rows.map((row) => row.sc_status)).toEqual([200, 404, 0, 0]);
    expect(lines).toBe(1);
  });
});

describe('raw and plain files of v2', () => {
  const v1 =
    '2026-02-16\t14:30:05\tLIS50-P1\t1234\t192.0.2.7\tGET\td1.cloudfront.net\t/a\t200\t-\tcurl/8.0\t-\t-\tHit\tid12345678\tsend.example.org\thttps\t99\t0.167\t-\tTLSv1.3\tTLS_AES_128_GCM_SHA256\tHit\tHTTP/2.0\t-\t-\t11040\t0.042\tHit\ttext/html\t78\t-\t-';

  test('have the fields of a delivery by itself, country included, or all fields of the console', async () => {
    const usual = await read(`${v1}\tPT\t*\n`);
    expect(usual).toMatchObject({ accepted: 1, format: 'v2-raw-35' });
    expect(usual.rows[0]).toMatchObject({ c_country: 'PT', cs_host: 'send.example.org', line_id: -1 });
    const all = await read(`1771252205\tE2EXAMPLE12345\t${v1}\t1771252205123\t0.030\t0.040\t13335\n`);
    expect(all).toMatchObject({ accepted: 1, format: 'v2-raw-39' });
    expect(all.rows[0]).toMatchObject({
      timestamp: 1771252205123,
      distribution: 'E2EXAMPLE12345',
      asn: 13335,
      origin_fbl: 30,
    });
  });

  test.each([
    ['tabs', '\t'],
    ['blanks', ' '],
    ['commas', ','],
  ])('with configured fields are read with %s between them', async (_, by) => {
    const file = `${['2026-02-16', '14:30:05', '200', '/a', 'PT'].join(by)}\n`;
    const { rows } = await read(file, { fields: ['date', 'time', 'sc-status', 'cs-uri-stem', 'c-country'] });
    expect(rows[0]).toMatchObject({ sc_status: 200, cs_uri_stem: '/a', c_country: 'PT' });
  });
});
