import { type JsonTree, parseJson } from './json-text.ts';

/** How a JSON value is written; each form is one of Python's. */
export interface JsonForm {
  /** Blanks per level, each value on its own line. @default none: one line */
  readonly indent?: number;
  /** Characters outside ASCII as `\uXXXX`. */
  readonly ascii?: boolean;
  /** Keys of every level by code point. */
  readonly sorted?: boolean;
  /** No blanks behind `,` and `:`. */
  readonly compact?: boolean;
}

/** What is hashed: `json.dumps(value, sort_keys=True)`. */
export const CANONICAL: JsonForm = { ascii: true, sorted: true };
/** What an entry's object holds. */
export const STORED: JsonForm = { ascii: true, indent: 2 };
/** `json.dumps(value)`, the text form of a JSON entry. */
export const DUMPED: JsonForm = { ascii: true };
/** What JSON answers hold. */
export const COMPACT: JsonForm = { compact: true };

/** A JSON text in another form; numbers and the order of keys stay what they are. Throws BadJson. */
export function reformJson(text: string, form: JsonForm): string {
  return formJson(parseJson(text), form);
}

export function formJson(tree: JsonTree, form: JsonForm, margin = '\n'): string {
  if (typeof tree === 'string') return quoted(tree, form);
  if (tree === null || typeof tree === 'boolean') return String(tree);
  if ('number' in tree) return tree.number;
  const inner = margin + ' '.repeat(form.indent ?? 0);
  if (tree instanceof Map) {
    const colon = form.compact ? ':' : ': ';
    const members = [...tree].sort(form.sorted ? byKey : inOrder);
    const rows = members.map(([key, value]) => quoted(key, form) + colon + formJson(value, form, inner));
    return bracketed('{', rows, '}', form, margin, inner);
  }
  const rows = (tree as readonly JsonTree[]).map((value) => formJson(value, form, inner));
  return bracketed('[', rows, ']', form, margin, inner);
}

function bracketed(
  open: string,
  rows: readonly string[],
  close: string,
  { indent, compact }: JsonForm,
  margin: string,
  inner: string,
): string {
  if (rows.length === 0) return open + close;
  if (indent !== undefined) return `${open}${inner}${rows.join(`,${inner}`)}${margin}${close}`;
  return open + rows.join(compact ? ',' : ', ') + close;
}

/** `JSON.stringify` escapes as Python does, but for what is beyond ASCII. */
function quoted(text: string, { ascii }: JsonForm): string {
  const json = JSON.stringify(text);
  if (!ascii) return json;
  return json.replace(/[\x7f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const SURROGATE = /[\ud800-\udfff]/;

/** By code point: UTF-16 order differs where surrogates meet U+E000–U+FFFF. */
function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  if (!SURROGATE.test(a) && !SURROGATE.test(b)) return a < b ? -1 : 1;
  const left = Array.from(a, codePoint);
  const right = Array.from(b, codePoint);
  const at = left.findIndex((point, index) => point !== right[index]);
  return at < 0 ? left.length - right.length : left[at]! - (right[at] ?? -1);
}

function codePoint(character: string): number {
  return character.codePointAt(0)!;
}

function inOrder(): number {
  return 0;
}
