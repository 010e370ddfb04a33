import { describe, expect, test } from '@jest/globals';
import {
  BadMoney,
  moneyNumber,
  moneyText,
  parseMoney,
  shareOf,
  sumMoney,
} from '@sgraph-backbone/layer/costs';
import fc from 'fast-check';

/** A rational number, exact whatever its digits: what money is checked against. */
interface Rational {
  readonly over: bigint;
  readonly under: bigint;
}

function rational(text: string): Rational {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace(/^[+-]/, '').split('.');
  const sign = text.startsWith('-') ? -1n : 1n;
  const digits = sign * BigInt(`${whole}${fraction}` || '0');
  const shift = Number(exponent) - fraction.length;
  return shift >= 0
    ? { over: digits * 10n ** BigInt(shift), under: 1n }
    : { over: digits, under: 10n ** BigInt(-shift) };
}

const plus = (a: Rational, b: Rational): Rational => ({
  over: a.over * b.under + b.over * a.under,
  under: a.under * b.under,
});
const isEqual = (a: Rational, b: Rational) => a.over * b.under === b.over * a.under;

/** Amounts as AWS sends them: up to ten digits behind the point, either sign. */
const amount = fc
  .tuple(
    fc.boolean(),
    fc.bigInt(0n, 10n ** 7n),
    fc.integer({ min: 0, max: 10 }),
    fc.bigInt(0n, 10n ** 10n - 1n),
  )
  .map(([negative, whole, digits, fraction]) => {
    const behind = String(fraction).padStart(10, '0').slice(0, digits);
    return `${negative ? '-' : ''}${whole}${digits === 0 ? '' : `.${behind}`}`;
  });

describe('Money', () => {
  test('of 10,000 entries adds up to what exact rational arithmetic says, to the last digit', () => {
    fc.assert(
      fc.property(fc.array(amount, { minLength: 10_000, maxLength: 10_000 }), (amounts) => {
        const exact = amounts.map(rational).reduce(plus, { over: 0n, under: 10n ** 10n });
        const sum = sumMoney(amounts.map(parseMoney));
        expect(isEqual(rational(moneyText(sum)), exact)).toBe(true);
        expect(sumMoney(amounts.toReversed().map(parseMoney))).toBe(sum);
      }),
      { numRuns: 8 },
    );
  }, 60_000);

  test('does not drift where floating-point numbers do', () => {
    const entries = Array.from({ length: 10_000 }, () => '0.1');
    expect(entries.reduce((sum, text) => sum + Number(text), 0)).not.toBe(1000);
    expect(moneyText(sumMoney(entries.map(parseMoney)))).toBe('1000');
  });

  test('is read and written without a change of its value', () => {
    fc.assert(
      fc.property(amount, (text) => {
        const written = moneyText(parseMoney(text));
        expect(isEqual(rational(written), rational(text))).toBe(true);
        expect(written).not.toMatch(/\.\d*0$|\.$|^-0$|e/i);
        expect(moneyText(parseMoney(written))).toBe(written);
      }),
    );
  });

  test('becomes the number that is nearest to it', () => {
    fc.assert(fc.property(amount, (text) => expect(moneyNumber(parseMoney(text))).toBe(Number(text) + 0)));
  });

  test.each([
    ['0.0000004317', '0.0000004317'],
    ['1E-7', '0.0000001'],
    ['-2.5e+2', '-250'],
    ['+.5', '0.5'],
    ['7.', '7'],
    ['-0', '0'],
    ['0.30000000000000004', '0.3'],
    ['0.0000000000005', '0'],
    ['0.0000000000015', '0.000000000002'],
    ['0.00000000000050001', '0.000000000001'],
    ['-0.0000000000015', '-0.000000000002'],
  ])('reads %s as %s', (text, written) => expect(moneyText(parseMoney(text))).toBe(written));

  test.each(['', ' ', '.', '-', 'NaN', 'Infinity', '1,5', '0x10', '1 000', '1e999', '$1', '--1'])(
    'refuses %j',
    (text) => expect(() => parseMoney(text)).toThrow(BadMoney),
  );

  test('divided among what was counted is the nearest amount, and nothing among none or unknown', () => {
    fc.assert(
      fc.property(amount, fc.integer({ min: 1, max: 1_000_000 }), (text, count) => {
        const money = parseMoney(text);
        const twice = 2n * (money - shareOf(money, count)! * BigInt(count));
        expect(twice <= BigInt(count) && -twice <= BigInt(count)).toBe(true);
      }),
    );
    expect(shareOf(5n, 0)).toBeNull();
    expect(shareOf(5n, null)).toBeNull();
    expect([shareOf(1n, 2), shareOf(3n, 2), shareOf(-3n, 2)]).toEqual([0n, 2n, -2n]);
  });
});
