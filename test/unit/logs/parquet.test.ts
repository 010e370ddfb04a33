import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { FIELDS_33, file33, line33, read } from './read.ts';

type Values = Readonly<Record<string, string>>;
type Typed = readonly {
  name: string;
  data: unknown[];
  type?: 'STRING' | 'INT32' | 'INT64' | 'DOUBLE' | 'TIMESTAMP';
}[];

/** As CloudFront writes it: every column a text, names with underscores. */
function parquet33(lines: readonly Values[], options: { rowGroupSize?: number } = {}): Buffer {
  const rows = lines.map((values) => line33(values).split('\t'));
  const columnData = FIELDS_33.split(' ').map((name, at) => ({
    name: name.replaceAll(/[^A-Za-z0-9]+/g, '_').replace(/_$/, ''),
    data: rows.map((row) => row[at] as string),
    type: 'STRING' as const,
  }));
  return Buffer.from(parquetWriteBuffer({ columnData, ...options }));
}

const typed = (columnData: Typed) => Buffer.from(parquetWriteBuffer({ columnData: columnData as never }));

describe('a v2 log as Parquet', () => {
  test('gives the same rows as its lines would, however the bytes arrive and whatever its row groups are', async () => {
    const value = (...values: string[]) => fc.constantFrom(...values);
    const line = fc.record({
      time: value('14:30:05', '23:59:59', '25:00:00'),
      'sc-status': value('200', '000', '404', '-'),
      'sc-bytes': value('0', '1234', '-', 'x'),
      'cs-uri-stem': value('/', '/a%20b', '/a%252Bb', '-'),
      'c-ip': value('192.0.2.7', '2001:db8::1', '-'),
      'cs(User-Agent)': value('curl/8.0', 'Mozilla/5.0%20Firefox/140.0', '-'),
      'x-host-header': value('send.example.org', '-'),
      'cs-uri-query': value('utm_source=a%2520b', '-'),
    });
    const drawn = fc.tuple(
      fc.array(line, { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 2000 }),
      fc.integer({ min: 1, max: 12 }),
    );
    await fc.assert(
      fc.asyncProperty(drawn, async ([lines, pieces, rowGroupSize]) => {
        const found = await read(parquet33(lines, { rowGroupSize }), { pieces, limits: { blockRows: 7 } });
        const plain = await read(file33(...lines));
        expect(found.rows).toEqual(plain.rows);
        expect(found.quarantine).toEqual(
          plain.quarantine.map(({ line: at, reason }) => ({ line: at - 2, reason })),
        );
        expect(found).toMatchObject({ format: 'v2-parquet', lines: lines.length, records: lines.length });
      }),
      { numRuns: 40 },
    );
  });

  test('has the identity of its own bytes, also inside gzip', async () => {
    const bytes = parquet33([{}, {}]);
    const { object_id, decompressed_bytes } = await read(bytes);
    expect(decompressed_bytes).toBe(bytes.length);
    expect((await read(gzipSync(bytes))).object_id).toBe(object_id);
    expect((await read(parquet33([{}]))).object_id).not.toBe(object_id);
  });

  test('may have numbers and instants, in tables that were made of logs', async () => {
    const at = Date.UTC(2026, 1, 16, 14, 30, 5);
    const { rows } = await read(
      typed([
        { name: 'timestamp_ms', data: [BigInt(at)], type: 'INT64' },
        { name: 'cs_referrer', data: ['https://example.org/x'], type: 'STRING' },
        { name: 'sc_status', data: [0], type: 'INT32' },
        { name: 'time_taken', data: [0.25], type: 'DOUBLE' },
        { name: 'cs_host', data: ['d1.cloudfront.net'], type: 'STRING' },
      ]),
    );
    expect(rows[0]).toMatchObject({
      timestamp: at,
      sc_status: 0,
      time_taken: 250,
      referrer_domain: 'example.org',
    });
    const dated = await read(
      typed([
        { name: 'timestamp', data: [new Date(at)], type: 'TIMESTAMP' },
        { name: 'x_edge_location', data: ['LIS50-P1'], type: 'STRING' },
      ]),
    );
    expect(dated.rows[0]).toMatchObject({ timestamp: at, sc_status: -1 });
  });

  test('with a time and nothing else of a log is a table of somebody else', async () => {
    const foreign = typed([
      { name: 'timestamp', data: [new Date(0)], type: 'TIMESTAMP' },
      { name: 'message', data: ['started'], type: 'STRING' },
    ]);
    await expect(read(foreign)).rejects.toThrow(/no columns of a CloudFront log/);
  });

  test('without rows is a valid object of no records', async () => {
    expect(await read(parquet33([]))).toMatchObject({ records: 0, accepted: 0, quarantined: 0 });
  });

  test('is told to be real-time by who brings it, because its names do not say so', async () => {
    const columns: Typed = [
      { name: 'timestamp', data: ['1771252205.123', '1771252205.123'] },
      { name: 'cs_host', data: ['send.example.org', 'send.example.org'] },
      { name: 'x_host_header', data: ['d1.cloudfront.net', 'd1.cloudfront.net'] },
      { name: 'cs_headers', data: ['a:b', 'a:c'] },
    ];
    const { rows, format } = await read(typed(columns), { realtime: true });
    expect(format).toBe('rt-parquet');
    expect(rows.map((row) => row.cs_host)).toEqual(['send.example.org', 'send.example.org']);
    expect(rows[0]?.line_id).not.toBe(rows[1]?.line_id);
  });

  test('is refused where it is no log of CloudFront, too large or damaged', async () => {
    const foreign = typed([{ name: 'name', data: ['x'] }]);
    await expect(read(foreign)).rejects.toMatchObject({ code: 'not-cloudfront' });
    const bytes = parquet33([{}, {}, {}]);
    await expect(read(bytes, { limits: { parquetBytes: 100 } })).rejects.toThrow(/larger than 100 bytes/);
    await expect(read('PAR1xxxxPAR1')).rejects.toThrow(/damaged/);
    await expect(read(bytes.subarray(0, bytes.length - 9))).rejects.toMatchObject({ code: 'corrupt' });
  });

  test('with flipped bits is refused as damaged or read to its end, never half', async () => {
    const bytes = parquet33(Array.from({ length: 20 }, (_, index) => ({ 'sc-bytes': String(index) })));
    const damage = fc.array(fc.record({ at: fc.nat({ max: bytes.length - 1 }), bit: fc.nat({ max: 7 }) }), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(damage, async (bits) => {
        const damaged = Buffer.from(bytes);
        for (const { at, bit } of bits) damaged[at] = damaged[at]! ^ (1 << bit);
        const outcome = await read(damaged).then(
          ({ records, accepted, quarantined, lines }) =>
            accepted + quarantined === records && records === lines,
          (error: Error) => error.name === 'LogRefused',
        );
        expect(outcome).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
