import type { Random } from './random.ts';

/** Draws an index in proportion to the weights, in constant time (Vose's alias method). */
export function weightedIndex(weights: readonly number[]): (random: Random) => number {
  const size = weights.length;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const share = Float64Array.from(weights, (weight) => (weight * size) / total);
  const alias = new Int32Array(size);
  const small: number[] = [];
  const large: number[] = [];
  for (let index = 0; index < size; index++) (share[index]! < 1 ? small : large).push(index);
  while (small.length > 0 && large.length > 0) {
    const low = small.pop()!;
    const high = large.at(-1)!;
    alias[low] = high;
    share[high]! -= 1 - share[low]!;
    if (share[high]! < 1) small.push(large.pop()!);
  }
  for (const index of [...small, ...large]) share[index] = 1;
  return (random) => {
    const index = random.integer(size);
    return random.next() < share[index]! ? index : alias[index]!;
  };
}

/** Draws a value in proportion to its weight. */
export function weighted<T>(entries: readonly (readonly [T, number])[]): (random: Random) => T {
  const index = weightedIndex(entries.map(([, weight]) => weight));
  return (random) => entries[index(random)]![0];
}

/** Draws a rank in [0, size) whose frequency falls as 1 / (rank + 1)^exponent. */
export function zipf(size: number, exponent: number): (random: Random) => number {
  return weightedIndex(Array.from({ length: size }, (_, rank) => (rank + 1) ** -exponent));
}
