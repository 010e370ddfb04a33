import { COLUMNS, type Column, DIMENSIONS, type Dimension, finalityOf } from '@sgraph-backbone/layer/rollups';
import { type CsvTable, malformed, type Route, route, schema as z } from '@sgraph-backbone/layer/runtime';
import type { AdminContext } from '../admin-source.ts';
import { cursorOf, cursorParameter, limitParameter } from '../parameters.ts';
import { csvName } from './csv-name.ts';
import { frame, framed } from './frame.ts';
import { NAMED_LISTS } from './named-lists.ts';
import { QUESTION, type QuestionParameters, understand } from './question.ts';
import { readRange } from './range.ts';
import { listColumns } from './rows/needed-columns.ts';
import { type Counts, isListed, topOf } from './top.ts';

const counts = { requests: z.int(), page_views: z.int(), bytes: z.number(), errors: z.int() };

const list = framed(
  z.object({
    entries: z.array(z.object({ value: z.string(), ...counts })),
    none: z
      .object(counts)
      .nullable()
      .meta({ description: 'requests without a value; with entries and other they are all there were' }),
    other: z.object(counts).meta({
      description:
        'what is beyond the longest list that is kept, and what has nothing in the column sorted by',
    }),
    cut_off: z.int().meta({ description: 'no value has this many requests more than the list says' }),
    total: z.int().meta({ description: 'entries on all pages' }),
  }),
);

const PAGED = {
  ...QUESTION,
  sort: z.enum(COLUMNS).default('requests').meta({
    description:
      'highest first; by requests everything counted is listed, by another column what has none of it is part of other',
  }),
  limit: limitParameter(20),
  cursor: cursorParameter(z.object({ after: z.int().min(0) })),
};

const by = z
  .enum(['source', 'medium', 'campaign'])
  .default('source')
  .meta({ description: 'which of the utm parameters' });

/** Top lists, by dimension and by the names that clients know. */
export function topRoutes(context: AdminContext): Route[] {
  const named = Object.entries(NAMED_LISTS).filter(([name]) => name !== 'utm');
  return [
    route({
      ...listRoute(
        `/api/sa/traffic/top/{dimension}`,
        `The most frequent values of: ${DIMENSIONS.join(', ')}`,
      ),
      query: z.object(PAGED),
      handle: ({ query, path }) => answer(context, dimensionOf(path.dimension), query),
    }),
    ...named.map(([name, dimension]) =>
      route({
        ...listRoute(`/api/sa/traffic/${name}`, `top/${dimension} by another name`),
        query: z.object(PAGED),
        handle: ({ query }) => answer(context, dimension, query),
      }),
    ),
    route({
      ...listRoute('/api/sa/traffic/utm', 'Campaigns by utm_source, utm_medium or utm_campaign'),
      query: z.object({ ...PAGED, by }),
      handle: ({ query }) => answer(context, `utm_${query.by}` as const, query),
    }),
  ];
}

function listRoute<const Path extends string>(path: Path, summary: string) {
  return {
    method: 'GET',
    path,
    scope: 'traffic:read',
    summary,
    answer: list,
    csv,
  } as const;
}

/** What a list shows: its values, and under the last one what has none and what is beyond, so that sums add up. */
function csv({ query, data, next_cursor }: z.infer<typeof list>): CsvTable {
  const { dimension, sort } = query as typeof query & { dimension: string; sort: Column };
  const none = data.none === null ? [] : [{ value: '(none)', ...data.none }];
  const rest = [...none, { value: '(everything else)', ...data.other }];
  const rows = [...data.entries, ...(next_cursor === null ? rest : [])];
  return {
    name: csvName(query, listName(dimension, sort)),
    columns: ['value', ...COLUMNS],
    rows: rows.filter((row) => isListed(row, sort)).map(({ value, ...of }) => [value, ...cells(of)]),
  };
}

function cells(counts: Counts): number[] {
  return COLUMNS.map((column) => counts[column]);
}

function listName(dimension: string, sort: Column): string {
  const singular = dimension === 'token_rejected' ? 'rejected_token' : dimension;
  const plural = `${singular.replace(/y$/, 'ie').replace(/s$/, 'se')}s`;
  return sort === 'requests' ? plural : `${plural}-by-${sort}`;
}

interface PagedParameters extends QuestionParameters {
  readonly sort: Column;
  readonly limit: number;
  readonly cursor?: { readonly after: number };
}

async function answer({ source, now }: AdminContext, dimension: Dimension | 'class', query: PagedParameters) {
  const { data } = await source();
  const question = await understand(data, query, now());
  const need = { columns: listColumns(dimension), list: dimension };
  const { range, ...origin } = await readRange(data, question, need);
  const offset = query.cursor?.after ?? 0;
  const page = topOf(range, { dimension, class: query.class, sort: query.sort, offset, limit: query.limit });
  const end = offset + page.entries.length;
  return {
    answer: frame({
      question,
      more: { dimension, sort: query.sort, limit: query.limit },
      finality: finalityOf(range),
      origin,
      data: { ...page, entries: [...page.entries] },
      requests: (name) => range.measures[name].total_requests,
      ...(end < page.total ? { next_cursor: cursorOf({ after: end }) } : {}),
    }),
    version: `${range.content_hash} ${range.revision} ${question.range.start}`,
  };
}

function dimensionOf(given: string): Dimension | 'class' {
  const name = given.replaceAll('-', '_');
  const found = [...DIMENSIONS, 'class' as const].find((dimension) => dimension === name);
  if (found !== undefined) return found;
  throw malformed([{ name: 'dimension', given, accepted: [...DIMENSIONS, 'class'].join(', ') }]);
}
