import { describe, expect, test } from '@jest/globals';
import { BASE64URL, createRandom, HEX } from '../../../local/demo/random.ts';
import { weighted, zipf } from '../../../local/demo/sampler.ts';

const DRAWS = 40_000;

function counts<T>(draw: () => T): Map<T, number> {
  const seen = new Map<T, number>();
  for (let left = DRAWS; left > 0; left--) {
    const value = draw();
    seen.set(value, (seen.get(value) ?? 0) + 1);
  }
  return seen;
}

describe('a seeded random source', () => {
  test('repeats itself from the same seed and differs from another', () => {
    const first = (seed: string) => createRandom(seed).text(BASE64URL, 56);
    expect(first('demo')).toBe(first('demo'));
    expect(first('demo')).not.toBe(first('demo2'));
  });

  test('never repeats a request id in a day of requests', () => {
    const random = createRandom('ids');
    const ids = new Set(Array.from({ length: DRAWS }, () => random.text(BASE64URL, 56)));
    expect(ids.size).toBe(DRAWS);
  });

  test('uses every character of an alphabet equally often', () => {
    const random = createRandom('characters');
    const seen = counts(() => random.text(HEX, 1));
    expect(seen.size).toBe(16);
    for (const count of seen.values()) expect(Math.abs(count / (DRAWS / 16) - 1)).toBeLessThan(0.1);
  });

  test('refuses an alphabet that bits cannot index', () => {
    expect(() => createRandom('x').text('abc', 3)).toThrow('no power of two');
  });

  test('draws log-normal values around their median', () => {
    const random = createRandom('sizes');
    const values = Array.from({ length: 9999 }, () => random.logNormal(11_000, 1.4)).sort((a, b) => a - b);
    expect(Math.abs(values[4999]! / 11_000 - 1)).toBeLessThan(0.06);
  });
});

describe('weighted draws', () => {
  test('follow the weights, also of values that are rare', () => {
    const random = createRandom('weights');
    const draw = weighted([
      ['often', 90],
      ['seldom', 9],
      ['rare', 1],
      ['never', 0],
    ]);
    const seen = counts(() => draw(random));
    expect(seen.get('often')! / DRAWS).toBeCloseTo(0.9, 2);
    expect(seen.get('seldom')! / DRAWS).toBeCloseTo(0.09, 2);
    expect(seen.get('rare')! / DRAWS).toBeCloseTo(0.01, 2);
    expect(seen.has('never')).toBe(false);
  });

  test('of Zipf ranks fall as the rank rises', () => {
    const random = createRandom('ranks');
    const draw = zipf(1000, 1);
    const seen = counts(() => draw(random));
    expect(seen.get(0)! / seen.get(9)!).toBeGreaterThan(8);
    expect(seen.get(0)! / seen.get(9)!).toBeLessThan(12);
    expect(Math.max(...seen.keys())).toBeLessThan(1000);
  });
});
