import { type CsvTable, type Route, route, schema as z } from '@sgraph-backbone/layer/runtime';
import type { AdminContext } from '../admin-source.ts';
import { cursorParameter, limitParameter } from '../parameters.ts';
import { browse, type Page } from './browse.ts';
import { cacheEntry } from './cache-entry.ts';
import { cacheStats } from './stats.ts';

const page = z.object({ limit: limitParameter(100), cursor: cursorParameter(z.string()) });

const listing = z.object({
  path: z.string(),
  folders: z.array(z.string()),
  entries: z.array(z.object({ key: z.string(), size: z.int(), etag: z.string(), modified: z.int() })),
  next_cursor: z.string().nullable(),
});

const entry = z.object({
  key: z.string(),
  size: z.int(),
  etag: z.string(),
  modified: z.int(),
  content_type: z.string().nullable(),
  content: z.unknown().meta({ description: 'JSON without sketches; of Parquet, its first rows' }),
  omitted: z.string().nullable().meta({ description: 'why there is no content, or not all of it' }),
});

const stats = z.object({
  namespaces: z.array(
    z.object({ namespace: z.string(), objects: z.int(), bytes: z.int(), complete: z.boolean() }),
  ),
  objects: z.int(),
  bytes: z.int(),
  complete: z.boolean().meta({ description: 'false: a namespace holds more than was counted' }),
});

/** What the pipeline has stored, to look at. */
export function cacheRoutes({ source }: AdminContext): Route[] {
  const browsed = async (path: string, query: Page) => ({
    answer: await browse((await source()).data, path, query),
  });
  return [
    route({
      method: 'GET',
      path: '/api/sa/cache/browse',
      scope: 'cache:read',
      summary: 'Namespaces of the store',
      query: page,
      answer: listing,
      csv: listingCsv,
      handle: ({ query }) => browsed('', query),
    }),
    route({
      method: 'GET',
      path: '/api/sa/cache/browse/{path+}',
      scope: 'cache:read',
      summary: 'Folders and entries directly below a path',
      query: page,
      answer: listing,
      csv: listingCsv,
      handle: ({ path, query }) => browsed(path.path, query),
    }),
    route({
      method: 'GET',
      path: '/api/sa/cache/entry/{key+}',
      scope: 'cache:read',
      summary: 'One entry with its content as JSON; of Parquet, its first rows',
      errors: { 404: 'There is no such entry' },
      answer: entry,
      handle: async ({ path }) => {
        const answer = await cacheEntry((await source()).data, path.key);
        return { answer, version: answer.etag };
      },
    }),
    route({
      method: 'GET',
      path: '/api/sa/cache/stats',
      scope: 'cache:read',
      summary: 'Objects and bytes per namespace, counted up to 10,000 objects each',
      answer: stats,
      csv: ({ namespaces }) => ({
        columns: ['namespace', 'objects', 'bytes', 'complete'],
        rows: namespaces.map((row) => [row.namespace, row.objects, row.bytes, row.complete]),
      }),
      handle: async () => ({ answer: await cacheStats((await source()).data) }),
    }),
  ];
}

/** Folders first, as in the answer; they have a name and nothing else. */
function listingCsv({ folders, entries }: z.infer<typeof listing>): CsvTable {
  return {
    columns: ['key', 'size', 'etag', 'modified'],
    rows: [
      ...folders.map((folder) => [folder, null, null, null]),
      ...entries.map(({ key, size, etag, modified }) => [key, size, etag, modified]),
    ],
  };
}
