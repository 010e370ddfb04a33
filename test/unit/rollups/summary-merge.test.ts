import { describe, expect, test } from '@jest/globals';
import {
  contentHash,
  decodeSummary,
  emptySummary,
  encodeSummary,
  mergeSummaries,
  type Summary,
  sumSummaries,
} from '@sgraph-backbone/layer/rollups';
import fc from 'fast-check';
import type { Line } from './event-blocks.ts';
import { anyEvent, anyLine, summaryOf } from './summary-lines.ts';

const hashOf = (summary: Summary) => contentHash(encodeSummary(summary));

// Crowds of 700 to 1,500 visitors: unions of two pass from exact to estimated.
const crowd = fc
  .tuple(fc.nat(2_000), fc.integer({ min: 700, max: 1_500 }))
  .map(([first, size]) => Array.from({ length: size }, (_, n): Line => ({ visitor: first + n })));

const anySummaryOfLogs = fc
  .tuple(fc.array(anyLine, { maxLength: 20 }), fc.option(crowd, { freq: 2, nil: [] }))
  .map(([lines, many]) => summaryOf(lines, many));
const anySummaryOfEvents = fc.array(anyEvent, { maxLength: 20 }).map((events) => summaryOf(events));
const anySummary = fc.oneof(anySummaryOfLogs, anySummaryOfEvents);

describe('merging summaries', () => {
  test('is commutative, associative, has an identity, and changes neither side', () => {
    fc.assert(
      fc.property(anySummary, anySummary, anySummary, (a, b, c) => {
        const before = [a, b, c].map(hashOf);
        const whole = hashOf(sumSummaries([a, b, c]));
        expect(hashOf(mergeSummaries(mergeSummaries(a, b), c))).toBe(whole);
        expect(hashOf(mergeSummaries(a, mergeSummaries(b, c)))).toBe(whole);
        expect(hashOf(mergeSummaries(mergeSummaries(c, b), a))).toBe(whole);
        expect(hashOf(mergeSummaries(a, emptySummary()))).toBe(before[0]);
        expect([a, b, c].map(hashOf)).toEqual(before);
      }),
      { numRuns: 30 },
    );
  });

  test('counts a visitor that both know once, and everything else twice', () => {
    fc.assert(
      fc.property(anySummary, (a) => {
        const own = encodeSummary(a).classes;
        const doubled = encodeSummary(mergeSummaries(a, a)).classes;
        for (const name of Object.keys(own) as (keyof typeof own)[]) {
          expect(doubled[name]!.visitors).toEqual(own[name]!.visitors);
          for (const counter of ['total_requests', 'events', 'token_uses', 'total_bytes'] as const) {
            expect(doubled[name]!.counters[counter] ?? 0).toBe((own[name]!.counters[counter] ?? 0) * 2);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  test('keeps sums exact and the bound honest where tables are cut', () => {
    const flood = (first: number) =>
      summaryOf(Array.from({ length: 30_000 }, (_, n) => ({ path: `/${(first + n) % 70_000}`, bytes: 1 })));
    const parts = [flood(0), flood(25_000), flood(50_000)];
    const [a, b, c] = parts as [Summary, Summary, Summary];
    const truth = new Map<string, number>();
    for (const { classes } of parts) {
      const { values, counts } = classes.human.tables.path;
      values.forEach((value, row) => {
        truth.set(value, (truth.get(value) ?? 0) + counts[row * 4]!);
      });
    }
    for (const sum of [mergeSummaries(mergeSummaries(a, b), c), mergeSummaries(c, mergeSummaries(b, a))]) {
      const { values, counts, index, other, cut_off } = sum.classes.human.tables.path;
      expect(values).toHaveLength(50_000);
      expect(values.reduce((n, _, row) => n + counts[row * 4]!, other[0]!)).toBe(90_000);
      for (const [value, count] of truth) {
        const listed = counts[(index.get(value) ?? -1) * 4] ?? 0;
        if (listed > count || count - listed > cut_off) throw new Error(`${value}: ${listed} of ${count}`);
      }
    }
  });

  test('is read back from JSON as it was', () => {
    fc.assert(
      fc.property(anySummary, (summary) => {
        const text = JSON.stringify(encodeSummary(summary));
        expect(JSON.stringify(encodeSummary(decodeSummary(JSON.parse(text))))).toBe(text);
      }),
      { numRuns: 30 },
    );
  });

  test('refuses counts that are no exact integers any more', () => {
    const huge = summaryOf([{ path: '/', bytes: 2 ** 53 - 2 }]);
    expect(() => mergeSummaries(huge, huge)).toThrow(RangeError);
  });
});
