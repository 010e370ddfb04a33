import { describe, expect, test } from '@jest/globals';
import {
  addHash,
  addText,
  createSketch,
  decodeSketch,
  encodeSketch,
  estimateSketch,
  mergeSketch,
  type Sketch,
  TEXT_PRECISION,
  VISITOR_PRECISION,
} from '@sgraph-backbone/layer/rollups';
import fc from 'fast-check';
import { mix } from './event-blocks.ts';

/** The hashes of the visitors from `first` up to `end`. */
function sketchOf(first: number, end: number, precision = VISITOR_PRECISION): Sketch {
  const sketch = createSketch(precision);
  for (let n = first; n < end; n += 1) addHash(sketch, mix(2 * n), mix(2 * n + 1));
  return sketch;
}

function union(...parts: Sketch[]): string {
  const into = createSketch(parts[0]!.precision);
  for (const part of parts) mergeSketch(into, part);
  return encodeSketch(into);
}

// Ranges around the limit of 1,000, so that unions cross it.
const anySketch = fc
  .tuple(fc.integer({ min: 0, max: 2_000 }), fc.oneof(fc.nat(40), fc.integer({ min: 900, max: 2_500 })))
  .map(([first, size]) => sketchOf(first, first + size));

describe('a sketch', () => {
  test('counts exactly up to 1,000, repeats not counted', () => {
    const sketch = sketchOf(0, 1_000);
    for (let n = 0; n < 1_000; n += 1) addHash(sketch, mix(2 * n), mix(2 * n + 1));
    expect(estimateSketch(sketch)).toBe(1_000);
    expect(encodeSketch(sketch).slice(0, 3)).toBe('14x');
    expect(encodeSketch(sketchOf(0, 1_001)).slice(0, 3)).toBe('14h');
    expect(estimateSketch(createSketch(14))).toBe(0);
  });

  test('takes the hash 0', () => {
    const sketch = createSketch(14);
    addHash(sketch, 0, 0);
    addHash(sketch, 0, 0);
    addHash(sketch, 7, 0);
    expect(estimateSketch(sketch)).toBe(2);
    expect(encodeSketch(decodeSketch(encodeSketch(sketch)))).toBe(encodeSketch(sketch));
  });

  test('ranks a hash by all of its bits behind those that choose the register', () => {
    const sketch = sketchOf(0, 1_001);
    const register = (at: number) => encodeSketch(sketch)[3 + at];
    addHash(sketch, 0, 1);
    addHash(sketch, 1 << 18, 0);
    addHash(sketch, (2 << 18) + 1, 0);
    // Of 50 bits: 49 zeros and a one, none but zeros, 17 zeros and a one; the rank is the 64th letter of base64.
    expect([register(0), register(1), register(2)]).toEqual(['y', 'z', 'S']);
  });

  test.each([
    [VISITOR_PRECISION, 1_001],
    [VISITOR_PRECISION, 10_000],
    [VISITOR_PRECISION, 100_000],
    [VISITOR_PRECISION, 1_000_000],
    [TEXT_PRECISION, 10_000],
    [TEXT_PRECISION, 300_000],
  ])('with 2^%i registers counts %i within three standard errors', (precision, size) => {
    const error = 1.04 / Math.sqrt(2 ** precision);
    const estimate = estimateSketch(sketchOf(0, size, precision));
    expect(Math.abs(estimate / size - 1)).toBeLessThan(3 * error);
  });

  test('of similar texts is as good', () => {
    for (const size of [1_500, 20_000, 100_000]) {
      const sketch = createSketch(TEXT_PRECISION);
      for (let n = 0; n < size; n += 1) addText(sketch, `/products/item-${n}/index.html`);
      expect(Math.abs(estimateSketch(sketch) / size - 1)).toBeLessThan(3 * 0.01625);
    }
  });

  test('tells short texts apart', () => {
    const sketch = createSketch(TEXT_PRECISION);
    for (let a = 32; a < 127; a += 1)
      for (let b = 117; b < 127; b += 1) addText(sketch, String.fromCharCode(a, b));
    expect(estimateSketch(sketch)).toBe(950);
  });

  test('is a function of the set: order, grouping and repetition leave the same bytes', () => {
    fc.assert(
      fc.property(anySketch, anySketch, anySketch, (a, b, c) => {
        const ab = decodeSketch(union(a, b));
        const bc = decodeSketch(union(b, c));
        expect(union(ab, c)).toBe(union(a, bc));
        expect(union(a, b)).toBe(union(b, a));
        expect(union(a, a)).toBe(encodeSketch(a));
        expect(union(a, createSketch(14))).toBe(encodeSketch(a));
        expect(union(createSketch(14), a, ab)).toBe(union(a, b));
      }),
      { numRuns: 30 },
    );
  });

  test('merged is what adding everything to one would have made', () => {
    expect(union(sketchOf(0, 700), sketchOf(500, 1_300))).toBe(encodeSketch(sketchOf(0, 1_300)));
    expect(union(sketchOf(0, 700), sketchOf(500, 1_000))).toBe(encodeSketch(sketchOf(0, 1_000)));
    expect(union(sketchOf(0, 30_000), sketchOf(29_990, 30_100))).toBe(encodeSketch(sketchOf(0, 30_100)));
  });

  test('is read back from its text, and anything else is refused', () => {
    fc.assert(
      fc.property(anySketch, (sketch) => {
        const back = decodeSketch(encodeSketch(sketch));
        expect(encodeSketch(back)).toBe(encodeSketch(sketch));
        expect(estimateSketch(back)).toBe(estimateSketch(sketch));
      }),
      { numRuns: 30 },
    );
    expect(() => decodeSketch('14hAAAA')).toThrow(RangeError);
    expect(() => decodeSketch('hello')).toThrow(RangeError);
  });

  test('does not merge with one of another precision', () => {
    expect(() => mergeSketch(createSketch(12), createSketch(14))).toThrow(RangeError);
  });
});
