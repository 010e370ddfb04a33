import { HttpError, nearestOf } from '@sgraph-backbone/layer/runtime';
import { BadCsv, csvRows } from './csv-rows.ts';

const COLUMNS = ['name', 'usage_limit', 'expires_at', 'created_by', 'metadata'];

/** Tokens of a CSV text, as a list of what JSON would have said; each is checked later. Throws 400. */
export function tokensOfCsv(text: string): unknown {
  const [header, ...rows] = rowsOf(text);
  const names = (header ?? []).map((name) => name.trim().toLowerCase());
  checkColumns(names);
  return rows.map((row) => tokenOf(names, row));
}

function rowsOf(text: string): string[][] {
  try {
    return csvRows(text);
  } catch (error) {
    if (!(error instanceof BadCsv)) throw error;
    throw new HttpError(400, 'invalid_csv', `the body is not CSV: ${error.message}`, { cause: error });
  }
}

function checkColumns(names: readonly string[]): void {
  const unknown = names.find((name) => !COLUMNS.includes(name));
  const problem =
    unknown !== undefined
      ? `a column is unknown${hint(unknown)}`
      : new Set(names).size < names.length
        ? 'a column is there twice'
        : names.includes('name')
          ? undefined
          : 'there is no column "name"';
  if (problem === undefined) return;
  throw new HttpError(
    400,
    'invalid_csv',
    `${problem}; the first row names the columns: ${COLUMNS.join(', ')}`,
  );
}

function hint(name: string): string {
  const nearest = nearestOf(name.slice(0, 100), COLUMNS);
  return nearest === undefined ? '' : ` (did you mean "${nearest}"?)`;
}

function tokenOf(names: readonly string[], row: readonly string[]): Record<string, unknown> {
  const members = names.map((name, index) => [name, row[index] ?? ''] as const);
  const given = members.filter(([, text]) => text !== '').map(([name, text]) => [name, memberOf(name, text)]);
  // A row that is longer than the first one is shifted: nothing in it can be trusted.
  const extra = row.length > names.length ? { '(more cells than columns)': row.length } : {};
  return { ...Object.fromEntries(given), ...extra };
}

/** What cannot be read is left as text, which the check of its member refuses. */
function memberOf(name: string, text: string): unknown {
  if (name === 'usage_limit' || name === 'expires_at') return /^\d{1,15}$/.test(text) ? Number(text) : text;
  if (name !== 'metadata') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
