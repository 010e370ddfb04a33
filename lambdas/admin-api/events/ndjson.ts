/** A line that is no JSON: it is no event, and is refused as one that is none, without the others. */
const UNREADABLE = null;

/** Lines of NDJSON, each as what it says; blank ones separate nothing. */
export function linesOf(text: string): unknown[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map(valueIn);
}

function valueIn(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return UNREADABLE;
  }
}
