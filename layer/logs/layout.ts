import type { TimeColumns } from './event-time.ts';
import { columnsOf, isRealtime, MAY_BE_MISSING, measuredBits, STANDARD_SETS } from './fields.ts';

const V2_FIELDS = [
  'timestamp(ms)',
  'timestamp',
  'DistributionId',
  'asn',
  'c-country',
  'origin-fbl',
  'origin-lbl',
];

/** Which column of a line is what, for one list of field names. */
export interface Layout {
  readonly names: readonly string[];
  readonly count: number;
  readonly columns: ReadonlyMap<string, number>;
  readonly time: TimeColumns;
  /** Bits of FIELDS. */
  readonly measured: number;
  /** How many columns a line may lack at its end. */
  readonly optional: number;
  /** `v1-33`, `w3c-8`, `rt-40`: what the object is called in results. */
  readonly format: string;
}

export function createLayout(names: readonly string[], tabHeader = false): Layout {
  const columns = columnsOf(names);
  const at = (name: string) => columns.get(name) ?? -1;
  return {
    names,
    count: names.length,
    columns,
    time: { milliseconds: at('timestamp_ms'), seconds: at('timestamp'), date: at('date'), time: at('time') },
    measured: measuredBits(columns),
    optional: optionalColumns(names),
    format: `${familyOf(names, tabHeader)}-${names.length}`,
  };
}

function familyOf(names: readonly string[], tabHeader: boolean): string {
  if (isRealtime(names)) return 'rt';
  const standard = STANDARD_SETS.get(names.length);
  if (standard?.every((name, at) => name === names[at])) return 'v1';
  // Only v2 was seen to separate the names of its header by tabs.
  return tabHeader || names.some((name) => V2_FIELDS.includes(name)) ? 'v2-w3c' : 'w3c';
}

function optionalColumns(names: readonly string[]): number {
  let count = 0;
  while (count < names.length && MAY_BE_MISSING.includes(names[names.length - 1 - count]!)) count++;
  return count;
}
