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
  const hash = hashBytes(view, start, end);
  const slots = table.slots;
  const mask = table.mask;
  for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
    const entry = slots[2 * slot + 1]!;
    if (entry === 0) return insert(table, slot, hash, view, start, end);
    if (
      slots[2 * slot] === hash &&
      table.arena[entry] === length &&
      same(table.arena, entry + 1, view, start, end)
    )
      return table.arena[entry - 1]!;
  }
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
  const hash = Math.imul(one ^ (two << 13) ^ (two >>> 19), 0xc2b2ae3d);
  return hash ^ (hash >>> 16);
}

/** The last 1 to 3 bytes, with zeros above them. */
function tail(view: DataView, at: number, end: number): number {
  return view.getInt32(at, true) & ((1 << ((end - at) << 3)) - 1);
}

function same(arena: Int32Array, offset: number, view: DataView, start: number, end: number): boolean {
  let word = offset;
  let at = start;
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
