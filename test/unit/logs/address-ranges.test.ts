import { describe, expect, test } from '@jest/globals';
import { addressMatcher, BadAddressRange } from '@sgraph-backbone/layer/logs';
import fc from 'fast-check';

describe('ranges of addresses', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.8', false],
    ['198.51.100.0/25', '198.51.100.127', true],
    ['198.51.100.0/25', '198.51.100.128', false],
    ['198.51.100.77/24', '198.51.100.1', true],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
    ['::/0', '2001:db8::1', true],
    ['::/0', '192.0.2.1', false],
    ['::ffff:192.0.2.0/120', '192.0.2.200', true],
    ['::ffff:192.0.2.0/120', '192.0.3.200', false],
  ])('%s and %s: %s', (range, address, expected) => {
    expect(addressMatcher([range])(address)).toBe(expected);
  });

  test('hold an address if any of them does', () => {
    const matches = addressMatcher(['192.0.2.1', '198.51.100.0/24']);
    expect(['192.0.2.1', '198.51.100.9', '203.0.113.1'].map(matches)).toEqual([true, true, false]);
  });

  test.each(['', 'example.org', '192.0.2', '192.0.2.0/33', '192.0.2.0/', '192.0.2.0/24/1', '2001:db8::/129'])(
    'refuse %j',
    (text) => {
      expect(() => addressMatcher([text])).toThrow(BadAddressRange);
    },
  );

  test('agree with comparing the leading bits', () => {
    const octets = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));
    fc.assert(
      fc.property(octets, octets, fc.nat(32), (a, b, bits) => {
        const text = (parts: number[]) => parts.map((part) => part.toString(2).padStart(8, '0')).join('');
        const expected = text(a).slice(0, bits) === text(b).slice(0, bits);
        return addressMatcher([`${a.join('.')}/${bits}`])(b.join('.')) === expected;
      }),
    );
  });
});
