import { describe, expect, test } from '@jest/globals';
import { createLogReader } from '@sgraph-backbone/layer/logs';
import fc from 'fast-check';
import { FIELDS_33, read } from './read.ts';
import { type Reference, readRecord, readReference } from './reference.ts';

const MUTATIONS = 10_000;
/** What is compared: values whose reading needs no table of facts. */
const COMPARED = ['timestamp', 'sc_status', 'sc_bytes', 'time_taken', 'cs_method'] as const;

const V2_FIELDS = [
  'timestamp(ms)',
  'sc-bytes',
  'DistributionId',
  'cs-method',
  'sc-status',
  'time-taken',
  'cs-uri-stem',
  'timestamp',
];
const REALTIME_FIELDS = [
  'timestamp',
  'c-ip',
  'sc-status',
  'sc-bytes',
  'cs-method',
  'cs-host',
  'cs-uri-stem',
  'time-taken',
];
const SPACE_FIELDS = ['date', 'time', 'sc-status', 'sc-bytes', 'cs-method', 'cs-uri-stem', 'time-taken'];

const VALUES: Readonly<Record<string, readonly string[]>> = {
  date: ['2026-02-16', '2026-02-17', '2026-13-01', '-'],
  time: ['14:30:05', '23:59:59', '23:59:60', '24:00:00'],
  timestamp: ['1771252205', '1771252205.123', '1771252205.9999', '-', '99999999999', '1'],
  'timestamp(ms)': ['1771252205123', '-', 'x', '1771252205'],
  DistributionId: ['E2EXAMPLE12345', '-'],
  'c-ip': ['192.0.2.7', '2001:db8::1', '-', 'x.x.x.x'],
  'sc-status': ['200', '000', '404', '-', '999', 'x'],
  'sc-bytes': ['0', '1234', '9007199254740', '-', '12x'],
  'time-taken': ['0.167', '1', '0.0005', '-', 'x'],
  'cs-method': ['GET', 'POST', 'get', '-'],
  'cs-host': ['send.example.org', '-'],
  'x-host-header': ['send.example.org', '-'],
  'cs-uri-stem': ['/', '/a%20b', '/%zz', '/%', '-'],
  'x-edge-result-type': ['Hit', 'Error', '-'],
  'cs-protocol': ['https', '-'],
};

type Random = (below: number) => number;

/** Numbers that are the same for the same seed (mulberry32): fast-check's own would take most of the time. */
function seeded(seed: number): Random {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const pick = <T>(random: Random, from: readonly T[]) => from[random(from.length)] as T;
const anyValue = (random: Random, name: string) => pick(random, VALUES[name] ?? ['-', 'x']);

function lines(random: Random, names: readonly string[], by: string): string {
  const count = 1 + random(3);
  const line = () => names.map((name) => anyValue(random, name)).join(by);
  return Array.from({ length: count }, () => line() + pick(random, ['\n', '\n', '\r\n'])).join('');
}

function records(random: Random): string {
  const names = ['date', 'time', 'timestamp(ms)', 'sc-status', 'sc-bytes', 'time-taken', 'cs-method'];
  const count = 1 + random(4);
  const record = () =>
    Object.fromEntries(names.filter(() => random(6) > 0).map((name) => [name, anyValue(random, name)]));
  return Array.from({ length: count }, () => `${JSON.stringify(record())}\n`).join('');
}

/** Truncated, a bit flipped, a byte gone or put in, a broken escape, columns swapped, a line repeated. */
function mutated(random: Random, text: string): Buffer {
  const bytes = Buffer.from(text);
  const at = random(bytes.length + 1);
  const put = (inserted: string) =>
    Buffer.concat([bytes.subarray(0, at), Buffer.from(inserted), bytes.subarray(at)]);
  switch (random(9)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
    case 2:
      if (at < bytes.length) bytes[at] = bytes[at]! ^ (1 << random(8));
      return bytes;
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
    case 4:
      return put(pick(random, ['\t', '\n', ' ', ',', '"', '{', '}', '\\', '\r', '#', '\u00e9']));
    case 5:
      return put(pick(random, ['%', '%4', '%zz', '%00', '%E9', '\\u12', '\\x20']));
    case 6:
      return Buffer.from(swapped(text, at));
    case 7:
      return put(text.slice(0, random(text.length)));
    default:
      return bytes;
  }
}

function swapped(text: string, at: number): string {
  const columns = text.split(/(?<=[\t ,])/);
  const first = at % Math.max(1, columns.length - 1);
  if (columns.length > 1) [columns[first], columns[first + 1]] = [columns[first + 1]!, columns[first]!];
  return columns.join('');
}

const reader = createLogReader();
const off = { reader, rules: { visitors: 'off' as const } };

const outcomeOf = (bytes: Uint8Array, fields?: readonly string[]) =>
  read(bytes, { ...off, fields }).catch((error: Error) => {
    if (error.name !== 'LogRefused') throw error;
    return undefined;
  });

const compared = (rows: readonly object[]) =>
  rows.map((row) => COMPARED.map((name) => (row as Record<string, unknown>)[name]));

/** Most are: a comparison that can explain itself takes longer than the reading. */
function same(found: unknown, expected: unknown): void {
  if (JSON.stringify(found) !== JSON.stringify(expected)) expect(found).toEqual(expected);
}

async function agree(bytes: Uint8Array, reference: Reference, fields?: readonly string[]): Promise<void> {
  const result = await outcomeOf(bytes, fields);
  if (!result) {
    // Refused as a whole: then the slow reader must not have accepted a single line of it either.
    expect(reference.understood && reference.rows.length > 0).toBe(false);
    return;
  }
  same(
    result.quarantine.map(({ line }) => line),
    reference.quarantined,
  );
  same(compared(result.rows), compared(reference.rows));
  expect(result.accepted + result.quarantined + result.excluded).toBe(
    reference.rows.length + reference.quarantined.length,
  );
}

/** Fixed, so that a run can be repeated; `SEED=n` tries ten thousand others. */
const SEED = Number(process.env.SEED ?? 1);

const check = (one: (random: Random) => Promise<void>) =>
  fc.assert(
    fc.asyncProperty(fc.integer(), (seed) => one(seeded(seed))),
    { numRuns: MUTATIONS, seed: SEED },
  );

const header = (names: readonly string[], by: string) => `#Fields:${by}${names.join(by)}\n`;

describe(`${MUTATIONS} mutated files of each format are read as by a slow and obvious reader`, () => {
  test('standard logs of 33 columns', async () => {
    const names = FIELDS_33.split(' ');
    await check(async (random) => {
      const bytes = Buffer.concat([
        Buffer.from(header(names, ' ')),
        mutated(random, lines(random, names, '\t')),
      ]);
      await agree(bytes, readReference(bytes, { names }));
    });
  });

  test('v2 with tabs in the header and a selection of fields', async () => {
    await check(async (random) => {
      const body = mutated(random, lines(random, V2_FIELDS, '\t'));
      const bytes = Buffer.concat([Buffer.from(header(V2_FIELDS, '\t')), body]);
      await agree(bytes, readReference(bytes, { names: V2_FIELDS }));
    });
  });

  test('columns between blanks', async () => {
    await check(async (random) => {
      const body = mutated(random, lines(random, SPACE_FIELDS, ' '));
      const bytes = Buffer.concat([Buffer.from(header(SPACE_FIELDS, ' ')), body]);
      await agree(bytes, readReference(bytes, { names: SPACE_FIELDS }));
    });
  });

  test('real-time lines with configured fields', async () => {
    await check(async (random) => {
      const bytes = mutated(random, lines(random, REALTIME_FIELDS, '\t'));
      const reference = readReference(bytes, { names: REALTIME_FIELDS, realtime: true });
      await agree(bytes, reference, REALTIME_FIELDS);
    });
  });

  test('JSON: every undamaged line is read, nothing is dropped', async () => {
    await check(async (random) => {
      const bytes = mutated(random, records(random));
      const result = await outcomeOf(bytes);
      if (!result) return;
      expect(result.accepted + result.quarantined + result.excluded).toBe(result.records);
      const found = compared(result.rows).map((row) => JSON.stringify(row));
      // Damage may cost the record behind it too, where that has become a part of it.
      const sound = soundRecords(bytes);
      const rows = compared(sound.flatMap(({ record, near }) => (near ? [] : (readRecord(record) ?? []))));
      for (const row of rows) expect(found).toContain(JSON.stringify(row));
      if (isSound(bytes)) expect(result.accepted).toBe(rows.length);
      expect(result.records).toBeGreaterThanOrEqual(sound.filter(({ near }) => !near).length);
    });
  });
});

/** Lines that are an object by themselves; `near`: the line before is damaged. */
function soundRecords(bytes: Uint8Array): { record: Record<string, unknown>; near: boolean }[] {
  let near = false;
  return Buffer.from(bytes)
    .toString('utf8')
    .split('\n')
    .flatMap((line) => {
      const record = objectIn(line);
      const before = near;
      near = record === undefined && line.trim() !== '';
      return record ? [{ record, near: before }] : [];
    });
}

const isSound = (bytes: Uint8Array) =>
  Buffer.from(bytes)
    .toString('utf8')
    .split('\n')
    .every((line) => line.trim() === '' || objectIn(line) !== undefined);

function objectIn(line: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(line);
    return typeof value === 'object' && !Array.isArray(value) && value !== null ? value : undefined;
  } catch {
    // A line that is damaged.
    return undefined;
  }
}
