import { gunzipSync } from 'node:zlib';
import { BadContent, BadJson, COMPACT, DUMPED, type Entry, reformJson } from '@sgraph-backbone/layer/cache';
import { isPipelineNamespace } from './access.ts';
import { flatCosts, flatRollup, isCostRollup, isRollup } from './flat-rollup.ts';
import { WireError } from './wire-error.ts';

/** What an entry holds, as its readers see it: gzip is opened, and is JSON where it parses. */
export type Shown =
  | { readonly kind: 'json'; readonly text: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'binary'; readonly bytes: Uint8Array };

/** Bytes that a compressed entry may have inside: what is larger is answered as it is stored. */
const OPENED_BYTES = 64 * 1024 * 1024;

export function shownContent(entry: Entry): Shown {
  const content = contentOf(entry);
  return isPipelineNamespace(entry.namespace) ? withoutSecrets(entry, content) : content;
}

function contentOf(entry: Entry): Shown {
  const bytes = opened(entry);
  if (entry.type === 'binary')
    return bytes === entry.bytes ? { kind: 'binary', bytes } : jsonIfItParses(bytes);
  const text = Buffer.from(bytes).toString();
  return entry.type === 'string'
    ? { kind: 'string', text: JSON.parse(text) as string }
    : { kind: 'json', text };
}

/** Of the pipeline's JSON all but the sketches, a roll-up flat; of its other files nothing. Throws 403. */
function withoutSecrets({ path }: Entry, content: Shown): Shown {
  if (content.kind === 'json') return { kind: 'json', text: flatIfRollup(content.text) };
  throw notJson(path);
}

function flatIfRollup(text: string): string {
  const value = JSON.parse(text);
  if (isCostRollup(value)) return JSON.stringify(flatCosts(value));
  return isRollup(value) ? JSON.stringify(flatRollup(value)) : withoutSketches(text);
}

/** 403 for a file of the pipeline that could hold what must not leave the store. */
export function notJson(path: string): WireError {
  return new WireError(
    403,
    `"${path}" is not JSON: GET /api/sa/cache/entry/${path} shows what may be seen of it`,
  );
}

/** As an answer holds it: compact, characters as they are. */
export function compactJson(text: string): string {
  return reformJson(text, COMPACT);
}

/** The text form of a JSON value, as Python writes it. */
export function dumpedJson(text: string): string {
  return reformJson(text, DUMPED);
}

/** JSON in another form, or `undefined` for what is no JSON. */
export function compactIfJson(text: string): string | undefined {
  try {
    return compactJson(text);
  } catch (error) {
    if (error instanceof BadJson) return undefined;
    throw error;
  }
}

/** Whether these bytes are text. */
export function textIfUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Bytes that are no UTF-8 have another form.
    return undefined;
  }
}

/** JSON of the pipeline without its sketches: while they are small, they hold keyed hashes of addresses. */
export function withoutSketches(text: string): string {
  return JSON.stringify(JSON.parse(text, notSketch));
}

function notSketch(member: string, value: unknown): unknown {
  const sketch = member === 'merge' || (member === 'visitors' && typeof value === 'object');
  return sketch ? undefined : value;
}

function opened({ bytes, contentEncoding }: Entry): Uint8Array {
  if (contentEncoding !== 'gzip') return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: OPENED_BYTES });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return bytes;
    throw new BadContent('what is stored here as gzip cannot be opened', { cause });
  }
}

function jsonIfItParses(bytes: Uint8Array): Shown {
  const text = textIfUtf8(bytes);
  const json = text === undefined ? undefined : compactIfJson(text);
  return json === undefined ? { kind: 'binary', bytes } : { kind: 'json', text: json };
}
