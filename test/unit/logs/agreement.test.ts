import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FIELDS_33, HEADER_33, line33, read } from './read.ts';
import { type ReferenceRow, readReference } from './reference.ts';

const value = (...values: string[]) => fc.constantFrom(...values);

const line = fc
  .record({
    date: value('2026-02-16', '2026-02-17', '2026-13-01', '2026-02-29', '-'),
    time: value('14:30:05', '00:00:00', '23:59:59', '23:59:60', '24:00:00'),
    'sc-status': value('200', '000', '304', '404', '503', '-', '999', 'x'),
    'sc-bytes': value('0', '1234', '9007199254740', '-', '', '12x'),
    'time-taken': value('0.167', '1', '0.0005', '12.34567', '-', 'x'),
    'cs-method': value('GET', 'POST', 'get', '-'),
    'cs-uri-stem': value('/', '/a', '/a/b.html', '/some/longer/path/of/a/page', 'page.html', '-'),
    'x-edge-location': value('LIS50-P1', 'LHR3', 'nowhere', '-'),
    'x-edge-result-type': value('Hit', 'Miss', 'Error', '', '-', 'a b'),
    'x-host-header': value('send.example.com', 'example.org', '-'),
  })
  .map(line33);

const odd = value(
  '',
  '  ',
  '#Foo bar',
  'garbage',
  '#Fields: date time sc-status cs-uri-stem',
  '2026-02-16\t14:30:05\t200\t/a',
);

const file = fc
  .array(
    fc.tuple(
      fc.oneof({ weight: 8, arbitrary: line }, { weight: 1, arbitrary: odd }),
      value('\n', '\n', '\r\n'),
    ),
  )
  .map((lines) => Buffer.from(HEADER_33 + lines.flat().join('')));

type Mutation = (bytes: Buffer, at: number, by: number) => Buffer;

const MUTATIONS: readonly Mutation[] = [
  (bytes) => bytes,
  (bytes, at) => bytes.subarray(0, at),
  (bytes, at, by) => {
    const flipped = Buffer.from(bytes);
    flipped[at] = flipped[at]! ^ (1 << (by & 7));
    return flipped;
  },
  (bytes, at) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]),
  (bytes, at) => Buffer.concat([bytes.subarray(0, at), Buffer.from('\t'), bytes.subarray(at)]),
  (bytes, at) => Buffer.concat([bytes.subarray(0, at), Buffer.from('\n'), bytes.subarray(at)]),
  (bytes, at, by) =>
    Buffer.concat([bytes.subarray(0, at), Buffer.from('%'), Buffer.of(by & 127), bytes.subarray(at)]),
  (bytes, at) => Buffer.from(swapped(bytes.toString('latin1'), at), 'latin1'),
];

/** Two neighbouring columns of a line change places. */
function swapped(text: string, at: number): string {
  const columns = text.split('\t');
  const first = at % Math.max(1, columns.length - 1);
  if (columns.length > 1) [columns[first], columns[first + 1]] = [columns[first + 1]!, columns[first]!];
  return columns.join('\t');
}

describe('the byte scanner', () => {
  test('agrees with a slow and obvious reader on generated and mutated files', async () => {
    await fc.assert(
      fc.asyncProperty(
        file,
        fc.nat(),
        fc.nat(255),
        fc.constantFrom(...MUTATIONS),
        async (bytes, at, by, mutate) => {
          // The header stays whole: without one, both would have to guess what the file is.
          const from = HEADER_33.length;
          const body = bytes.subarray(from);
          const mutated = Buffer.concat([
            bytes.subarray(0, from),
            mutate(Buffer.from(body), body.length === 0 ? 0 : at % body.length, by),
          ]);
          await agree(mutated);
        },
      ),
      { numRuns: 1500 },
    );
  });

  test('loses no line, whatever the bytes are', async () => {
    const soup = fc.array(
      value(
        '\t',
        '\n',
        '2026-02-16',
        '14:30:05',
        '#',
        '-',
        '%',
        '%2',
        '/a',
        '200',
        '\u00e9',
        '\r',
        '\u0000x',
      ),
      { maxLength: 200 },
    );
    await fc.assert(
      fc.asyncProperty(soup, async (pieces) => {
        const body = pieces.join('').replaceAll('#', '');
        const result = await read(`#Fields: date time cs-uri-stem\n${body}`.replaceAll('\u0000', ''));
        const lines = body.split('\n').filter((one) => !/^[ \t]*$/.test(one.replace(/\r+$/, '')));
        expect(result.accepted + result.quarantined).toBe(lines.filter((one) => one !== '\u0000').length);
      }),
      { numRuns: 500 },
    );
  });

  test('gives the same rows however the bytes arrive', async () => {
    await fc.assert(
      fc.asyncProperty(file, fc.integer({ min: 1, max: 3000 }), async (bytes, pieces) => {
        expect(await read(bytes, { pieces, limits: { wholeDelivered: 0, blockRows: 3 } })).toEqual(
          await read(bytes),
        );
      }),
      { numRuns: 200 },
    );
  });
});

async function agree(bytes: Buffer): Promise<void> {
  const reference = readReference(bytes, { names: FIELDS_33.split(' ') });
  const result = await read(bytes, { rules: { path_rules: [] } });
  const known = (row: Record<string, unknown>): ReferenceRow =>
    Object.fromEntries(
      Object.keys(reference.rows[0]!).map((name) => [name, row[name]]),
    ) as unknown as ReferenceRow;
  expect(result.quarantine.map(({ line }) => line)).toEqual(reference.quarantined);
  expect(result.rows.length).toBe(reference.rows.length);
  // Decoding, redaction and forms of hosts have tests of their own.
  const plain = (row: ReferenceRow) => ({
    ...row,
    cs_uri_stem: /^[/a-z.]*$/.test(row.cs_uri_stem) ? row.cs_uri_stem : 'decoded',
    cs_host: /^[a-z]+(\.[a-z]+)*$/.test(row.cs_host) ? row.cs_host : 'other',
  });
  const decoded = reference.rows.map(plain);
  const found = result.rows.map((row) => known(row));
  found.forEach((row, at) => {
    if (decoded[at]!.cs_uri_stem === 'decoded') row.cs_uri_stem = 'decoded';
    if (decoded[at]!.cs_host === 'other') row.cs_host = 'other';
  });
  expect(found).toEqual(decoded);
}
