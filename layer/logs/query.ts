import { decodeText, neutralise } from './decoding.ts';
import { type Hide, hideNothing } from './hidden-id.ts';
import { redact } from './redaction.ts';

const LONGEST_VALUE = 256;

/**
 * The allow-listed parameters of a query (as the client sent it: one log layer removed) as JSON with sorted
 * names; `''` when none is left. The first of several equal names counts, an empty value does not.
 */
export function keptQuery(query: string, allowed: ReadonlySet<string>, hide: Hide = hideNothing): string {
  const kept = new Map<string, string>();
  for (const part of query.split('&')) {
    const equals = part.indexOf('=');
    if (equals < 1) continue;
    const name = decodeText(part.slice(0, equals));
    if (!allowed.has(name) || kept.has(name)) continue;
    const value = redact(neutralise(decodeText(part.slice(equals + 1)).slice(0, LONGEST_VALUE * 4)));
    if (value !== '') kept.set(name, hide(value, name).slice(0, LONGEST_VALUE).toWellFormed());
  }
  if (kept.size === 0) return '';
  return JSON.stringify(Object.fromEntries([...kept].sort(([a], [b]) => (a < b ? -1 : 1))));
}
