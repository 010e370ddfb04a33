import { BadStoreInput } from './errors.ts';

/** Bytes of the UTF-8 key: the limit of S3. */
export const KEY_BYTES = 1024;

/** Throws BadStoreInput for a key that not every driver can hold, naming the limit. */
export function checkKey(key: string): void {
  if (key === '') throw new BadStoreInput(`A key has 1 to ${KEY_BYTES} bytes; this one is empty`);
  checkText(key);
}

/** Throws BadStoreInput unless a listing prefix is empty or ends in `/`: `k` must never match `k2/…`. */
export function checkPrefix(prefix: string): void {
  if (prefix !== '' && !prefix.endsWith('/')) {
    throw new BadStoreInput(`A listing prefix is empty or ends in "/": ${JSON.stringify(prefix)}`);
  }
  checkText(prefix);
}

/** Order of the UTF-8 bytes, which is not that of UTF-16 units where surrogates meet U+E000–U+FFFF. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return byteRank(left) - byteRank(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above every single unit. */
function byteRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

function checkText(text: string): void {
  if (text.includes('\0') || !text.isWellFormed()) {
    throw new BadStoreInput(`A key is Unicode text without NUL: ${JSON.stringify(text.slice(0, 100))}`);
  }
  // Three bytes are the most that a UTF-16 unit takes.
  if (text.length * 3 <= KEY_BYTES) return;
  const bytes = Buffer.byteLength(text);
  if (bytes > KEY_BYTES) {
    throw new BadStoreInput(
      `A key has 1 to ${KEY_BYTES} bytes; this one has ${bytes}: ${text.slice(0, 100)}…`,
    );
  }
}
