import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { canonicalAddress, createCountryTable } from '@sgraph-backbone/layer/logs';
import fc from 'fast-check';
import { createKeyedHash } from '../../../layer/logs/keyed-hash.ts';
import { file33, read } from './read.ts';

describe('an address', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['2001:0db8:85a3:0000:0000:8a2e:0370:7334', '2001:db8:85a3::8a2e:370:7334'],
    ['FE80::00D8:FFFF', 'fe80::d8:ffff'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:C000:0207', '192.0.2.7'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['x.x.x.x', undefined],
    ['***', undefined],
    ['256.1.1.1', undefined],
    ['1.2.3', undefined],
    ['1:2:3:4:5:6:7', undefined],
    ['1::2::3', undefined],
    ['::1:2:3:4:5:6:7:8', undefined],
    ['localhost:8080', undefined],
  ])('%s has one spelling: %s', (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  test('keeps its spelling once it has it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const canonical = canonicalAddress(text)!;
        expect(canonicalAddress(canonical)).toBe(canonical);
      }),
    );
  });
});

describe('a visitor', () => {
  test('is the keyed hash of the canonical address: the first 64 bits of HMAC-SHA-256', async () => {
    const { rows } = await read(
      file33({ 'c-ip': '2001:0DB8::0001' }, { 'c-ip': '2001:db8::1' }, { 'c-ip': '192.0.2.9' }),
    );
    const digest = createHmac('sha256', '2026-02-16').update('2001:db8::1').digest();
    expect(rows[0]!.visitor).toBe(`key-2026-02-16:${digest.readUInt32BE(0)}:${digest.readUInt32BE(4)}`);
    expect(rows[1]!.visitor).toBe(rows[0]!.visitor);
    expect(rows[2]!.visitor).not.toBe(rows[0]!.visitor);
  });

  test('is another one on another day, also when records are not sorted', async () => {
    const late = { date: '2026-02-17', time: '00:00:01' };
    const { rows } = await read(file33({}, late, {}, late));
    const [one, two, again, twice] = rows.map((row) => row.visitor as string);
    expect(one).toMatch(/^key-2026-02-16:/);
    expect(two).toMatch(/^key-2026-02-17:/);
    expect([again, twice]).toEqual([one, two]);
    expect(one!.split(':').slice(1)).not.toEqual(two!.split(':').slice(1));
  });

  test('is not measured when visitors are off or the day has no key', async () => {
    const off = await read(file33({}, {}), { rules: { visitors: 'off' } });
    const keyless = await read(file33({}, {}), { dayKey: async () => undefined });
    for (const result of [off, keyless]) {
      expect(result.rows.map((row) => row.visitor)).toEqual(['', '']);
      expect(result.visitors_unmeasured).toBe(2);
    }
  });

  test('is found in a file with more days than a block can tell apart', async () => {
    const dates = Array.from({ length: 900 }, (_, day) =>
      new Date(Date.UTC(2023, 0, 1 + ((day * 7) % 900))).toISOString().slice(0, 10),
    );
    const { rows } = await read(file33(...dates.map((date) => ({ date }))));
    expect(rows.map((row) => (row.visitor as string).slice(0, 14))).toEqual(
      dates.map((date) => `key-${date}`),
    );
  });

  test('has the hash that the platform computes for any key and message', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.stringMatching(/^[ -~]{0,70}$/), (key, message) => {
        const digest = createHmac('sha256', key).update(message).digest();
        const keyed = createKeyedHash(key);
        for (const text of ['192.0.2.1', message]) keyed.update(text);
        expect([keyed.high, keyed.low]).toEqual([digest.readUInt32BE(0), digest.readUInt32BE(4)]);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the country', () => {
  const lines = (...ranges: string[]) => Buffer.from(`${ranges.join('\n')}\n`);
  const country = createCountryTable({
    ipv4: lines('16777216,16777471,AU', '3221225984,3221226239,PT'),
    ipv6: lines('42540766411282592856903984951653826560,42540766490510755371168322545197776895,DE'),
  });

  test('of an address is the one of its range, the ends included', () => {
    expect(['1.0.0.0', '1.0.0.255', '1.0.1.0', '192.0.2.0', '192.0.2.255'].map(country)).toEqual([
      'AU',
      'AU',
      undefined,
      'PT',
      'PT',
    ]);
    expect(
      ['2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', '2001:db9::', '::1'].map(country),
    ).toEqual(['DE', 'DE', undefined, undefined]);
  });

  test("is the log's own where it has one", async () => {
    const header = '#Fields: date time c-ip c-country\n';
    const { rows } = await read(
      `${header}2026-02-16\t14:30:05\t192.0.2.7\tES\n2026-02-16\t14:30:05\t192.0.2.7\t-\n`,
      { country },
    );
    expect(rows.map((row) => row.c_country)).toEqual(['ES', 'PT']);
  });

  test('is found in the published table', () => {
    const folder = path.join('node_modules', '@ip-location-db', 'geo-whois-asn-country');
    const bytes = (name: string) => readFileSync(path.join(folder, `geo-whois-asn-country-${name}-num.csv`));
    const find = createCountryTable({ ipv4: bytes('ipv4'), ipv6: bytes('ipv6') });
    expect(find('193.136.128.1')).toBe('PT');
    expect(find('2001:690::1')).toBe('PT');
    expect(find('10.0.0.1')).toBeUndefined();
  });
});
