/**
 * A matcher for a pattern in which `*` is any text, also none. The whole text has to match.
 * No regular expression: a pattern of the settings meets paths of attackers, and this takes linear time.
 */
export function compileGlob(pattern: string): (text: string) => boolean {
  const pieces = pattern.split('*');
  if (pieces.length === 1) return (text) => text === pattern;
  const first = pieces[0]!;
  const last = pieces[pieces.length - 1]!;
  const middle = pieces.slice(1, -1).filter((piece) => piece !== '');
  return (text) =>
    text.length >= first.length + last.length &&
    text.startsWith(first) &&
    text.endsWith(last) &&
    inOrder(text, middle, first.length, text.length - last.length);
}

function inOrder(text: string, pieces: readonly string[], from: number, to: number): boolean {
  let at = from;
  for (const piece of pieces) {
    const found = text.indexOf(piece, at);
    if (found < 0 || found + piece.length > to) return false;
    at = found + piece.length;
  }
  return true;
}
