import { gunzipSync } from 'node:zlib';
import type { Content, ContentType, Entry } from './entry.ts';
import { BadContent } from './errors.ts';
import { hashOfBytes, hashOfField, hashOfString, hashOfTree } from './hashes.ts';
import { formJson, type JsonForm, STORED } from './json-form.ts';
import { parseJson, parseJsonObject } from './json-text.ts';
import { checkEncoding, checkFieldPath } from './names.ts';

/** What gzip may unpack to, in bytes. */
export const UNPACKED_BYTES = 256 * 1024 * 1024;

/** A content as its object holds it. */
export interface StoredContent {
  readonly bytes: Uint8Array;
  readonly type: ContentType;
  readonly contentEncoding?: string;
  /** Of the object in the store. */
  readonly mediaType: string;
}

const MEDIA_TYPES: Readonly<Record<ContentType, string>> = {
  json: 'application/json',
  string: 'application/json',
  binary: 'application/octet-stream',
};

/** Bytes and hash of an entry's content. Throws BadContent, BadJson, NoSuchField. */
export function storedEntry(
  content: Content,
  { hash, jsonFieldPath }: { readonly hash?: string; readonly jsonFieldPath?: string } = {},
): StoredContent & { readonly hash: string } {
  if (jsonFieldPath !== undefined) checkFieldPath(jsonFieldPath);
  if (content.type === 'json') {
    const tree = parseJsonObject(content.text);
    const made = () => (jsonFieldPath === undefined ? hashOfTree(tree) : hashOfField(tree, jsonFieldPath));
    return { ...storedText('json', formJson(tree, STORED)), hash: hash ?? made() };
  }
  if (content.type === 'string') {
    const own = hashOfString(content.text);
    return { ...storedText('string', formJson(content.text, STORED)), hash: hash ?? own };
  }
  const inside = unpacked(content);
  return { ...storedBinary(content), hash: hash ?? hashOfBytes(inside) };
}

/** Child data hold text as it is, and JSON with an indent of 4. Throws BadContent, BadJson. */
export function storedChild(content: Content): StoredContent {
  if (content.type === 'json') return storedText('json', formJson(parseJson(content.text), CHILD));
  if (content.type === 'binary') return storedBinary(content);
  if (!content.text.isWellFormed())
    throw new BadContent('A string with half a surrogate pair is no Unicode text');
  return { ...storedText('string', content.text), mediaType: 'text/plain; charset=utf-8' };
}

/** The text of a JSON entry as stored, or of a string as received. */
export function textOf({ type, bytes }: Pick<Entry, 'type' | 'bytes'>): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return type === 'string' ? (JSON.parse(text) as string) : text;
}

/** The bytes of a binary entry without their gzip. Throws BadContent where it is broken or unpacks to more than 256 MB. */
export function unpacked({
  bytes,
  encoding,
}: {
  readonly bytes: Uint8Array;
  readonly encoding?: string;
}): Uint8Array {
  if (encoding !== 'gzip') return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: UNPACKED_BYTES });
  } catch (cause) {
    throw new BadContent(`The content is no gzip, or unpacks to more than ${UNPACKED_BYTES} bytes`, {
      cause,
    });
  }
}

const CHILD: JsonForm = { ...STORED, indent: 4 };

function storedText(type: 'json' | 'string', text: string): StoredContent {
  return { bytes: Buffer.from(text), type, mediaType: MEDIA_TYPES[type] };
}

function storedBinary({ bytes, encoding }: Extract<Content, { readonly type: 'binary' }>): StoredContent {
  if (bytes.length === 0) throw new BadContent('There are no bytes to store');
  if (encoding) checkEncoding(encoding);
  return {
    bytes,
    type: 'binary',
    mediaType: MEDIA_TYPES.binary,
    ...(encoding && { contentEncoding: encoding }),
  };
}
