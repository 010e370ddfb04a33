import type { HttpRequest } from '@sgraph-backbone/layer/runtime';
import { invalid, type WireError } from './wire-error.ts';

/** Text as it is, or a JSON string where the content type is JSON or absent. Throws 400. */
export function textOf(request: HttpRequest): string {
  return isJson(request) ? jsonString(request) : utf8(request, 'a text');
}

/** Bytes as they are, or the UTF-8 of a JSON string where the content type is JSON or absent. Throws 400. */
export function bytesOf(request: HttpRequest): Uint8Array {
  return isJson(request) ? Buffer.from(jsonString(request)) : request.body;
}

/**
 * The text of a JSON object: hashes depend on how its numbers were written, so that it is never parsed and written
 * again. What it holds is checked where it is hashed. Throws 400.
 */
export function jsonTextOf(request: HttpRequest): string {
  if (!isJson(request)) throw notOfType('dict_type', 'a valid dictionary', shown(request));
  if (request.body.length === 0) throw missing();
  const text = utf8(request, 'JSON');
  const first = /[^\s\uFEFF]/.exec(text)?.[0];
  if (first === '{') return text;
  throw notOfType('dict_type', 'a valid dictionary', parsedJson(text));
}

/** A JSON value, for routes whose body is a command. Throws 400. */
export function commandOf(request: HttpRequest): unknown {
  if (request.body.length === 0) throw missing();
  return parsedJson(utf8(request, 'JSON'));
}

function isJson({ headers }: HttpRequest): boolean {
  const type = headers['content-type']?.trim() ?? '';
  return type === '' || /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type);
}

function jsonString(request: HttpRequest): string {
  if (request.body.length === 0) throw missing();
  const value = parsedJson(utf8(request, 'JSON'));
  if (typeof value !== 'string') throw notOfType('string_type', 'a valid string', value);
  if (value.isWellFormed()) return value;
  throw notOfType('string_unicode', 'Unicode text; this one holds half of a surrogate pair', null);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw badJson(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** 400 for a body that is not JSON; `NaN` and `Infinity` are none. */
export function badJson(reason: string, cause?: unknown): WireError {
  const error = reason.slice(0, 200);
  return invalid(
    { type: 'json_invalid', loc: ['body', 0], msg: `JSON decode error: ${error}`, input: {}, ctx: { error } },
    cause,
  );
}

const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function utf8({ body }: HttpRequest, what: string): string {
  try {
    return STRICT.decode(body);
  } catch (cause) {
    throw invalid(
      { type: 'string_unicode', loc: ['body'], msg: `${what} must be UTF-8; this body is not`, input: null },
      cause,
    );
  }
}

function missing(): WireError {
  return invalid({ type: 'missing', loc: ['body'], msg: 'Field required: the body is empty', input: null });
}

function notOfType(type: string, expected: string, input: unknown): WireError {
  const small = typeof input === 'object' && input !== null ? null : input;
  return invalid({ type, loc: ['body'], msg: `Input should be ${expected}`, input: small });
}

function shown({ body }: HttpRequest): string {
  return Buffer.from(body.subarray(0, 200)).toString();
}
