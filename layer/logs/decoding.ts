/**
 * Removes one layer of percent-encoding. Never throws: an escape that is none stays as it is, bytes that
 * are not UTF-8 become U+FFFD. `+` is never touched.
 */
export function decodeBytes(bytes: Uint8Array, start: number, end: number): string {
  const out = Buffer.allocUnsafe(end - start);
  let length = 0;
  for (let at = start; at < end; at++) {
    const value = bytes[at] === 0x25 && at + 2 < end ? escapeValue(bytes[at + 1]!, bytes[at + 2]!) : -1;
    if (value < 0) out[length++] = bytes[at]!;
    else {
      out[length++] = value;
      at += 2;
    }
  }
  return out.toString('utf8', 0, length);
}

/** Bytes of ASCII as text. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}

/** `decodeBytes` for text. */
export function decodeText(text: string): string {
  if (!text.includes('%')) return text;
  const bytes = Buffer.from(text, 'utf8');
  return decodeBytes(bytes, 0, bytes.length);
}

/** Agents and cookies were encoded twice from 2013 to 2020: a second layer goes where one is left, never a third. */
export function decodeTwice(once: string): string {
  return /%[0-9a-fA-F]{2}/.test(once) ? decodeText(once) : once;
}

// Controls, line and paragraph separators, zero-width and direction marks: all of them can change what a
// terminal, a CSV file or a page shows.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const DANGEROUS = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Text that is safe to show: characters that control something become U+FFFD. */
export function neutralise(text: string): string {
  return text.toWellFormed().replace(DANGEROUS, '\ufffd');
}

function escapeValue(high: number, low: number): number {
  const h = hexDigit(high);
  const l = hexDigit(low);
  return h < 0 || l < 0 ? -1 : h * 16 + l;
}

/** The value of a hex digit by its character code, −1 if it is none. */
export function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}
