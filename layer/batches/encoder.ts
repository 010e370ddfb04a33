import type { Dictionaries } from '@sgraph-backbone/layer/logs';
import type { Encoding } from 'hyparquet';
import type { ClientColumn, Column, NumberColumn, TextColumn } from './columns.ts';
import { hybridBound, indexBits, writeHybrid } from './hybrid.ts';
import type { Values } from './row-buffer.ts';

/** A column's bytes before compression; views into the encoder's scratch memory, good until the next call. */
export interface EncodedValues {
  readonly encoding: Encoding;
  readonly nulls: number;
  /** Definition levels; empty for a required column. */
  readonly levels: Uint8Array;
  readonly values: Uint8Array;
  readonly dictionary?: { readonly bytes: Uint8Array; readonly count: number };
  /** Bytes of values and dictionary. */
  readonly size: number;
}

export interface Encoder {
  encode(column: Column, values: Values, count: number, dictionaries: Dictionaries): EncodedValues;
}

/** Scratch memory of one writer, grown to its largest row group and used again for every column. */
export function createEncoder(): Encoder {
  const scratch: Scratch = {
    slots: new Int32Array(0),
    present: new Int32Array(0),
    indexes: new Int32Array(0),
    levels: new Uint8Array(0),
    values: new Uint8Array(0),
    dictionary: Buffer.alloc(0),
  };
  return {
    encode(column, values, count, dictionaries) {
      reserve(scratch, count);
      return column.kind === 'TEXT' || column.kind === 'CLIENT'
        ? encodeTexts(scratch, column, values, count, dictionaries)
        : encodeNumbers(scratch, column, values, count);
    },
  };
}

interface Scratch {
  /** Per id + 1 of the block's dictionary: 1 + index into the page's dictionary, −1 null, 0 not seen. */
  slots: Int32Array;
  /** 1 where a row has a value: the definition levels. */
  present: Int32Array;
  /** Indexes of the rows that have a value, close together. */
  indexes: Int32Array;
  levels: Uint8Array;
  values: Uint8Array;
  dictionary: Buffer;
}

function reserve(scratch: Scratch, count: number): void {
  if (scratch.present.length >= count) return;
  scratch.present = new Int32Array(count);
  scratch.indexes = new Int32Array(count);
  scratch.levels = new Uint8Array(hybridBound(count, 1));
  scratch.values = new Uint8Array(Math.max(8 * count, hybridBound(count, 24)) + 1);
}

function encodeTexts(
  scratch: Scratch,
  column: TextColumn | ClientColumn,
  values: Values,
  count: number,
  dictionaries: Dictionaries,
): EncodedValues {
  const { texts, held } = indexTexts(scratch, textOf(column, dictionaries), values, count);
  const levels = writeLevels(scratch, column, count, held);
  const plain = plainTexts(scratch, texts);
  const nulls = count - held;
  // Where no text repeats, the texts in order of first sight are the rows' own: a dictionary would save nothing.
  if (texts.length === held) return { encoding: 'PLAIN', nulls, levels, values: plain, size: plain.length };
  const bits = indexBits(texts.length);
  scratch.values[0] = bits;
  const end = writeHybrid(scratch.values, 1, scratch.indexes, held, bits);
  const dictionary = { bytes: plain, count: texts.length };
  const indexes = scratch.values.subarray(0, end);
  return { encoding: 'RLE_DICTIONARY', nulls, levels, values: indexes, dictionary, size: end + plain.length };
}

function textOf(column: TextColumn | ClientColumn, dictionaries: Dictionaries): (id: number) => string {
  if (column.kind === 'TEXT') return (id) => column.text(dictionaries, id);
  return (id) => dictionaries.clients[id]?.[column.member] ?? '';
}

/** Ids of the block → indexes of the page, in order of first sight; several ids may share a text. */
function indexTexts(
  scratch: Scratch,
  textOf: (id: number) => string,
  values: Values,
  count: number,
): { texts: string[]; held: number } {
  const known = new Map<string, number>();
  const texts: string[] = [];
  const seen: number[] = [];
  const { present, indexes } = scratch;
  let { slots } = scratch;
  let held = 0;
  for (let row = 0; row < count; row++) {
    const place = values[row]! + 1;
    if (place >= slots.length) slots = growSlots(scratch, place);
    let slot = slots[place]!;
    if (slot === 0) {
      slot = slotOf(textOf(place - 1), known, texts);
      slots[place] = slot;
      seen.push(place);
    }
    present[row] = slot > 0 ? 1 : 0;
    if (slot > 0) indexes[held++] = slot - 1;
  }
  for (const place of seen) slots[place] = 0;
  return { texts, held };
}

function growSlots(scratch: Scratch, place: number): Int32Array {
  const slots = new Int32Array(Math.max(1_024, place * 2));
  slots.set(scratch.slots);
  scratch.slots = slots;
  return slots;
}

function slotOf(text: string, known: Map<string, number>, texts: string[]): number {
  if (text === '') return -1;
  const slot = known.get(text);
  if (slot !== undefined) return slot;
  texts.push(text);
  known.set(text, texts.length);
  return texts.length;
}

/** Each text as its length in four bytes and its UTF-8. */
function plainTexts(scratch: Scratch, texts: readonly string[]): Uint8Array {
  let characters = 0;
  for (const text of texts) characters += text.length;
  const bound = 4 * texts.length + 3 * characters;
  if (scratch.dictionary.length < bound) scratch.dictionary = Buffer.allocUnsafe(bound);
  let end = 0;
  for (const text of texts) {
    const length = scratch.dictionary.write(text, end + 4);
    scratch.dictionary.writeUInt32LE(length, end);
    end += 4 + length;
  }
  return scratch.dictionary.subarray(0, end);
}

function encodeNumbers(scratch: Scratch, column: NumberColumn, values: Values, count: number): EncodedValues {
  const wide = column.kind === 'INT64';
  const words = new Int32Array(scratch.values.buffer, 0, count * 2);
  let held = 0;
  for (let row = 0; row < count; row++) {
    const value = values[row]!;
    scratch.present[row] = value < 0 ? 0 : 1;
    if (value < 0) continue;
    if (wide) words[2 * held + 1] = Math.floor(value / 4_294_967_296);
    words[wide ? 2 * held : held] = value;
    held++;
  }
  const bytes = scratch.values.subarray(0, held * (wide ? 8 : 4));
  const levels = writeLevels(scratch, column, count, held);
  return { encoding: 'PLAIN', nulls: count - held, levels, values: bytes, size: bytes.length };
}

function writeLevels(scratch: Scratch, column: Column, count: number, held: number): Uint8Array {
  if (!column.required) {
    return scratch.levels.subarray(0, writeHybrid(scratch.levels, 0, scratch.present, count, 1));
  }
  if (held < count) throw new RangeError(`${column.name}: ${count - held} rows have no value`);
  return scratch.levels.subarray(0, 0);
}
