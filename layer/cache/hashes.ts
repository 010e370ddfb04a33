import { hash } from 'node:crypto';
import { BadContent, BadJson, NoSuchField } from './errors.ts';
import { CANONICAL, formJson } from './json-form.ts';
import { type JsonTree, parseJson, parseJsonObject } from './json-text.ts';

/** How much of which digest is a cache hash. */
export interface HashOptions {
  /** @default 'sha256' */
  readonly algorithm?: 'md5' | 'sha256' | 'sha384';
  /** Hex characters from the front; a shorter digest is returned whole. @default 16 */
  readonly length?: 10 | 16 | 32 | 64 | 96;
}

/** Hash of the UTF-8 of a text, as it is. Throws BadContent where it is empty or no Unicode text. */
export function hashOfString(text: string, options?: HashOptions): string {
  if (text === '') throw new BadContent('An empty string has no cache hash');
  if (!text.isWellFormed()) throw new BadContent('A string with half a surrogate pair is no Unicode text');
  return digest(text, options);
}

/** Hash of bytes, none included. Of a gzip body the caller hands over what is inside. */
export function hashOfBytes(bytes: Uint8Array, options?: HashOptions): string {
  return digest(bytes, options);
}

/** Hash of a JSON text by its values, whatever its blanks and the order of its keys. Throws BadJson. */
export function hashOfJsonText(text: string, options?: HashOptions): string {
  return hashOfTree(parseJson(text), options);
}

/**
 * Hash of one field of a JSON object: `user.id` is the member `id` of the member `user`; arrays have no path.
 * Throws NoSuchField where it is missing, null or an empty string, BadJson where the text is no JSON object.
 */
export function hashOfJsonField(text: string, path: string, options?: HashOptions): string {
  return hashOfField(parseJsonObject(text), path, options);
}

/** As `hashOfJsonText`, of a value that was read. */
export function hashOfTree(tree: JsonTree, options?: HashOptions): string {
  return digest(formJson(tree, CANONICAL), options);
}

/** As `hashOfJsonField`, of a value that was read. */
export function hashOfField(tree: JsonTree, path: string, options?: HashOptions): string {
  const field = path.split('.').reduce<JsonTree | undefined>(memberOf, tree);
  if (field === undefined || field === null || field === '') throw new NoSuchField(path);
  if (field === true) return digest('True', options);
  if (field === false) return digest('False', options);
  if (typeof field !== 'string') return hashOfTree(field, options);
  if (!field.isWellFormed()) throw new BadJson(`The field "${path}" holds half a surrogate pair`);
  return digest(field, options);
}

function memberOf(tree: JsonTree | undefined, name: string): JsonTree | undefined {
  return tree instanceof Map ? tree.get(name) : undefined;
}

function digest(
  content: string | Uint8Array,
  { algorithm = 'sha256', length = 16 }: HashOptions = {},
): string {
  return hash(algorithm, content).slice(0, length);
}
