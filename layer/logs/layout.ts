import { FIELDS } from './event-block.ts';
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

const TEXTS = [
  'distribution',
  'cs_method',
  'cs_uri_query',
  'cs_protocol',
  'cs_protocol_version',
  'sc_content_type',
  'x_edge_location',
  'x_edge_result_type',
  'x_edge_response_result_type',
  'x_edge_detailed_result_type',
  'ssl_protocol',
  'ssl_cipher',
  'cs_host',
  'x_edge_request_id',
] as const;

/** Columns of an event that are ids of texts and are read without further facts. */
export type TextColumnName = (typeof TEXTS)[number];

/** Values of these come in few combinations, so that neighbours are looked up together. */
const FEW: readonly TextColumnName[] = [
  'cs_method',
  'cs_protocol',
  'cs_protocol_version',
  'sc_content_type',
  'x_edge_result_type',
  'x_edge_response_result_type',
  'x_edge_detailed_result_type',
  'ssl_protocol',
  'ssl_cipher',
  'cs_host',
];

/** Neighbouring columns that are looked up together, from column `index` on; or a single one. */
export interface TextColumns {
  readonly names: readonly TextColumnName[];
  readonly index: number;
  /** The names as one text, by which the group is found. */
  readonly key: string;
}

/** Which column of a line is what, for one list of field names. */
export interface Layout {
  readonly names: readonly string[];
  readonly count: number;
  readonly columns: ReadonlyMap<string, number>;
  readonly time: TimeColumns;
  readonly texts: readonly TextColumns[];
  readonly absentTexts: readonly TextColumnName[];
  /** Bits of FIELDS. */
  readonly measured: number;
  /** How many columns a line may lack at its end. */
  readonly optional: number;
  /** Lines of a real-time log: they have an id, for they may be delivered twice. */
  readonly realtime: boolean;
  /** The first and last column of what the id is made of. */
  readonly line: readonly [first: number, last: number];
  /** The column of the path, where the query is in it alone; else −1. */
  readonly queryInPath: number;
  /** `v1-33`, `w3c-8`, `rt-40`: what the object is called in results. */
  readonly format: string;
}

/** `expected`: the lines are known to be those of a real-time log, or known not to be. */
export function createLayout(names: readonly string[], tabHeader = false, expected?: boolean): Layout {
  const realtime = isRealtime(names, expected);
  const columns = columnsOf(names, realtime);
  const at = (name: string) => columns.get(name) ?? -1;
  const queryInPath = realtime && !columns.has('cs_uri_query') ? at('cs_uri_stem') : -1;
  return {
    names,
    count: names.length,
    columns,
    time: { milliseconds: at('timestamp_ms'), seconds: at('timestamp'), date: at('date'), time: at('time') },
    texts: textColumns(columns),
    absentTexts: TEXTS.filter((name) => !columns.has(name)),
    measured: measuredBits(columns) | (queryInPath < 0 ? 0 : FIELDS.query),
    // What real-time lines have is what is configured, no more and no less.
    optional: realtime ? 0 : optionalColumns(names),
    realtime,
    line: [0, names.length - 1],
    queryInPath,
    format: `${realtime ? 'rt' : familyOf(names, tabHeader)}-${names.length}`,
  };
}

function familyOf(names: readonly string[], tabHeader: boolean): string {
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

function textColumns(columns: ReadonlyMap<string, number>): TextColumns[] {
  const present = TEXTS.flatMap((name) => {
    const index = columns.get(name);
    return index === undefined ? [] : [{ name, index }];
  });
  present.sort((a, b) => a.index - b.index);
  const found: { names: TextColumnName[]; index: number }[] = [];
  for (const { name, index } of present) {
    const last = found[found.length - 1];
    const follows = last && last.index + last.names.length === index && FEW.includes(last.names[0]!);
    if (follows && FEW.includes(name)) last.names.push(name);
    else found.push({ names: [name], index });
  }
  return found.map((group) => ({ ...group, key: group.names.join(' ') }));
}
