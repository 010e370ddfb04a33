/**
 * Whether a name matches a pattern of `*`, `?`, `[abc]`, `[a-z]` and `[!abc]`, as Python's `fnmatch` has it: `*` matches
 * `/` too. In time that grows with the product of the two lengths, whatever the pattern.
 */
export function matchesName(name: string, pattern: string): boolean {
  const parts = partsOf(pattern);
  const characters = [...name];
  let [at, part] = [0, 0];
  let star: { part: number; at: number } | undefined;
  while (at < characters.length) {
    const asked = parts[part];
    if (asked === ANY) {
      star = { part: part + 1, at };
      part++;
    } else if (asked?.(characters[at]!)) {
      at++;
      part++;
    } else if (star !== undefined) {
      star.at++;
      at = star.at;
      part = star.part;
    } else return false;
  }
  return parts.slice(part).every((rest) => rest === ANY);
}

type Part = (character: string) => boolean;

const ANY: Part = () => true;

function partsOf(pattern: string): Part[] {
  const characters = [...pattern];
  const parts: Part[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at]!;
    const close = character === '[' ? closeOf(characters, at) : -1;
    if (character === '*') parts.push(ANY);
    else if (character === '?') parts.push(() => true);
    else if (close > 0) {
      parts.push(setOf(characters.slice(at + 1, close)));
      at = close;
    } else parts.push((other) => other === character);
  }
  return parts;
}

/** A `]` that stands first in a set belongs to it. */
function closeOf(characters: readonly string[], open: number): number {
  const first = characters[open + 1] === '!' ? open + 2 : open + 1;
  return characters.indexOf(']', first + 1);
}

function setOf(characters: readonly string[]): Part {
  const isNot = characters[0] === '!';
  const set = isNot ? characters.slice(1) : characters;
  const ranges: [string, string][] = [];
  for (let at = 0; at < set.length; at++) {
    const isRange = set[at + 1] === '-' && at + 2 < set.length;
    ranges.push([set[at]!, set[isRange ? at + 2 : at]!]);
    if (isRange) at += 2;
  }
  return (character) => ranges.some(([from, to]) => from <= character && character <= to) !== isNot;
}
