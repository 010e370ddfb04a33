import { redact } from '@sgraph-backbone/layer/logs';
import { HttpError, nearestOf } from '@sgraph-backbone/layer/runtime';
import { BadCsv, csvRows } from './csv-rows.ts';

const COLUMNS = ['name', 'usage_limit', 'expires_at', 'created_by', 'metadata'];

/** Columns of all tokens as CSV: what is made of such a table again has the name, the limits and the texts of it. */
export const EXPORTED = [
  'token_name',
  'status',
  'usage_limit',
  'usage_count',
  'created_at',
  'created_by',
  'expires_at',
  'revoked_at',
  'last_used_at',
  'link',
  'metadata',
] as const;

/** What only happens to a token. */
const IGNORED: ReadonlySet<string> = new Set(
  EXPORTED.filter((name) => name !== 'token_name' && !COLUMNS.includes(name)),
);

/** Tokens of a CSV text, as a list of what JSON would have said; each is checked later. Throws 400. */
export function tokensOfCsv(text: string): unknown {
  const [header, ...rows] = rowsOf(text);
  const names = (header ?? []).map((text) => columnOf(text.trim().toLowerCase()));
  checkColumns(names);
  return rows.map((row) => tokenOf(names, row));
}

function columnOf(name: string): string {
  return name === 'token_name' ? 'name' : name;
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
  const unknown = names.findIndex((name) => !COLUMNS.includes(name) && !IGNORED.has(name));
  const problem =
    unknown !== -1
      ? `${shown(names[unknown]!, unknown)} is unknown${hint(names[unknown]!)}`
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

/** Where the first row is none of names, it may hold anything. */
function shown(name: string, index: number): string {
  const isUsual = /^[a-z][a-z0-9_ -]{0,39}$/.test(name) && redact(name) === name;
  return isUsual ? `the column "${name}"` : `column ${index + 1}`;
}

function hint(name: string): string {
  const nearest = nearestOf(name.slice(0, 100), COLUMNS);
  return nearest === undefined ? '' : ` (did you mean "${nearest}"?)`;
}

function tokenOf(names: readonly string[], row: readonly string[]): Record<string, unknown> {
  const members = names.map((name, index) => [name, row[index] ?? ''] as const);
  const settable = members.filter(([name, text]) => text !== '' && !IGNORED.has(name));
  const given = settable.map(([name, text]) => [name, memberOf(name, text)]);
  // A row that is longer than the first one is shifted: nothing in it can be trusted.
  const extra = row.length > names.length ? { '(more cells than columns)': row.length } : {};
  return { ...Object.fromEntries(given), ...extra, ...closed(new Map(members).get('status')) };
}

/** What was closed to its bearers would be open again, and what was used up be new: such a row is refused as it stands. */
function closed(status: string | undefined): Record<string, unknown> {
  const found = ['paused', 'revoked', 'exhausted'].find((one) => one === status);
  return found === undefined ? {} : { [`status_${found}`]: true };
}

/** What cannot be read is left as text, which the check of its member refuses. */
function memberOf(name: string, text: string): unknown {
  if (name === 'usage_limit' || name === 'expires_at') return /^\d{1,15}$/.test(text) ? Number(text) : text;
  // The export's guard against formulas.
  if (name === 'created_by') return text.replace(/^'(?=[=+\-@\t\r\n＝＋－＠])/, '');
  if (name !== 'metadata') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
