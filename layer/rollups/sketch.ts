import {
  addToRegisters,
  decodeRegisters,
  encodeRegisters,
  estimateRegisters,
  mergeRegisters,
  type Registers,
} from './hyperloglog.ts';

/** Up to here a sketch is the set itself, beyond it a HyperLogLog. */
export const EXACT_LIMIT = 1_000;

/** Standard error 0.81 % (visitors). */
export const VISITOR_PRECISION = 14;

/** Standard error 1.6 % (distinct paths and agents above half-hours). */
export const TEXT_PRECISION = 12;

/**
 * How many distinct 64-bit hashes there were: a function of the set alone, whatever the order, grouping or repetition
 * in which they came. `slots` is an open-addressing set of hash halves, where two zeros are free.
 */
export interface Sketch {
  readonly precision: number;
  size: number;
  slots: Uint32Array;
  registers: Registers | undefined;
}

export function createSketch(precision: number): Sketch {
  return { precision, size: 0, slots: new Uint32Array(32), registers: undefined };
}

/** Counts a uniformly distributed hash. The hash 0 counts as the hash 1. */
export function addHash(sketch: Sketch, high: number, low: number): void {
  if (sketch.registers) addToRegisters(sketch.registers, sketch.precision, high, low);
  else addToSet(sketch, high, low);
}

/** The union, into `into`. Both have the same precision. */
export function mergeSketch(into: Sketch, from: Sketch): void {
  if (into.precision !== from.precision) throw new RangeError('sketches of different precision do not merge');
  if (from.registers) {
    if (!into.registers) toRegisters(into);
    mergeRegisters(into.registers!, from.registers);
  } else {
    eachHash(from, (high, low) => addHash(into, high, low));
  }
}

/** Number of distinct hashes: exact up to 1,000. */
export function estimateSketch(sketch: Sketch): number {
  return sketch.registers ? estimateRegisters(sketch.registers, sketch.precision) : sketch.size;
}

/** `14x…` sorted hashes or `14h…` registers, in base64: the same set has the same text. */
export function encodeSketch(sketch: Sketch): string {
  if (sketch.registers) return `${sketch.precision}h${encodeRegisters(sketch.registers)}`;
  const hashes: bigint[] = [];
  eachHash(sketch, (high, low) => hashes.push((BigInt(high) << 32n) | BigInt(low)));
  const bytes = Buffer.alloc(hashes.length * 8);
  for (const [i, hash] of BigUint64Array.from(hashes).sort().entries()) bytes.writeBigUInt64BE(hash, i * 8);
  return `${sketch.precision}x${bytes.toString('base64')}`;
}

/** Throws RangeError for a text that `encodeSketch` did not write. */
export function decodeSketch(text: string): Sketch {
  const [, precision, form, body = ''] = /^(1[0-8])([xh])(.*)$/.exec(text) ?? [];
  if (!precision) throw new RangeError('not a sketch');
  const sketch = createSketch(Number(precision));
  if (form === 'h') {
    if (body.length !== 2 ** sketch.precision) throw new RangeError('a sketch lacks registers');
    return { ...sketch, slots: NO_SLOTS, registers: decodeRegisters(body) };
  }
  const bytes = Buffer.from(body, 'base64');
  rehash(sketch, slotsFor(bytes.length / 8));
  for (let at = 0; at < bytes.length; at += 8) {
    addHash(sketch, bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4));
  }
  return sketch;
}

function addToSet(sketch: Sketch, high: number, low: number) {
  const { slots } = sketch;
  const last = low === 0 && high === 0 ? 1 : low;
  const mask = slots.length - 2;
  let at = (last << 1) & mask;
  for (; slots[at] !== 0 || slots[at + 1] !== 0; at = (at + 2) & mask) {
    if (slots[at] === high && slots[at + 1] === last) return;
  }
  slots[at] = high;
  slots[at + 1] = last;
  sketch.size += 1;
  if (sketch.size > EXACT_LIMIT) toRegisters(sketch);
  else if (sketch.size * 4 > slots.length) rehash(sketch, slots.length * 2);
}

const NO_SLOTS = new Uint32Array(0);

function slotsFor(size: number): number {
  return Math.max(32, 2 ** Math.ceil(Math.log2(size * 4 + 4)));
}

function eachHash({ slots }: Sketch, visit: (high: number, low: number) => void) {
  for (let at = 0; at < slots.length; at += 2) {
    if (slots[at] !== 0 || slots[at + 1] !== 0) visit(slots[at]!, slots[at + 1]!);
  }
}

function rehash(sketch: Sketch, length: number) {
  const before = { ...sketch };
  sketch.slots = new Uint32Array(length);
  sketch.size = 0;
  eachHash(before, (high, low) => addHash(sketch, high, low));
}

function toRegisters(sketch: Sketch) {
  const registers = new Uint8Array(2 ** sketch.precision);
  eachHash(sketch, (high, low) => addToRegisters(registers, sketch.precision, high, low));
  sketch.registers = registers;
  sketch.slots = NO_SLOTS;
  sketch.size = 0;
}
