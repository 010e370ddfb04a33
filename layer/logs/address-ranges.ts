import { addressParts } from './address.ts';

/** A text that is no address and no range of addresses; the message says what is accepted. */
export class BadAddressRange extends Error {
  override readonly name = 'BadAddressRange';
}

/**
 * A matcher of canonical addresses for a list of addresses and ranges (`192.0.2.7`, `198.51.100.0/24`,
 * `2001:db8::/32`). Throws BadAddressRange.
 */
export function addressMatcher(texts: readonly string[]): (address: string) => boolean {
  const ranges = texts.map(parseRange);
  return (address) => {
    const parts = addressParts(address);
    return parts !== undefined && ranges.some((range) => holds(range, parts));
  };
}

interface Range {
  /** Four bytes or eight groups. */
  readonly parts: readonly number[];
  /** Leading bits that an address of the range shares. */
  readonly bits: number;
}

function parseRange(text: string): Range {
  const [address = '', length, more] = text.split('/');
  const parts = addressParts(address);
  const most = parts?.length === 4 ? 32 : 128;
  const bits = length === undefined ? most : /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
  if (parts === undefined || more !== undefined || !(bits <= most))
    throw new BadAddressRange(
      `"${text}" is neither an address nor a range such as 198.51.100.0/24 or 2001:db8::/32`,
    );
  return isMapped(parts) && bits >= 96 ? { parts: fourOf(parts), bits: bits - 96 } : { parts, bits };
}

function holds({ parts, bits }: Range, address: readonly number[]): boolean {
  if (address.length !== parts.length) return false;
  const width = parts.length === 4 ? 8 : 16;
  return parts.every((part, at) => {
    const unused = Math.min(width, Math.max(0, (at + 1) * width - bits));
    return part >> unused === (address[at] as number) >> unused;
  });
}

/** IPv4 inside IPv6: in its canonical spelling an address is IPv4 then. */
function isMapped(parts: readonly number[]): boolean {
  return parts.length === 8 && parts[5] === 0xffff && parts.slice(0, 5).every((part) => part === 0);
}

function fourOf(parts: readonly number[]): number[] {
  return parts.slice(6).flatMap((part) => [part >> 8, part & 255]);
}
