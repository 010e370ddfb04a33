import { createHash } from 'node:crypto';

/** SHA-256 of the canonical JSON of a value, 64 hex digits: the identity of summaries, windows and roll-ups. */
export function contentHash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/**
 * JSON with the members of every object in the order of their UTF-16 code units (RFC 8785) and without members that
 * are `undefined`: equal values have equal texts. Throws on numbers that JSON can't hold, which it would write as null.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new RangeError(`${value} has no JSON form`);
  }
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return arrayJson(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

// Tables are long arrays of texts and numbers only, where the platform's own JSON is canonical and several times faster.
function arrayJson(values: unknown[]): string {
  const flat = values.every((v) => typeof v === 'string' || Number.isSafeInteger(v));
  return flat ? JSON.stringify(values) : `[${values.map((v) => canonicalJson(v)).join(',')}]`;
}
