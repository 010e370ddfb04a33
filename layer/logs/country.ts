import { addressParts } from './address.ts';

/**
 * A table from address to country, made from CSV lines `first,last,country` whose bounds are decimal numbers
 * (files `*-ipv4-num.csv` and `*-ipv6-num.csv` of @ip-location-db). About 15 MB for all the world's ranges.
 */
export function createCountryTable(sources: {
  readonly ipv4: Uint8Array;
  readonly ipv6: Uint8Array;
}): (address: string) => string | undefined {
  const four = readRanges(sources.ipv4, (text) => BigInt(text));
  // 64 bits tell countries apart: nobody is allocated less than a /64.
  const six = readRanges(sources.ipv6, (text) => BigInt(text) >> 64n);
  return (address) => {
    const parts = addressParts(address);
    if (parts?.length === 4) return find(four, fourNumber(parts));
    return parts && find(six, sixNumber(parts));
  };
}

interface Ranges {
  /** Sorted. */
  readonly first: BigUint64Array;
  readonly last: BigUint64Array;
  readonly country: readonly string[];
}

function readRanges(csv: Uint8Array, number: (text: string) => bigint): Ranges {
  const lines = Buffer.from(csv.buffer, csv.byteOffset, csv.byteLength).toString('latin1').split('\n');
  const first = new BigUint64Array(lines.length);
  const last = new BigUint64Array(lines.length);
  const country: string[] = [];
  for (const line of lines) {
    const [from, to, code] = line.trim().split(',');
    if (!from || !to || !code) continue;
    first[country.length] = number(from);
    last[country.length] = number(to);
    country.push(code);
  }
  return { first: first.subarray(0, country.length), last: last.subarray(0, country.length), country };
}

function find(ranges: Ranges, address: bigint): string | undefined {
  let low = 0;
  let high = ranges.first.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ranges.first[middle]! <= address) low = middle + 1;
    else high = middle;
  }
  return low > 0 && address <= ranges.last[low - 1]! ? ranges.country[low - 1] : undefined;
}

function fourNumber(parts: readonly number[]): bigint {
  return BigInt(parts.reduce((number, part) => number * 256 + part, 0));
}

function sixNumber(parts: readonly number[]): bigint {
  return parts.slice(0, 4).reduce((number, part) => (number << 16n) | BigInt(part), 0n);
}
