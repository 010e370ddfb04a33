import type { CompiledRules } from './compiled-rules.ts';
import { decodeBytes, decodeText, latin1, neutralise } from './decoding.ts';
import { type Hide, hideNothing } from './hidden-id.ts';
import { redact } from './redaction.ts';

/** CloudFront refuses longer URLs, so a longer path is no real one, and rules need not meet it. */
export const LONGEST_URL = 8192;
const LONGEST_KEPT = 1024;

/** The path of a stem as the log has it: one log layer, then one URL decoding, `+` kept; real-time stems end at `?`. */
export function decodedPath(bytes: Uint8Array, start: number, end: number): string {
  if (isPlain(bytes, start, end)) return latin1(bytes, start, end).slice(0, LONGEST_URL);
  const query = bytes.subarray(start, end).indexOf(0x3f);
  const wire = decodeBytes(bytes, start, query < 0 ? end : start + query);
  return neutralise(decodeText(wire)).slice(0, LONGEST_URL);
}

/**
 * The path that is kept: path rules, then what looks like an address or an e-mail address, then what the caller hides,
 * then the length.
 */
export function keptPath(decoded: string, rules: CompiledRules, hide: Hide = hideNothing): string {
  return hide(redact(rules.rewritePath(decoded)))
    .slice(0, LONGEST_KEPT)
    .toWellFormed();
}

/** Most paths: nothing is encoded, nothing has to be neutralised, and no query hangs on them. */
function isPlain(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte <= 0x20 || byte >= 0x7f || byte === 0x25 || byte === 0x3f) return false;
  }
  return true;
}
