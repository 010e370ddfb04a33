import type { LineBatch } from './line-batch.ts';

/**
 * Numbers for byte strings: each distinct string gets the next number, from 0. Keys lie in one arena and are
 * compared byte by byte, so a collision of hashes never merges two values.
 */
export interface ByteTable {
  /** Pairs (hash, arena offset + 1), open addressing, a power of two. */
  slots: Int32Array;
  mask: number;
  /** Per key: its number, its length in bytes, its bytes padded with zeros to whole words. */
  arena: Int32Array;
  used: number;
  size: number;
}

export function createByteTable(): ByteTable {
  return { slots: new Int32Array(2 * 256), mask: 255, arena: new Int32Array(1024), used: 0, size: 0 };
}

/**
 * The number of the bytes from `start` to `end`; a new one when `size` grew. `view` must reach at least
 * 3 bytes beyond `end`: keys are read word by word.
 */
export function numberOf(table: ByteTable, view: DataView, start: number, end: number): number {
  const length = end - start;
  const hash = hashOf(view, start, end);
  const { slots, mask, arena } = table;
  let collisions = 0;
  for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
    const entry = slots[2 * slot + 1]!;
    if (entry === 0) return insert(table, slot, hash, view, start, end);
    if (slots[2 * slot] !== hash) continue;
    if (arena[entry] === length && same(arena, entry + 1, view, start, end)) return arena[entry - 1]!;
    if (++collisions === MOST_COLLISIONS) return numberByAll(table, view, start, end);
  }
}

/**
 * Numbers of the values from column `first` to column `last` of a batch: −1 where one is not known yet, or not in its
 * first place; then `numberOf` is asked. Step by step for all rows, so that the processor waits for the memory of
 * many rows at once.
 */
export function findNumbers(table: ByteTable, batch: LineBatch, first: number, last: number): Int32Array {
  const { view, ends, bases, hashes, found, count } = batch;
  const { slots, mask, arena } = table;
  for (let row = 0; row < count; row++) {
    const base = bases[row]!;
    hashes[row] = hashOf(view, ends[base + first - 1]! + 1, ends[base + last]!);
  }
  for (let row = 0; row < count; row++) {
    const hash = hashes[row]!;
    const slot = (hash & mask) << 1;
    found[row] = slots[slot] === hash ? slots[slot + 1]! : 0;
  }
  // The hash is no longer needed: the length lies beside the key.
  for (let row = 0; row < count; row++) hashes[row] = arena[found[row]!]!;
  for (let row = 0; row < count; row++) {
    const base = bases[row]!;
    const start = ends[base + first - 1]! + 1;
    const end = ends[base + last]!;
    const entry = found[row]!;
    const equal = entry > 0 && hashes[row] === end - start && same(arena, entry + 1, view, start, end);
    found[row] = equal ? arena[entry - 1]! : -1;
  }
  return found;
}

/** Keys of one hash by samples; more are found by the hash of all their bytes, so that nobody can make a list of them. */
const MOST_COLLISIONS = 8;

function numberByAll(table: ByteTable, view: DataView, start: number, end: number): number {
  const hash = hashBytes(view, start, end);
  const { slots, mask, arena } = table;
  for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
    const entry = slots[2 * slot + 1]!;
    if (entry === 0) return insert(table, slot, hash, view, start, end);
    const equal = slots[2 * slot] === hash && arena[entry] === end - start;
    if (equal && same(arena, entry + 1, view, start, end)) return arena[entry - 1]!;
  }
}

function hashOf(view: DataView, start: number, end: number): number {
  return end - start < 8 ? hashShort(view, start, end - start) : hashSamples(view, start, end);
}

/** Up to 7 bytes. */
function hashShort(view: DataView, start: number, length: number): number {
  const first = length < 4 ? tail(view, start, start + length) : view.getInt32(start, true);
  const second = length > 4 ? tail(view, start + 4, start + length) : length;
  return mixed(Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca77));
}

/**
 * Eight words of 8 or more bytes, all bytes of up to 32: keys are compared anyway, and a loop over the bytes of an
 * agent takes longer than the rest of the look-up.
 */
function hashSamples(view: DataView, start: number, end: number): number {
  const length = end - start;
  const step = ((length - 8) * 0x2493) >>> 16;
  let one = Math.imul(view.getInt32(start, true) ^ length, 0x9e3779b1);
  let two = Math.imul(view.getInt32(end - 4, true), 0x85ebca77);
  one = Math.imul(one ^ (one >>> 15) ^ view.getInt32(start + 4, true), 0x9e3779b1);
  two = Math.imul(two ^ (two >>> 13) ^ view.getInt32(end - 8, true), 0x85ebca77);
  one = Math.imul(one ^ (one >>> 15) ^ view.getInt32(start + 2 * step, true), 0x9e3779b1);
  two = Math.imul(two ^ (two >>> 13) ^ view.getInt32(start + 3 * step, true), 0x85ebca77);
  one = Math.imul(one ^ (one >>> 15) ^ view.getInt32(start + 4 * step, true), 0x9e3779b1);
  two = Math.imul(two ^ (two >>> 13) ^ view.getInt32(start + 5 * step, true), 0x85ebca77);
  return mixed(one ^ (two << 13) ^ (two >>> 19));
}

/** Two lanes, so that one multiplication does not wait for the other. */
function hashBytes(view: DataView, start: number, end: number): number {
  let one = end - start;
  let two = 0x2545f491;
  let at = start;
  for (; at + 8 <= end; at += 8) {
    one = Math.imul(one ^ view.getInt32(at, true), 0x9e3779b1);
    two = Math.imul(two ^ view.getInt32(at + 4, true), 0x85ebca77);
    one ^= one >>> 15;
    two ^= two >>> 13;
  }
  if (at + 4 <= end) {
    one = Math.imul(one ^ view.getInt32(at, true), 0x9e3779b1);
    one ^= one >>> 15;
    at += 4;
  }
  if (at < end) two = Math.imul(two ^ tail(view, at, end), 0x85ebca77);
  return mixed(one ^ (two << 13) ^ (two >>> 19));
}

function mixed(hash: number): number {
  const well = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae3d);
  return well ^ (well >>> 16);
}

/** The last 1 to 3 bytes, with zeros above them; 0 for none. */
function tail(view: DataView, at: number, end: number): number {
  return view.getInt32(at, true) & ((1 << ((end - at) << 3)) - 1);
}

/** Four words at a time: a branch for each of them costs as much as the comparison. */
function same(arena: Int32Array, offset: number, view: DataView, start: number, end: number): boolean {
  let word = offset;
  let at = start;
  for (; at + 16 <= end; at += 16, word += 4) {
    const one = arena[word]! ^ view.getInt32(at, true);
    const two = arena[word + 1]! ^ view.getInt32(at + 4, true);
    const three = arena[word + 2]! ^ view.getInt32(at + 8, true);
    const four = arena[word + 3]! ^ view.getInt32(at + 12, true);
    if ((one | two | three | four) !== 0) return false;
  }
  for (; at + 4 <= end; at += 4) if (arena[word++] !== view.getInt32(at, true)) return false;
  return at === end || arena[word] === tail(view, at, end);
}

function insert(
  table: ByteTable,
  slot: number,
  hash: number,
  view: DataView,
  start: number,
  end: number,
): number {
  const words = (end - start + 3) >>> 2;
  if (table.used + words + 2 > table.arena.length) growArena(table, words + 2);
  const arena = table.arena;
  let word = table.used;
  arena[word++] = table.size;
  table.slots[2 * slot] = hash;
  table.slots[2 * slot + 1] = word;
  arena[word++] = end - start;
  let at = start;
  for (; at + 4 <= end; at += 4) arena[word++] = view.getInt32(at, true);
  if (at < end) arena[word++] = tail(view, at, end);
  table.used = word;
  table.size++;
  if (table.size * 2 > table.mask) growSlots(table);
  return table.size - 1;
}

function growArena(table: ByteTable, needed: number): void {
  const arena = new Int32Array(Math.max(table.arena.length * 2, table.used + needed));
  arena.set(table.arena.subarray(0, table.used));
  table.arena = arena;
}

function growSlots(table: ByteTable): void {
  const old = table.slots;
  const mask = table.mask * 2 + 1;
  const slots = new Int32Array(2 * (mask + 1));
  for (let from = 0; from < old.length; from += 2) {
    if (old[from + 1] === 0) continue;
    let to = old[from]! & mask;
    while (slots[2 * to + 1] !== 0) to = (to + 1) & mask;
    slots[2 * to] = old[from]!;
    slots[2 * to + 1] = old[from + 1]!;
  }
  table.slots = slots;
  table.mask = mask;
}
