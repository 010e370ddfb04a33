/** Where the separators of a stretch of bytes are. */
export interface Separators {
  /** Positions of tabs and newlines; `ends[0]` is the position before the first byte. */
  ends: Int32Array;
  /** For each newline, the index behind it in `ends`. */
  lines: Int32Array;
  lineCount: number;
  /** Whether there is any byte of 128 or more. */
  beyondAscii: boolean;
}

export function createSeparators(bytes: number): Separators {
  return { ends: new Int32Array(bytes + 2), lines: new Int32Array(bytes), lineCount: 0, beyondAscii: false };
}

/** Finds tabs and newlines: first all bytes that may be one, which is nearly the same, then those that are. */
export function findSeparators(found: Separators, bytes: Uint8Array, start: number, end: number): void {
  if (found.lines.length < end - start) Object.assign(found, createSeparators(end - start));
  const { ends } = found;
  ends[0] = start - 1;
  const { buffer, byteOffset } = bytes;
  const aligned = Math.min(end, start + (-(byteOffset + start) & 3));
  const words = new Int32Array(buffer, 0, buffer.byteLength >>> 2);
  const rest = aligned + ((end - aligned) & ~15);
  let any = 0;
  let count = 1;
  for (let at = start; at < aligned; at++) {
    any |= bytes[at]!;
    ends[count++] = at;
  }
  const lastWord = (byteOffset + rest) >>> 2;
  for (let index = (byteOffset + aligned) >>> 2; index < lastWord; index += 4) {
    const one = words[index]!;
    const two = words[index + 1]!;
    const three = words[index + 2]!;
    const four = words[index + 3]!;
    any |= one | two | three | four;
    // Of the lower seven bits, only those below 16 don't carry into the highest bit when 0x70 is added.
    const highOne = (one & 0x7f7f7f7f) + 0x70707070;
    const highTwo = (two & 0x7f7f7f7f) + 0x70707070;
    const highThree = (three & 0x7f7f7f7f) + 0x70707070;
    const highFour = (four & 0x7f7f7f7f) + 0x70707070;
    if ((highOne & highTwo & highThree & highFour & HIGHEST) === HIGHEST) continue;
    // One set of 16 bits, and one loop over it: loops of a few rounds are mostly guessed wrong at their end.
    let low = lowBytes(highOne) | (lowBytes(highTwo) << 4);
    low |= (lowBytes(highThree) << 8) | (lowBytes(highFour) << 12);
    for (const at = (index << 2) - byteOffset + 31; low !== 0; low &= low - 1)
      ends[count++] = at - Math.clz32(low & -low);
  }
  for (let at = rest; at < end; at++) {
    any |= bytes[at]!;
    ends[count++] = at;
  }
  found.beyondAscii = (any & HIGHEST) !== 0;
  keepSeparators(found, bytes, count);
}

const HIGHEST = 0x80808080 | 0;

/** The bytes of a word whose highest bit is not set, as four bits. */
function lowBytes(high: number): number {
  return Math.imul((~high & HIGHEST) >>> 7, 0x10204080) >>> 28;
}

/** Of the places that were found, those of tabs and newlines. */
function keepSeparators(found: Separators, bytes: Uint8Array, count: number): void {
  const { ends, lines } = found;
  let kept = 1;
  let lineCount = 0;
  for (let index = 1; index < count; index++) {
    const at = ends[index]!;
    const byte = bytes[at]!;
    // Written in any case, counted only if it is one: cheaper than another branch.
    ends[kept] = at;
    if (byte === 9) kept++;
    else if (byte === 10) lines[lineCount++] = ++kept;
  }
  found.lineCount = lineCount;
}
