import { BillRefused } from './bill-refused.ts';
import type { BillRow } from './bill-row.ts';
import type { BilledLine, BillForm } from './billed-line.ts';
import { CUR_COLUMNS, CUR_OPTIONAL, curLine } from './cur.ts';
import { FOCUS_COLUMNS, FOCUS_OPTIONAL, focusLine } from './focus.ts';

/** How a table is read. */
export interface BillTable {
  readonly form: BillForm;
  /** Of what the file has, what is looked at. */
  readonly columns: readonly string[];
  /** Throws BillRefused. */
  lineOf(row: BillRow): BilledLine;
}

const TABLES = [
  {
    form: 'FOCUS 1.2',
    own: 'BilledCost',
    needed: FOCUS_COLUMNS,
    optional: FOCUS_OPTIONAL,
    lineOf: focusLine,
  },
  {
    form: 'CUR 2.0',
    own: 'line_item_unblended_cost',
    needed: CUR_COLUMNS,
    optional: CUR_OPTIONAL,
    lineOf: curLine,
  },
] as const;

const ACCEPTED = 'accepted are AWS Data Exports of the tables FOCUS 1.2 and CUR 2.0, as CSV or Parquet';

/** The table that has these columns. Throws BillRefused, naming what is missing. */
export function tableOf(names: readonly string[]): BillTable {
  const held = new Set(names);
  if (names.length !== held.size) throw new BillRefused('malformed', 'The header names a column twice');
  const table = TABLES.find(({ own }) => held.has(own));
  if (table === undefined) throw new BillRefused('not-a-bill', `${guess(held)}; ${ACCEPTED}`);
  const missing = table.needed.filter((name) => !held.has(name));
  if (missing.length > 0)
    throw new BillRefused(
      'missing-columns',
      `This ${table.form} export lacks ${missing.join(', ')}: choose them in the export's column selection`,
    );
  const columns = [...table.needed, ...table.optional].filter((name) => held.has(name));
  return { form: table.form, columns, lineOf: table.lineOf };
}

function guess(held: ReadonlySet<string>): string {
  if (held.has('lineItem/UnblendedCost') || held.has('line_item/unblended_cost'))
    return 'This is a legacy Cost and Usage Report';
  return 'This table is no bill that is known here';
}
