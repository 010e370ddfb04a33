import { addressParts } from './address.ts';

/**
 * A table from address to country, made from CSV lines `first,last,country` whose bounds are decimal numbers
 * (files `*-ipv4-num.csv` and `*-ipv6-num.csv` of @ip-location-db). About 10 MB for all the world's ranges.
 */
export function createCountryTable(sources: {
  readonly ipv4: Uint8Array;
  readonly ipv6: Uint8Array;
}): (address: string) => string | undefined {
  const four = readRanges(sources.ipv4, readWord);
  // 64 bits tell countries apart: nobody is allocated less than a /64.
  const six = readRanges(sources.ipv6, readUpperHalf);
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

/** Straight from the bytes: as texts, the lines of half a million ranges take four times as long and 40 MB. */
function readRanges(csv: Uint8Array, read: ReadNumber): Ranges {
  const lines = countLines(csv);
  const bounds = new Uint32Array(lines * 4);
  const countries = new Uint16Array(lines);
  const codes: string[] = [];
  const indexes = new Map<number, number>();
  let count = 0;
  for (let start = 0; start < csv.length; ) {
    const first = read(csv, start, bounds, count * 4);
    const last = read(csv, first + 1, bounds, count * 4 + 2);
    const end = endOfLine(csv, start);
    start = end + 1;
    // Two letters, as one number.
    const code = (csv[last + 1]! << 8) | csv[last + 2]!;
    if (csv[first] !== COMMA || csv[last] !== COMMA || end < last + 3) continue;
    if (!indexes.has(code)) indexes.set(code, codes.push(String.fromCharCode(code >> 8, code & 255)) - 1);
    countries[count++] = indexes.get(code)!;
  }
  return { count, bounds, countries, codes };
}

/** Reads digits into two halves of 32 bits at `to`; answers where they end. */
type ReadNumber = (csv: Uint8Array, start: number, target: Uint32Array, to: number) => number;

const COMMA = 44;
const NEWLINE = 10;

function countLines(csv: Uint8Array): number {
  let lines = 1;
  for (let at = csv.indexOf(NEWLINE); at >= 0; at = csv.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}

function endOfLine(csv: Uint8Array, from: number): number {
  const end = csv.indexOf(NEWLINE, from);
  return end < 0 ? csv.length : end;
}

// A product of a limb and PIECE, with its carry, stays an exact integer.
const LIMB = 2 ** 24;
const PIECE = 1e8;
const limbs = new Float64Array(6);

/** An IPv4 address. */
function readWord(csv: Uint8Array, start: number, target: Uint32Array, to: number): number {
  let at = start;
  let number = 0;
  for (let digit = digitAt(csv, at); digit >= 0; digit = digitAt(csv, ++at)) number = number * 10 + digit;
  target[to + 1] = number;
  return at;
}

/** The upper 64 bits of an IPv6 address. */
function readUpperHalf(csv: Uint8Array, start: number, target: Uint32Array, to: number): number {
  limbs.fill(0);
  let at = start;
  let used = 0;
  let piece = 0;
  let scale = 1;
  for (let digit = digitAt(csv, at); digit >= 0; digit = digitAt(csv, ++at)) {
    piece = piece * 10 + digit;
    scale *= 10;
    if (scale < PIECE) continue;
    used = extend(piece, scale, used);
    piece = 0;
    scale = 1;
  }
  if (scale > 1) extend(piece, scale, used);
  // Bits 96 to 127, then 64 to 95, out of limbs of 24.
  target[to] = (limbs[4]! + limbs[5]! * LIMB) % 2 ** 32;
  target[to + 1] = Math.floor(limbs[2]! / 2 ** 16) + limbs[3]! * 2 ** 8;
  return at;
}

function digitAt(csv: Uint8Array, at: number): number {
  const byte = at < csv.length ? csv[at]! : 0;
  return byte >= 48 && byte <= 57 ? byte - 48 : -1;
}

/** limbs × scale + piece; answers how many limbs hold something now. */
function extend(piece: number, scale: number, used: number): number {
  let carry = piece;
  for (let limb = 0; limb < used; limb++) {
    const value = limbs[limb]! * scale + carry;
    carry = Math.floor(value / LIMB);
    limbs[limb] = value - carry * LIMB;
  }
  let end = used;
  for (; carry > 0 && end < limbs.length; carry = Math.floor(carry / LIMB)) limbs[end++] = carry % LIMB;
  return end;
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
