/**
 * The one spelling of an address (RFC 5952; an IPv4-mapped one is IPv4), so that spellings of the same address
 * are one visitor. `undefined` for what is none: redacted (`x.x.x.x`, `***`), absent, junk.
 */
export function canonicalAddress(text: string): string | undefined {
  const four = ipv4(text);
  if (four !== undefined) return four.join('.');
  const groups = ipv6(text);
  if (!groups) return undefined;
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (mapped) return [groups[6]! >> 8, groups[6]! & 255, groups[7]! >> 8, groups[7]! & 255].join('.');
  return compressed(groups);
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
  for (const [at, part] of parts.entries()) {
    const four = at === parts.length - 1 ? ipv4(part) : undefined;
    if (four) groups.push(four[0]! * 256 + four[1]!, four[2]! * 256 + four[3]!);
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
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
