import type { HttpResponse } from '@sgraph-backbone/layer/runtime';
import { WireError } from './wire-error.ts';

type Headers = Readonly<Record<string, string>>;

/** Compact, characters as they are. */
export function json(value: unknown, headers: Headers = {}): HttpResponse {
  return {
    status: 200,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(value),
  };
}

/** JSON that is written already. */
export function jsonText(text: string, headers: Headers = {}): HttpResponse {
  return { status: 200, headers: { 'content-type': 'application/json', ...headers }, body: text };
}

export function text(value: string, headers: Headers = {}): HttpResponse {
  return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body: value };
}

export function binary(bytes: Uint8Array, headers: Headers = {}): HttpResponse {
  return { status: 200, headers: { 'content-type': 'application/octet-stream', ...headers }, body: bytes };
}

/** 404 without a body or a type: what a missing text or binary child file is to its clients. */
export function nothing(): HttpResponse {
  return { status: 404, headers: {}, body: '' };
}

/** The answer that an error becomes; a key that is refused is answered by another part of the original. */
export function errorAnswer(error: WireError): HttpResponse {
  const body =
    error.status === 401
      ? JSON.stringify({ data: null, error: null, message: error.detail, status: 'error' }, null, 4)
      : JSON.stringify({ detail: error.detail });
  return { status: error.status, headers: { 'content-type': 'application/json', ...error.headers }, body };
}

/** The ETag header of a state of the store. */
export function etagHeader(etag: string | undefined): Headers {
  return etag === undefined ? {} : { etag: quoted(etag) };
}

/** An unchanged answer costs no bytes. */
export function revalidated(response: HttpResponse, ifNoneMatch: string | undefined): HttpResponse {
  const { etag } = response.headers;
  if (etag === undefined || ifNoneMatch === undefined) return response;
  const given = ifNoneMatch.split(',').map((one) => one.trim().replace(/^W\//, ''));
  if (!given.includes('*') && !given.includes(etag)) return response;
  return { status: 304, headers: { etag }, body: '' };
}

/** The one ETag of If-Match, `*` for whatever is there. Throws 400 for several. */
export function ifMatchOf(headers: Readonly<Record<string, string | undefined>>): string | undefined {
  const given = headers['if-match']?.trim() ?? '';
  if (given === '' || given === '*') return given === '' ? undefined : '*';
  const one = /^(?:W\/)?"([^"]*)"$/.exec(given)?.[1];
  if (one !== undefined) return one;
  throw new WireError(400, `If-Match is ${given.slice(0, 100)}; accepted: one ETag in quotes, or *`);
}

/** Whether this may only be stored where nothing is. Throws 400 for anything but `*`. */
export function onlyNew(headers: Readonly<Record<string, string | undefined>>): boolean {
  const given = headers['if-none-match']?.trim() ?? '';
  if (given === '' || given === '*') return given === '*';
  throw new WireError(400, `If-None-Match is ${given.slice(0, 100)}; accepted where something is stored: *`);
}

/** 412: what the request was made from is no longer what is there. */
export function changed(what: string): WireError {
  return new WireError(412, `${what} changed since you read it: read it again, and repeat your change`);
}

/** 412: with `If-None-Match: *` something is stored only where nothing is. */
export function existsAlready(what: string): WireError {
  return new WireError(412, `${what} exists already, and If-None-Match: * was asked for`);
}

function quoted(etag: string): string {
  return `"${etag.replaceAll('"', '')}"`;
}
