/** Text that is no CSV; `line` counts from 1. */
export class BadCsv extends Error {
  override readonly name = 'BadCsv';

  constructor(line: number, problem: string) {
    super(`line ${line}: ${problem}`);
  }
}

/** Rows of RFC 4180, with any line ends; empty lines are left out. Throws BadCsv. */
export function csvRows(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let [at, line] = [text.startsWith('\ufeff') ? 1 : 0, 1];
  const end = () => {
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  };
  while (at < text.length) {
    const cell = text[at] === '"' ? quotedCell(text, at, line) : plainCell(text, at);
    row.push(cell.value);
    line += cell.lines;
    at = cell.end;
    if (text[at] === ',') {
      at++;
      if (at === text.length) row.push('');
      continue;
    }
    if (at < text.length && !/[\r\n]/.test(text[at]!))
      throw new BadCsv(line, 'a comma or the line’s end has to follow a quote');
    at += text.startsWith('\r\n', at) ? 2 : 1;
    line++;
    end();
  }
  if (row.length > 0) end();
  return rows;
}

interface Cell {
  readonly value: string;
  /** Behind it. */
  readonly end: number;
  /** Line ends within. */
  readonly lines: number;
}

function plainCell(text: string, at: number): Cell {
  const [value] = /^[^,\r\n]*/.exec(text.slice(at, at + 10_000))!;
  return { value: value.trim(), end: at + value.length, lines: 0 };
}

function quotedCell(text: string, at: number, line: number): Cell {
  const pattern = /"((?:[^"]|"")*)"/y;
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  if (found === null) throw new BadCsv(line, 'a quote is not closed');
  const value = found[1]!.replaceAll('""', '"');
  return { value, end: pattern.lastIndex, lines: value.split('\n').length - 1 };
}
