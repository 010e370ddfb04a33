import { redact, redactHost } from './redaction.ts';

/**
 * Values of fields with a closed form. What does not have the form becomes `other`, so that no free text of
 * an attacker rides along in a field that nobody expects it in.
 */
const OTHER = 'other';

const form = (pattern: RegExp) => (text: string) => (pattern.test(text) ? text : OTHER);

export const method = form(/^[A-Z]{1,16}$/);
export const edgeLocation = form(/^[A-Z]{3}\d{1,3}(-[A-Z]\d{1,2})?$/);
/** An open set by the format reference, but always one word. */
export const resultType = form(/^[A-Za-z]{1,40}$/);
export const protocol = (text: string) => form(/^(https?|wss?|grpcs?)$/)(text.toLowerCase());
export const protocolVersion = form(/^HTTP\/\d(\.\d)?$/);
export const sslProtocol = form(/^(TLSv1(\.\d)?|SSLv\d|QUIC(v\d)?)$/);
export const sslCipher = form(/^[A-Z0-9]{2,16}([_-][A-Z0-9]{1,16}){1,9}$/);

/**
 * Absent rather than `other`: an unknown country is one that was not measured. So are the codes that ISO 3166-1 leaves
 * to its users, who say with them that they do not know; but all the world writes XK for Kosovo.
 */
export function country(text: string): string {
  const code = text.toUpperCase();
  return /^[A-Za-z]{2}$/.test(text) && !/^(AA|Q[M-Z]|X[A-JL-Z]|ZZ)$/.test(code) ? code : '';
}

export function requestId(text: string): string {
  return /^[A-Za-z0-9_=-]{8,100}$/.test(text) ? text : '';
}

/** Feed names are parts of keys, and a feed must not be named like an address. */
export function distribution(text: string): string {
  return /^[A-Za-z0-9._-]{1,64}$/.test(text) && !/^\.+$/.test(text) ? unlessRedacted(text) : '';
}

/** The media type without its parameters. */
export function contentType(text: string): string {
  const type = text.split(';', 1)[0]!.trim().toLowerCase();
  return /^[a-z0-9][a-z0-9+._-]{0,63}\/[a-z0-9*][a-z0-9+._-]{0,100}$/.test(type)
    ? unlessRedacted(type) || OTHER
    : OTHER;
}

/** Lower case, without port and final dot. Addresses and names that spell one are redacted. */
export function host(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/(?<!:[^\]]*):\d{0,5}$/, '')
    .replace(/\.$/, '');
  if (/^\[?[0-9a-f:.]*:[0-9a-f:.]*\]?$/.test(name)) return '[address]';
  return /^[\p{L}\p{M}\p{N}_]([\p{L}\p{M}\p{N}._-]{0,251}[\p{L}\p{M}\p{N}_])?$/u.test(name)
    ? redactHost(name)
    : OTHER;
}

/** The host of a referrer, whatever its scheme; user names and ports are dropped. */
export function referrerDomain(text: string): string {
  const [, authority] =
    /^(?:[A-Za-z][A-Za-z0-9+.-]*:)?\/\/([^/?#\\]*)/.exec(text) ??
    /^([^/?#\\:]+)(?:[:/?#]|$)/.exec(text) ??
    [];
  return host((authority ?? '').slice((authority ?? '').lastIndexOf('@') + 1));
}

function unlessRedacted(text: string): string {
  return redact(text) === text ? text : '';
}
