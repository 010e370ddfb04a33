import type { BatchColumn } from '@sgraph-backbone/layer/batches';
import type { Client, Dictionaries, EventBlock } from '@sgraph-backbone/layer/logs';
import type { Filter, FilterDimension } from './filter.ts';

/** Where the rows of a block have a dimension's value: as small numbers, each of which means a text. */
interface RowValues {
  readonly columns: readonly BatchColumn[];
  readonly idOf: (block: EventBlock, row: number) => number;
  /** `''`: the row has none. */
  readonly textOf: (dictionaries: Dictionaries, id: number) => string;
}

type TextColumn = BatchColumn & Exclude<keyof Dictionaries, 'clients'>;

/** The same values that the tables of a summary have. */
export const ROW_VALUES: Readonly<Record<FilterDimension, RowValues>> = {
  path: text('cs_uri_stem'),
  host: text('cs_host'),
  method: text('cs_method'),
  status_code: {
    columns: ['sc_status'],
    idOf: (block, row) => block.sc_status[row]! + 1,
    textOf: (_, id) => (id === 0 ? '' : String(id - 1).padStart(3, '0')),
  },
  result_type: {
    columns: ['x_edge_response_result_type', 'x_edge_result_type'],
    idOf: (block, row) => block.x_edge_response_result_type[row]! || block.x_edge_result_type[row]!,
    textOf: ({ result_type }, id) => result_type.values[id]!,
  },
  edge_location: text('x_edge_location'),
  country: text('c_country'),
  referrer_domain: text('referrer_domain'),
  browser: client('browser'),
  operating_system: client('operating_system'),
  device: client('device'),
  agent: client('agent'),
  rule: text('rule'),
  content_type: text('sc_content_type'),
  utm_source: parameter('utm_source'),
  utm_medium: parameter('utm_medium'),
  utm_campaign: parameter('utm_campaign'),
  token: parameter('token'),
};

/** Those of the rows (all, at first) that a filter means. Its columns have been read. */
export type Matcher = (block: EventBlock, rows: Int32Array) => Int32Array;

/** A filter that asks once for each value of a dictionary, however many blocks have it. */
export function createMatcher({ dimension, matches }: Filter): Matcher {
  const { idOf, textOf } = ROW_VALUES[dimension];
  const known = new WeakMap<Dictionaries, Map<number, boolean>>();
  return (block, rows) => {
    const { dictionaries } = block;
    const verdicts = known.get(dictionaries) ?? new Map<number, boolean>();
    known.set(dictionaries, verdicts);
    return rows.filter((row) => {
      const id = idOf(block, row);
      const verdict = verdicts.get(id) ?? matches(textOf(dictionaries, id));
      verdicts.set(id, verdict);
      return verdict;
    });
  };
}

function text(column: TextColumn): RowValues {
  return {
    columns: [column],
    idOf: (block, row) => block[column][row]!,
    textOf: (dictionaries, id) => dictionaries[column].values[id]!,
  };
}

function client(member: keyof Client): RowValues {
  return {
    columns: ['client'],
    idOf: (block, row) => block.client[row]!,
    textOf: ({ clients }, id) => clients[id]![member],
  };
}

function parameter(name: string): RowValues {
  return {
    columns: ['cs_uri_query'],
    idOf: (block, row) => block.cs_uri_query[row]!,
    textOf: ({ cs_uri_query }, id) => valueIn(cs_uri_query.values[id]!, name),
  };
}

function valueIn(query: string, name: string): string {
  const value = query === '' ? undefined : (JSON.parse(query) as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : '';
}
