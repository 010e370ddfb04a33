/** Numbers from one to another, both included. */
export type Range = readonly [from: number, to: number];

/** Numbers as ranges in order that do not touch each other. */
export type Ranges = readonly Range[];

export const NO_NUMBERS: Ranges = [];

/** All numbers of both. */
export function union(ranges: Ranges, others: Ranges): Ranges {
  const all = [...ranges, ...others].sort(([a], [b]) => a - b);
  const merged: [number, number][] = [];
  for (const [from, to] of all) {
    const last = merged.at(-1);
    if (last === undefined || from > last[1] + 1) merged.push([from, to]);
    else last[1] = Math.max(last[1], to);
  }
  return merged;
}

/** The numbers that are not among the others. */
export function without(ranges: Ranges, others: Ranges): Ranges {
  return others.reduce<Ranges>(
    (left, [from, to]) =>
      left.flatMap(([first, last]): Ranges => {
        if (last < from || first > to) return [[first, last]];
        const before: Ranges = first < from ? [[first, from - 1]] : [];
        return last > to ? [...before, [to + 1, last]] : before;
      }),
    ranges,
  );
}

/** The numbers up to one. */
export function through(ranges: Ranges, last: number): Ranges {
  return without(ranges, [[last + 1, Number.POSITIVE_INFINITY]]);
}

/** How many numbers there are. */
export function countOf(ranges: Ranges): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
}
