import { BadJson } from './errors.ts';
import { type JsonNumber, jsonNumber } from './json-number.ts';

/** A JSON value that keeps what `JSON.parse` loses: numbers as written, and the order of all keys. */
export type JsonTree = string | boolean | null | JsonNumber | readonly JsonTree[] | JsonObject;
export type JsonObject = ReadonlyMap<string, JsonTree>;

/** Levels of arrays and objects; the original fails at about as many. */
export const JSON_DEPTH = 1000;

const BLANKS = ' \t\n\r';
const WORD = /true|false|null/y;
const WORDS: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };

/**
 * Reads a JSON text. The last of duplicate keys counts, at the place of the first, as in Python.
 * Throws BadJson for anything else than strict JSON, for `NaN` and beyond 1,000 levels.
 */
export function parseJson(text: string): JsonTree {
  const reader = jsonReader(text);
  const tree = reader.value(0);
  reader.end();
  return tree;
}

/** A JSON object; every JSON entry is one. Throws BadJson for any other value. */
export function parseJsonObject(text: string): JsonObject {
  const tree = parseJson(text);
  if (tree instanceof Map) return tree;
  throw new BadJson('A JSON entry is an object; this is another value');
}

function jsonReader(text: string) {
  let at = 0;

  function take(pattern: RegExp): string | undefined {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  }

  function skipBlanks(): void {
    while (at < text.length && BLANKS.includes(text[at]!)) at++;
  }

  function takeMark(mark: string): boolean {
    skipBlanks();
    if (text[at] !== mark) return false;
    at++;
    return true;
  }

  function need(mark: string): void {
    if (!takeMark(mark)) fail(`"${mark}" is expected`);
  }

  function fail(reason: string): never {
    const found = at < text.length ? `, not ${JSON.stringify(text.slice(at, at + 20))}` : ', not the end';
    throw new BadJson(`Not JSON at character ${at}: ${reason}${found}`);
  }

  function value(depth: number): JsonTree {
    if (takeMark('{')) return members(below(depth));
    if (takeMark('[')) return items(below(depth));
    if (text[at] === '"') return string();
    const number = numberText();
    if (number !== '') return jsonNumber(number);
    const word = take(WORD);
    return word === undefined ? fail('a value is expected') : WORDS[word]!;
  }

  /** By hand: an expression keeps a way back for each digit, and runs out of room for millions of them. */
  function numberText(): string {
    const start = at;
    const whole = text[at] === '-' ? at + 1 : at;
    const wholeEnd = text[whole] === '0' ? whole + 1 : digitsFrom(whole);
    if (wholeEnd === whole) return '';
    at = wholeEnd;
    if (text[at] === '.' && digitsFrom(at + 1) > at + 1) at = digitsFrom(at + 1);
    if (text[at] !== 'e' && text[at] !== 'E') return text.slice(start, at);
    const power = text[at + 1] === '+' || text[at + 1] === '-' ? at + 2 : at + 1;
    if (digitsFrom(power) > power) at = digitsFrom(power);
    return text.slice(start, at);
  }

  function digitsFrom(from: number): number {
    let end = from;
    while (text.charCodeAt(end) >= 0x30 && text.charCodeAt(end) <= 0x39) end++;
    return end;
  }

  function string(): string {
    const start = at;
    let escaped = false;
    if (text[at] !== '"') fail('a string is expected');
    for (at++; text[at] !== '"'; at++) {
      if (!(text.charCodeAt(at) >= 0x20))
        fail('a string ends with a quotation mark and has no control characters');
      if (text[at] !== '\\') continue;
      escaped = true;
      at++;
    }
    at++;
    return escaped ? unescaped(text.slice(start, at), start) : text.slice(start + 1, at - 1);
  }

  function members(depth: number): JsonObject {
    const object = new Map<string, JsonTree>();
    if (takeMark('}')) return object;
    do {
      skipBlanks();
      const key = string();
      need(':');
      object.set(key, value(depth));
    } while (takeMark(','));
    need('}');
    return object;
  }

  function items(depth: number): JsonTree[] {
    const array: JsonTree[] = [];
    if (takeMark(']')) return array;
    do array.push(value(depth));
    while (takeMark(','));
    need(']');
    return array;
  }

  function end(): void {
    skipBlanks();
    if (at < text.length) fail('the end is expected');
  }

  return { value, end };
}

function below(depth: number): number {
  if (depth === JSON_DEPTH) throw new BadJson(`JSON has at most ${JSON_DEPTH} levels`);
  return depth + 1;
}

function unescaped(literal: string, start: number): string {
  try {
    return JSON.parse(literal) as string;
  } catch (cause) {
    throw new BadJson(`Not JSON at character ${start}: a string with an unknown escape`, { cause });
  }
}
