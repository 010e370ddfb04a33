/** What one line says. */
interface Line {
  /** Beginning with 1; blank ones count. */
  readonly line: number;
  readonly given?: unknown;
  /** It is no JSON: refused as one that is no event, without the others. */
  readonly broken?: true;
}

/** Nothing that is read from JSON has a member of this name. */
const LINES = Symbol('lines');

/** Lines of NDJSON, each as what it says; blank ones separate nothing. */
export function linesOf(text: string) {
  const lines = text.split(/\r?\n/).flatMap((line, index) => {
    return line.trim() === '' ? [] : [{ line: index + 1, ...valueIn(line) }];
  });
  return { [LINES]: lines };
}

/** The events of a body: of its lines, of an array, or the only one. */
export function eventsIn(body: object): readonly (Omit<Line, 'line'> & Partial<Line>)[] {
  if (LINES in body) return body[LINES] as Line[];
  return (Array.isArray(body) ? body : [body]).map((given: unknown) => ({ given }));
}

function valueIn(line: string): Omit<Line, 'line'> {
  try {
    return { given: JSON.parse(line) };
  } catch {
    return { broken: true };
  }
}
