/** Bits that hold every index into a dictionary of this many values; at least 1, as old readers expect. */
export function indexBits(values: number): number {
  return Math.max(1, 32 - Math.clz32(values - 1));
}

/** Room that `writeHybrid` may need at most, in bytes: a header and a run per group of 8, and a closing group. */
export function hybridBound(count: number, bits: number): number {
  return (Math.ceil(count / 8) + 1) * (bits + 14);
}

/**
 * Parquet's RLE / bit-packed hybrid of the first `count` values, written into `out` from `at` on; returns the
 * end. The library's own writer appends byte by byte through a DataView; this one costs a few ns per value.
 */
export function writeHybrid(
  out: Uint8Array,
  at: number,
  values: Int32Array,
  count: number,
  bits: number,
): number {
  let end = at;
  let literal = 0;
  let index = 0;
  while (index < count) {
    const run = runLength(values, index, count);
    if (run < 8) {
      index += 8;
      continue;
    }
    end = writeLiteral(out, end, values, literal, index, bits);
    end = writeRun(out, end, values[index]!, run, bits);
    index += run;
    literal = index;
  }
  return writeLiteral(out, end, values, literal, count, bits);
}

function runLength(values: Int32Array, from: number, count: number): number {
  const value = values[from];
  let next = from + 1;
  while (next < count && values[next] === value) next++;
  return next - from;
}

function writeRun(out: Uint8Array, at: number, value: number, run: number, bits: number): number {
  let end = writeVarint(out, at, run * 2);
  for (let shift = 0; shift < bits; shift += 8) out[end++] = value >>> shift;
  return end;
}

/** Bit-packed groups of 8; only the last literal of a page may be filled up with zeros. */
function writeLiteral(
  out: Uint8Array,
  at: number,
  values: Int32Array,
  from: number,
  to: number,
  bits: number,
): number {
  if (from >= to) return at;
  const groups = Math.ceil((to - from) / 8);
  let end = writeVarint(out, at, groups * 2 + 1);
  let pending = 0;
  let filled = 0;
  for (let index = from; index < from + groups * 8; index++) {
    if (index < to) pending |= values[index]! << filled;
    filled += bits;
    while (filled >= 8) {
      out[end++] = pending;
      pending >>>= 8;
      filled -= 8;
    }
  }
  return end;
}

function writeVarint(out: Uint8Array, at: number, value: number): number {
  let end = at;
  let rest = value;
  while (rest > 127) {
    out[end++] = (rest & 127) | 128;
    rest >>>= 7;
  }
  out[end++] = rest;
  return end;
}

/** Reads `target.length` values of `bits` bits each, from `at` on. Throws RangeError where the bytes end too early. */
export function readHybrid(bytes: Uint8Array, at: number, target: Int32Array, bits: number): void {
  let position = at;
  let index = 0;
  while (index < target.length) {
    let header = 0;
    for (let shift = 0, more = true; more; shift += 7) {
      const byte = byteAt(bytes, position++);
      header |= (byte & 127) << shift;
      more = byte > 127;
    }
    const length = header >>> 1;
    if (length === 0) throw new RangeError('an empty run');
    if (header & 1) {
      const end = Math.min(target.length, index + length * 8);
      readLiteral(bytes, position, target, index, end, bits);
      position += length * bits;
      index = end;
    } else {
      const end = index + length;
      if (end > target.length) throw new RangeError('a run that is too long');
      target.fill(readRunValue(bytes, position, bits), index, end);
      position += Math.ceil(bits / 8);
      index = end;
    }
  }
}

function readRunValue(bytes: Uint8Array, at: number, bits: number): number {
  let value = 0;
  for (let shift = 0, position = at; shift < bits; shift += 8) value |= byteAt(bytes, position++) << shift;
  return value;
}

function readLiteral(
  bytes: Uint8Array,
  at: number,
  target: Int32Array,
  from: number,
  to: number,
  bits: number,
): void {
  const mask = 2 ** bits - 1;
  let position = at;
  let pending = 0;
  let filled = 0;
  for (let index = from; index < to; index++) {
    while (filled < bits) {
      pending |= byteAt(bytes, position++) << filled;
      filled += 8;
    }
    target[index] = pending & mask;
    pending >>>= bits;
    filled -= bits;
  }
}

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new RangeError('a page that ends too early');
  return byte;
}
