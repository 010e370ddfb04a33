import { decodeText, hexDigit, latin1 } from './decoding.ts';

/** A dot among digits, as an offset from `0`. */
const DOT = 0x2e - 48;

/**
 * The one spelling of an address (RFC 5952; an IPv4-mapped one is IPv4), so that spellings of the same address
 * are one visitor. `undefined` for what is none: redacted (`x.x.x.x`, `***`), absent, junk.
 */
export function canonicalAddress(text: string): string | undefined {
  const four = text.includes(':') ? undefined : ipv4(text);
  if (four !== undefined) return four.join('.');
  const groups = ipv6(text);
  if (!groups) return undefined;
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (mapped) return [groups[6]! >> 8, groups[6]! & 255, groups[7]! >> 8, groups[7]! & 255].join('.');
  return compressed(groups);
}

/** The same for the bytes of a log, where nearly all addresses come in their one spelling. */
export function canonicalFromBytes(bytes: Uint8Array, start: number, end: number): string | undefined {
  const text = latin1(bytes, start, end);
  const plain = isPlainIpv4(bytes, start, end) || isPlainIpv6(bytes, start, end);
  return plain ? text : canonicalAddress(decodeText(text));
}

/** Eight groups of lower-case digits that `compressed` would leave as they are: no two zero groups in a row. */
function isPlainIpv6(bytes: Uint8Array, start: number, end: number): boolean {
  let groups = 0;
  let zeros = 0;
  for (let at = start; at <= end; at++) {
    const from = at;
    while (at < end && isLowerHex(bytes[at]!)) at++;
    const zero = bytes[from] === 48;
    if (at === from || at > from + 4 || (zero && at > from + 1)) return false;
    zeros = zero ? zeros + 1 : 0;
    if (zeros === 2 || (at < end && bytes[at] !== 0x3a)) return false;
    groups++;
  }
  return groups === 8;
}

function isLowerHex(byte: number): boolean {
  return (byte >= 48 && byte <= 57) || (byte >= 97 && byte <= 102);
}

function isPlainIpv4(bytes: Uint8Array, start: number, end: number): boolean {
  let parts = 0;
  let value = -1;
  for (let at = start; at <= end; at++) {
    const digit = at === end ? DOT : bytes[at]! - 48;
    if (digit === DOT) {
      if (value < 0 || value > 255) return false;
      parts++;
      value = -1;
    } else if (digit < 0 || digit > 9 || value === 0) return false;
    else value = value < 0 ? digit : value * 10 + digit;
  }
  return parts === 4;
}

/** Four bytes or eight groups of a canonical or other spelling. */
export function addressParts(text: string): readonly number[] | undefined {
  return ipv4(text) ?? ipv6(text);
}

function ipv4(text: string): number[] | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return undefined;
  const parts = text.split('.').map(Number);
  return parts.every((part) => part < 256) ? parts : undefined;
}

function ipv6(text: string): number[] | undefined {
  if (text.length > 45 || !/^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/.test(text)) return undefined;
  const [head, rest, more] = text.split('::');
  if (more !== undefined) return undefined;
  const before = groupsOf(head!);
  const after = rest === undefined ? [] : groupsOf(rest);
  if (!before || !after) return undefined;
  const missing = 8 - before.length - after.length;
  if (rest === undefined ? missing !== 0 : missing < 1) return undefined;
  return [...before, ...new Array<number>(missing).fill(0), ...after];
}

function groupsOf(text: string): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at]!;
    const four = at === parts.length - 1 && part.includes('.') ? ipv4(part) : undefined;
    const value = hexGroup(part);
    if (four) groups.push(four[0]! * 256 + four[1]!, four[2]! * 256 + four[3]!);
    else if (value >= 0) groups.push(value);
    else return undefined;
  }
  return groups;
}

/** 1 to 4 hex digits, else −1. */
function hexGroup(text: string): number {
  if (text.length < 1 || text.length > 4) return -1;
  let value = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = hexDigit(text.charCodeAt(at));
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

/** The longest run of two or more zero groups becomes `::`, the first of equally long ones. */
function compressed(groups: readonly number[]): string {
  let best = { at: -1, length: 1 };
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (groups[at + length] === 0) length++;
    if (length > best.length) best = { at, length };
  }
  const hex = groups.map((group) => group.toString(16));
  if (best.at < 0) return hex.join(':');
  return `${hex.slice(0, best.at).join(':')}::${hex.slice(best.at + best.length).join(':')}`;
}
