import type { BatchColumn, BatchRows } from '@sgraph-backbone/layer/batches';
import { rowIds } from '@sgraph-backbone/layer/derived';
import type { Rules } from '@sgraph-backbone/layer/logs';
import {
  createSummaryBuilder,
  type Kind,
  type Summary,
  type SummaryBuilder,
  sumSummaries,
} from '@sgraph-backbone/layer/rollups';
import { readRules } from '@sgraph-backbone/layer/settings';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import type { Filter } from './filter.ts';
import { createMatcher, type Matcher, ROW_VALUES } from './row-values.ts';

/** Counts the rows that all filters mean, each batch by the rules under which its roll-ups were counted. */
export interface RowCount {
  /** `seen`: lines or events of the same window that are counted already; all but standard logs may repeat them. */
  add(rows: BatchRows, seen: Set<number>): Promise<void>;
  finish(): { readonly summary: Summary; readonly rules_version: string[] };
}

/** Rules by their version; each is read once. */
export type RulesOf = (version: string) => Promise<Rules>;

export function createRowCount(
  filters: readonly Filter[],
  columns: ReadonlySet<BatchColumn>,
  kind: Kind,
  rulesOf: RulesOf,
): RowCount {
  const builders = new Map<string, SummaryBuilder>();
  const conditions = filters.map(conditionOf);
  return {
    async add(batch, seen) {
      const found = foundRows(batch, conditions, kind === 'standard' ? undefined : seen);
      if (found.length === 0) return;
      const version = batch.rules_version;
      const rules = await rulesOf(version);
      const builder = builders.get(version) ?? createSummaryBuilder({ rules, kind });
      builders.set(version, builder);
      builder.add(batch.read(columns), found, found.length);
    },
    finish: () => ({
      summary: sumSummaries([...builders.values()].map((builder) => builder.finish())),
      rules_version: [...builders.keys()].sort(),
    }),
  };
}

export function rulesReader(data: ObjectStore): RulesOf {
  const known = new Map<string, Promise<Rules>>();
  const read = async (version: string) => {
    const rules = await readRules(data, version);
    if (rules === undefined) throw new Error(`batches were counted under rules ${version}, which are gone`);
    return rules;
  };
  return (version) => {
    const rules = known.get(version) ?? read(version);
    known.set(version, rules);
    return rules;
  };
}

interface Condition {
  readonly columns: ReadonlySet<BatchColumn>;
  readonly matching: Matcher;
}

function conditionOf(filter: Filter): Condition {
  return { columns: new Set(ROW_VALUES[filter.dimension].columns), matching: createMatcher(filter) };
}

// A filter's own columns are unpacked first: where no row is left, the others never are.
function foundRows(batch: BatchRows, conditions: readonly Condition[], seen?: Set<number>): Int32Array {
  let rows = seen === undefined ? allRows(batch) : newRows(batch, seen);
  for (const { columns, matching } of conditions) {
    if (rows.length === 0) break;
    rows = matching(batch.read(columns), rows);
  }
  return rows;
}

function allRows(batch: BatchRows): Int32Array {
  const rows = new Int32Array(batch.read(new Set()).length);
  for (let row = 0; row < rows.length; row++) rows[row] = row;
  return rows;
}

/** Rows whose line or event is not seen yet; rows without an id (−1) are no repeats of each other. */
function newRows(batch: BatchRows, seen: Set<number>): Int32Array {
  const ids = rowIds(batch);
  return allRows(batch).filter((row) => {
    const id = ids[row]!;
    const isNew = id < 0 || !seen.has(id);
    seen.add(id);
    return isNew;
  });
}
