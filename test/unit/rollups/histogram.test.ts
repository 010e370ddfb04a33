import { describe, expect, test } from '@jest/globals';
import {
  createHistogram,
  decodeHistogram,
  encodeHistogram,
  type Histogram,
  mergeHistogram,
  percentile,
  recordValue,
} from '@sgraph-backbone/layer/rollups';
import fc from 'fast-check';

const anyValue = fc.oneof(fc.nat(300), fc.nat(20_000), fc.nat(2 ** 31 - 1));
const anyValues = fc.array(anyValue, { maxLength: 60 });

function histogramOf(values: readonly number[]): Histogram {
  const histogram = createHistogram();
  for (const value of values) recordValue(histogram, value);
  return histogram;
}

function merged(...parts: Histogram[]): string {
  const into = createHistogram();
  for (const part of parts) mergeHistogram(into, part);
  return encodeHistogram(into);
}

describe('a histogram', () => {
  test('gives percentiles less than 0.8 % off, exact below 256 ms', () => {
    fc.assert(
      fc.property(
        fc.array(anyValue, { minLength: 1, maxLength: 60 }),
        fc.constantFrom(0.5, 0.95, 0.99),
        (values, share) => {
          const exact = values.toSorted((a, b) => a - b)[Math.ceil(share * values.length) - 1]!;
          const found = percentile(histogramOf(values), share)!;
          if (exact < 256) expect(found).toBe(exact);
          else expect(Math.abs(found / exact - 1)).toBeLessThan(0.008);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('has no percentiles without values', () => {
    expect(percentile(createHistogram(), 0.5)).toBeNull();
    expect(encodeHistogram(createHistogram())).toBe('');
  });

  test('merges to what one histogram of all values is', () => {
    fc.assert(
      fc.property(anyValues, anyValues, anyValues, (a, b, c) => {
        const all = encodeHistogram(histogramOf([...a, ...b, ...c]));
        expect(merged(histogramOf(a), histogramOf(b), histogramOf(c))).toBe(all);
        expect(merged(histogramOf(c), histogramOf(a), histogramOf(b), createHistogram())).toBe(all);
      }),
    );
  });

  test('is read back from its text, counts beyond 32 bits included', () => {
    const large = histogramOf([3, 70_000]);
    large.counts[3] = 2 ** 40 + 5;
    expect(decodeHistogram(encodeHistogram(large)).counts[3]).toBe(2 ** 40 + 5);
    fc.assert(
      fc.property(anyValues, (values) => {
        const text = encodeHistogram(histogramOf(values));
        expect(encodeHistogram(decodeHistogram(text))).toBe(text);
      }),
    );
    expect(() => decodeHistogram('/w==')).toThrow(RangeError);
  });
});
