import * as w from './wasm-module.ts';

/**
 * The loops that all bytes of a log go through, in WebAssembly for its comparisons of 16 bytes and its
 * multiplications of 64 bits: JavaScript takes several times as long for them. Places are addresses in the memory.
 */
export interface ScanCode {
  /**
   * Writes the places of tabs and newlines from `start` to `end` into `ends`, from its second number on, and for each
   * newline the index behind it in `ends` into `lines`. Answers twice the number of lines, + 1 if any byte is 128 or
   * more. The bytes up to the next multiple of 16 behind `start` have to be none of these.
   */
  separators(start: number, end: number, ends: number, lines: number): number;
  /**
   * Numbers of the values from column `first` to column `last` of `count` rows, into `found`: −1 where `slots` have
   * none, or another one of the same hash. In two passes, so that the processor waits for the memory of many rows.
   */
  find(
    slots: number,
    mask: number,
    ends: number,
    bases: number,
    first: number,
    last: number,
    count: number,
    found: number,
  ): void;
  /** 32 bits of the hash of some bytes. */
  hash(start: number, length: number): number;
}

let compiled: WebAssembly.Module | undefined;

/** The code over a memory. It is compiled once per process. */
export function scanCode(memory: WebAssembly.Memory): ScanCode {
  compiled ??= new WebAssembly.Module(w.wasmModule([separators(), find(), hash()]));
  return new WebAssembly.Instance(compiled, { e: { m: memory } }).exports as unknown as ScanCode;
}

function separators(): w.WasmFunction {
  const { at, end, ends, lines, from, lineFrom, marks, newlines, bytes, all } = w.locals(
    'at end ends lines from lineFrom marks newlines bytes all',
  );
  const placesOf = (byte: number) => w.highestBits(w.equalBytes(bytes, w.sixteen(w.constant(byte))));
  return {
    name: 'separators',
    parameters: 4,
    results: 1,
    locals: [w.I32, w.I32, w.I32, w.I32, w.V128, w.V128],
    body: [
      ...w.set(from, ends),
      ...w.set(lineFrom, lines),
      ...w.increase(ends, 4),
      ...w.during(
        w.below(at, end),
        w.set(bytes, w.load128(at)),
        w.set(all, w.or128(all, bytes)),
        w.set(newlines, placesOf(10)),
        w.set(marks, w.or(newlines, placesOf(9))),
        w.during(
          marks,
          w.store(ends, w.add(at, w.firstBit(marks))),
          w.increase(ends, 4),
          w.when(
            w.and(w.shiftRight(newlines, w.firstBit(marks)), w.constant(1)),
            w.store(lines, w.shiftRight(w.subtract(ends, from), w.constant(2))),
            w.increase(lines, 4),
          ),
          w.set(marks, w.and(marks, w.subtract(marks, w.constant(1)))),
        ),
        w.increase(at, 16),
      ),
      ...w.or(
        w.shiftRight(w.subtract(lines, lineFrom), w.constant(1)),
        w.different(w.highestBits(all), w.constant(0)),
      ),
    ],
  };
}

function find(): w.WasmFunction {
  const names = 'slots mask ends bases first last count found row start length at end slot entry other h';
  const l = w.locals(names);
  const { slots, mask, ends, bases, first, last, count, found } = l;
  const { row, start, length, at, end, slot, entry, other, h } = l;
  const base = w.add(ends, w.shiftLeft(w.load(w.add(bases, row)), w.constant(2)));
  const bounds = [
    ...w.set(at, base),
    ...w.set(start, w.add(w.load(w.add(at, first)), w.constant(1))),
    ...w.set(length, w.subtract(w.load(w.add(at, last)), start)),
  ];
  const slotAt = w.add(slots, w.shiftLeft(slot, w.constant(3)));
  const entryAt = w.load(w.add(slotAt, w.constant(4)));
  return {
    name: 'find',
    parameters: 8,
    results: 0,
    locals: [w.I32, w.I32, w.I32, w.I32, w.I32, w.I32, w.I32, w.I32, w.I64],
    body: [
      // Columns and rows become offsets of 4-byte numbers.
      ...w.set(first, w.shiftLeft(w.subtract(first, w.constant(1)), w.constant(2))),
      ...w.set(last, w.shiftLeft(last, w.constant(2))),
      ...w.set(count, w.shiftLeft(count, w.constant(2))),
      ...w.during(
        w.below(row, count),
        bounds,
        hashing(start, length, at, end, h),
        w.set(slot, w.and(w.narrow(h), mask)),
        w.set(entry, entryAt),
        w.during(
          w.and(w.different(entry, w.constant(0)), w.different(w.load(slotAt), w.narrow(h))),
          w.set(slot, w.and(w.add(slot, w.constant(1)), mask)),
          w.set(entry, entryAt),
        ),
        w.store(w.add(found, row), entry),
        w.increase(row, 4),
      ),
      ...w.set(row, w.constant(0)),
      ...w.during(
        w.below(row, count),
        bounds,
        w.set(entry, w.load(w.add(found, row))),
        // Address 0 holds a length that no value has.
        w.when(w.different(w.load(w.add(entry, w.constant(4))), length), w.set(length, w.constant(-1))),
        w.when(
          w.different(length, w.constant(-1)),
          w.set(at, start),
          w.set(other, w.add(entry, w.constant(8))),
          w.set(end, w.add(start, w.and(length, w.constant(-8)))),
          w.during(
            w.and(w.below(at, end), w.isZero(w.different64(w.load64(at), w.load64(other)))),
            w.increase(at, 8),
            w.increase(other, 8),
          ),
          w.when(
            w.or(
              w.below(at, end),
              w.different64(
                w.and64(w.xor64(w.load64(at), w.load64(other)), restOf(length)),
                w.constant64(0n),
              ),
            ),
            w.set(length, w.constant(-1)),
          ),
        ),
        w.when(w.different(length, w.constant(-1)), w.set(length, w.load(entry))),
        w.store(w.add(found, row), length),
        w.increase(row, 4),
      ),
    ],
  };
}

function hash(): w.WasmFunction {
  const { start, length, at, end, h } = w.locals('start length at end h');
  return {
    name: 'hash',
    parameters: 2,
    results: 1,
    locals: [w.I32, w.I32, w.I64],
    body: [...hashing(start, length, at, end, h), ...w.narrow(h)],
  };
}

/** Odd, with the fraction of the golden ratio. */
const MULTIPLIER = w.constant64(0x9e3779b97f4a7c15n);

/** Eight bytes at a time; of a product, the upper half is the good one. */
function hashing(start: w.Code, length: w.Code, at: w.Code, end: w.Code, h: w.Code): w.Code {
  const fold = (word: w.Code) => [
    ...w.set(h, w.multiply64(w.xor64(h, word), MULTIPLIER)),
    ...w.set(h, w.xor64(h, w.shiftRight64(h, w.constant64(32n)))),
  ];
  return [
    ...w.set(h, w.wide(length)),
    ...w.set(at, start),
    ...w.set(end, w.add(start, w.and(length, w.constant(-8)))),
    ...w.during(w.below(at, end), fold(w.load64(at)), w.increase(at, 8)),
    ...fold(w.and64(w.load64(at), restOf(length))),
  ];
}

/** A mask of the bytes behind the last whole eight. */
function restOf(length: w.Code): w.Code {
  const bits = w.wide(w.shiftLeft(w.and(length, w.constant(7)), w.constant(3)));
  return w.subtract64(w.shiftLeft64(w.constant64(1n), bits), w.constant64(1n));
}
