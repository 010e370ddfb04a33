import { readAuditPage } from '@sgraph-backbone/layer/ledger';
import { type Route, route, schema as z } from '@sgraph-backbone/layer/runtime';
import type { AdminContext } from '../admin-source.ts';
import { cursorOf, cursorParameter, limitParameter } from '../parameters.ts';
import { settingsStore } from '../settings/settings-store.ts';

const KIND_FORM = 'what stands before the dot of an action: settings, keys, tokens, forget, …';

const query = z.object({
  kind: z
    .string()
    .refine((kind) => /^[a-z][a-z0-9_-]{0,47}$/.test(kind), { error: KIND_FORM })
    .optional()
    .meta({ description: KIND_FORM }),
  limit: limitParameter(100),
  cursor: cursorParameter(z.string().regex(/^\d{13}-[0-9a-f]{16}\.json$/)),
});

const answer = z.object({
  entries: z.array(
    z.object({
      at: z.string().meta({ description: 'RFC 3339' }),
      actor: z.string().meta({ description: 'name of the key, or command line' }),
      action: z.string(),
      state: z.enum(['done', 'unfinished', 'nothing_done']).meta({
        description:
          'unfinished: it goes on, or whoever did it died before its end was kept; nothing_done: begun, and nothing was changed',
      }),
      detail: z.record(z.string(), z.unknown()),
    }),
  ),
  next_cursor: z.string().nullable(),
});

/** Who changed what. */
export function auditRoutes({ source }: AdminContext): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/audit',
      scope: 'audit:read',
      summary: 'Who changed what, the newest first',
      query,
      answer,
      csv: ({ entries }) => ({
        columns: ['at', 'actor', 'action', 'state', 'detail'],
        rows: entries.map((one) => [one.at, one.actor, one.action, one.state, JSON.stringify(one.detail)]),
      }),
      handle: async ({ query: { kind, limit, cursor } }) => {
        const page = await readAuditPage(settingsStore(await source()), { kind, limit, after: cursor });
        const entries = page.entries.map(({ at, actor, action, detail, unfinished, nothing_done }) => ({
          at: new Date(at).toISOString(),
          actor,
          action,
          state: unfinished
            ? ('unfinished' as const)
            : nothing_done
              ? ('nothing_done' as const)
              : ('done' as const),
          detail,
        }));
        return { answer: { entries, next_cursor: page.next === undefined ? null : cursorOf(page.next) } };
      },
    }),
  ];
}
