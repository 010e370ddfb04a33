import type { LineBatch } from './line-batch.ts';
import { allocate, findInStretch, type ValueMemory } from './value-memory.ts';

/**
 * Numbers for byte strings: each distinct string gets the next number, from 0. Keys lie in the memory of all tables
 * and are compared byte by byte, so a collision of hashes never merges two values.
 */
export interface ByteTable {
  readonly memory: ValueMemory;
  /** Address of pairs (hash, address of the entry), open addressing, a power of two. */
  slots: number;
  mask: number;
  size: number;
}

// An entry: its number, its length in bytes, its bytes padded with zeros to a multiple of 8.

export function createByteTable(memory: ValueMemory): ByteTable {
  return { memory, slots: allocate(memory, 256 * 8), mask: 255, size: 0 };
}

/**
 * The number of the bytes from `start` to `end`; a new one when `size` grew. `view` must reach at least
 * 3 bytes beyond `end`: keys are read word by word.
 */
export function numberOf(table: ByteTable, view: DataView, start: number, end: number): number {
  const { memory, slots, mask } = table;
  const { words, free } = memory;
  const length = end - start;
  // The value is written where it will stay if it is a new one.
  const own = (free >>> 2) + 2;
  const count = writeKey(words, own, view, start, end);
  const hash = memory.code.hash(free + 8, length);
  let collisions = 0;
  for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
    const at = (slots >>> 2) + 2 * slot;
    const entry = words[at + 1]! >>> 2;
    if (entry === 0) return insert(table, at, hash, length);
    if (words[at] !== hash) continue;
    if (words[entry + 1] === length && same(words, entry + 2, own, count)) return words[entry]!;
    if (++collisions === MOST_COLLISIONS) return numberByAll(table, own, count, length);
  }
}

/**
 * Numbers of the values from column `first` to column `last` of a batch: −1 where one is not known yet, or not the
 * first of its hash; then `numberOf` is asked.
 */
export function findNumbers(table: ByteTable, batch: LineBatch, first: number, last: number): Int32Array {
  if (batch.stretch) findInStretch(table.memory, table.slots, table.mask, first, last);
  else batch.found.fill(-1, 0, batch.count);
  return batch.found;
}

/** More keys of one hash are found by another one, so that nobody can make a list of them. */
const MOST_COLLISIONS = 8;

function numberByAll(table: ByteTable, own: number, count: number, length: number): number {
  const { memory, slots, mask } = table;
  const { words } = memory;
  const hash = otherHash(words, own, count);
  for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
    const at = (slots >>> 2) + 2 * slot;
    const entry = words[at + 1]! >>> 2;
    if (entry === 0) return insert(table, at, hash, length);
    const equal = words[at] === hash && words[entry + 1] === length;
    if (equal && same(words, entry + 2, own, count)) return words[entry]!;
  }
}

/** The number of words that were written, an even one. */
function writeKey(words: Int32Array, to: number, view: DataView, start: number, end: number): number {
  let word = to;
  let at = start;
  for (; at + 4 <= end; at += 4) words[word++] = view.getInt32(at, true);
  if (at < end) words[word++] = view.getInt32(at, true) & ((1 << ((end - at) << 3)) - 1);
  if (((word - to) & 1) === 1) words[word++] = 0;
  return word - to;
}

function same(words: Int32Array, one: number, two: number, count: number): boolean {
  for (let at = 0; at < count; at++) if (words[one + at] !== words[two + at]) return false;
  return true;
}

function otherHash(words: Int32Array, from: number, count: number): number {
  let hash = SECRET ^ count;
  for (let at = from; at < from + count; at++) {
    hash = Math.imul(hash ^ words[at]!, 0x85ebca77);
    hash ^= hash >>> 15;
  }
  const well = Math.imul(hash, 0xc2b2ae3d);
  return well ^ (well >>> 16);
}

// Numbers do not depend on it.
const SECRET = (Math.random() * 2 ** 32) | 0;

/** Keeps the value that `numberOf` has written. */
function insert(table: ByteTable, at: number, hash: number, length: number): number {
  const { memory } = table;
  const { words } = memory;
  const entry = allocate(memory, 8 + length);
  words[at] = hash;
  words[at + 1] = entry;
  words[entry >>> 2] = table.size;
  words[(entry >>> 2) + 1] = length;
  table.size++;
  if (table.size * 2 > table.mask) growSlots(table);
  return table.size - 1;
}

function growSlots(table: ByteTable): void {
  const { memory, slots } = table;
  const mask = table.mask * 2 + 1;
  const larger = allocate(memory, (mask + 1) * 8);
  const { words } = memory;
  const to = larger >>> 2;
  for (let from = slots >>> 2; from < (slots >>> 2) + 2 * (table.mask + 1); from += 2) {
    if (words[from + 1] === 0) continue;
    let slot = words[from]! & mask;
    while (words[to + 2 * slot + 1] !== 0) slot = (slot + 1) & mask;
    words[to + 2 * slot] = words[from]!;
    words[to + 2 * slot + 1] = words[from + 1]!;
  }
  table.slots = larger;
  table.mask = mask;
}
