import { addressParts } from './address.ts';
import { latin1 } from './decoding.ts';

/**
 * A table from address to country, made from CSV lines `first,last,country` whose bounds are decimal numbers
 * (files `*-ipv4-num.csv` and `*-ipv6-num.csv` of @ip-location-db). About 10 MB for all the world's ranges.
 */
export function createCountryTable(sources: {
  readonly ipv4: Uint8Array;
  readonly ipv6: Uint8Array;
}): (address: string) => string | undefined {
  const four = readRanges(sources.ipv4, (text) => [0, Number(text)]);
  // 64 bits tell countries apart: nobody is allocated less than a /64.
  const six = readRanges(sources.ipv6, (text) => halves(BigInt(text) >> 64n));
  return (address) => {
    const parts = addressParts(address);
    if (!parts) return undefined;
    if (parts.length === 4)
      return find(
        four,
        0,
        parts.reduce((number, part) => number * 256 + part, 0),
      );
    return find(six, parts[0]! * 65536 + parts[1]!, parts[2]! * 65536 + parts[3]!);
  };
}

/** Sorted ranges; bounds in two halves of 32 bits, countries by their index in `codes`. */
interface Ranges {
  readonly count: number;
  /** Four numbers a range: first (high, low), last (high, low). */
  readonly bounds: Uint32Array;
  readonly countries: Uint16Array;
  readonly codes: readonly string[];
}

function readRanges(csv: Uint8Array, bound: (text: string) => readonly [number, number]): Ranges {
  const text = latin1(csv, 0, csv.length);
  const lines = text.split('\n');
  const bounds = new Uint32Array(lines.length * 4);
  const countries = new Uint16Array(lines.length);
  const codes: string[] = [];
  const indexes = new Map<string, number>();
  let count = 0;
  for (const line of lines) {
    const [first, last, code] = line.trim().split(',');
    if (!first || !last || !code) continue;
    bounds.set([...bound(first), ...bound(last)], count * 4);
    if (!indexes.has(code)) indexes.set(code, codes.push(Buffer.from(code).toString()) - 1);
    countries[count++] = indexes.get(code)!;
  }
  return { count, bounds, countries, codes };
}

function halves(number: bigint): readonly [number, number] {
  return [Number(number >> 32n), Number(number & 0xffffffffn)];
}

function find({ count, bounds, countries, codes }: Ranges, high: number, low: number): string | undefined {
  let from = 0;
  let to = count;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (isUpTo(bounds, middle * 4, high, low)) from = middle + 1;
    else to = middle;
  }
  const before = from - 1;
  if (before < 0) return undefined;
  const last = before * 4 + 2;
  const inside = bounds[last]! > high || (bounds[last] === high && bounds[last + 1]! >= low);
  return inside ? codes[countries[before]!] : undefined;
}

/** Whether the bound is not above the number. */
function isUpTo(bounds: Uint32Array, at: number, high: number, low: number): boolean {
  return bounds[at]! < high || (bounds[at] === high && bounds[at + 1]! <= low);
}
