import { BadTokenName } from './errors.ts';

/** Shortest and longest name of a token. */
export const NAME_LENGTHS = { least: 3, most: 64 } as const;

/** What a name looks like, for messages. */
export const NAME_FORM =
  '3 to 64 of a-z, 0-9 and single dashes between them (capitals are lowered, blanks around it taken off)';

/**
 * The name that a text means: trimmed, with A-Z lowered. Throws BadTokenName. Only ASCII is lowered: elsewhere a
 * letter of another script could become one of ours (the Kelvin sign is a `k` to Unicode).
 */
export function tokenName(text: string): string {
  const name = text.trim().replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const strange = [...name].find((character) => !/[a-z0-9-]/.test(character));
  if (strange !== undefined) throw new BadTokenName(`${shown(strange)} is no part of a name`);
  if (name.length < NAME_LENGTHS.least || name.length > NAME_LENGTHS.most)
    throw new BadTokenName(
      `a name has ${NAME_LENGTHS.least} to ${NAME_LENGTHS.most} characters, this has ${name.length}`,
    );
  if (/^-|-$|--/.test(name))
    throw new BadTokenName('a name neither begins nor ends with a dash, nor has two in a row');
  if (RESERVED.has(name)) throw new BadTokenName(`"${name}" is reserved`);
  return name;
}

/** The name that a text in an address means; undefined: no token can be called so. */
export function knownTokenName(text: string): string | undefined {
  try {
    return tokenName(text);
  } catch (error) {
    if (error instanceof BadTokenName) return undefined;
    throw error;
  }
}

/** Names like a taken one, the likeliest first, without end: counted on from the number that it ends in. */
export function* namesLike(name: string): Generator<string> {
  const [, stem = name, digits] = /^(.*[a-z0-9])-(\d{1,6})$/.exec(name) ?? [];
  for (let number = Number(digits ?? 1) + 1; ; number++) {
    const ending = `-${number}`;
    yield stem.slice(0, NAME_LENGTHS.most - ending.length).replace(/-$/, '') + ending;
  }
}

/** Words that addresses, lists and programs take for something else. */
const RESERVED: ReadonlySet<string> = new Set([
  'admin',
  'all',
  'api',
  'bulk',
  'export',
  'false',
  'import',
  'new',
  'none',
  'null',
  'other',
  'token',
  'tokens',
  'true',
  'undefined',
  'unknown',
]);

/** Letters of other scripts that look like ours, and digits and dashes of other forms. */
const LOOKS_LIKE: ReadonlyMap<string, string> = new Map(
  [
    ['a', 'аαａ'],
    ['b', 'Ьｂ'],
    ['c', 'сϲｃ'],
    ['d', 'ԁｄ'],
    ['e', 'еｅ'],
    ['g', 'ɡｇ'],
    ['h', 'һｈ'],
    ['i', 'іιıｉ'],
    ['j', 'јｊ'],
    ['k', 'κ\u212aｋ'],
    ['l', 'ӏⅼｌ'],
    ['m', 'ⅿｍ'],
    ['n', 'ոｎ'],
    ['o', 'оοօｏ'],
    ['p', 'рρｐ'],
    ['q', 'ԛｑ'],
    ['s', 'ѕｓ'],
    ['t', 'ｔ'],
    ['u', 'υսｕ'],
    ['v', 'νѵｖ'],
    ['w', 'ԝｗ'],
    ['x', 'хχｘ'],
    ['y', 'уγｙ'],
    ['z', 'ｚ'],
    ['-', '‐‑‒–—−－﹣'],
  ].flatMap(([ours, others]) => [...others!].map((other) => [other, ours!] as const)),
);

function shown(character: string): string {
  const code = `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
  const like = LOOKS_LIKE.get(character) ?? LOOKS_LIKE.get(character.toLowerCase());
  const visible = /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character) ? `"${character}" (${code})` : code;
  return like === undefined ? visible : `${visible}, which looks like "${like}",`;
}
