import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countOf, type Range, type Ranges, through, union, without } from '../../../layer/tokens/ranges.ts';

const ranges = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 6 })), { maxLength: 8 })
  .map((pairs) =>
    union(
      [],
      pairs.map(([from, more]): Range => [from, from + more]),
    ),
  );

function numbersOf(given: Ranges): number[] {
  return given.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => from + index));
}

/** In order, and with a gap between any two. */
function expectTidy(given: Ranges): void {
  for (const [index, [from, to]] of given.entries()) {
    expect(from).toBeLessThanOrEqual(to);
    if (index > 0) expect(from).toBeGreaterThan(given[index - 1]![1] + 1);
  }
}

describe('ranges of numbers', () => {
  test('are what sets of the numbers would be', () => {
    fc.assert(
      fc.property(ranges, ranges, fc.integer({ min: 0, max: 50 }), (a, b, last) => {
        const [inA, inB] = [numbersOf(a), numbersOf(b)];
        const sorted = (numbers: Iterable<number>) => [...new Set(numbers)].sort((x, y) => x - y);
        for (const made of [union(a, b), without(a, b), through(a, last)]) expectTidy(made);
        expect(numbersOf(union(a, b))).toEqual(sorted([...inA, ...inB]));
        expect(numbersOf(without(a, b))).toEqual(inA.filter((number) => !inB.includes(number)));
        expect(numbersOf(through(a, last))).toEqual(inA.filter((number) => number <= last));
        expect(countOf(a)).toBe(inA.length);
      }),
      { numRuns: 500 },
    );
  });
});
