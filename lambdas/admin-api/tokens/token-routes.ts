import { type Route, route, schema as z } from '@sgraph-backbone/layer/runtime';
import { readSettings } from '@sgraph-backbone/layer/settings';
import { listTokens, STATUSES, TURNS, type Turn } from '@sgraph-backbone/layer/tokens';
import type { AdminContext } from '../admin-source.ts';
import { cursorOf, cursorParameter, limitParameter } from '../parameters.ts';
import { settingsStore } from '../settings/settings-store.ts';
import { activityRoute } from './activity-route.ts';
import { audited } from './audited.ts';
import { bulkRoutes } from './bulk-routes.ts';
import { historyRoutes } from './history-routes.ts';
import { namedToken, shownRecord } from './named-token.ts';
import { generationOf, showToken, wholeReply } from './shown-token.ts';
import { newToken, shownToken, tokenEdit, wholeToken } from './token-schemas.ts';
import { shownTokens, tokensOf } from './token-store.ts';
import { useRoute } from './use-route.ts';

const PREFIX_FORM = 'what names begin with: up to 64 of a-z, 0-9 and dashes';

const listQuery = z.object({
  q: z
    .string()
    .transform((text) => text.trim().toLowerCase())
    .refine((text) => /^[a-z0-9-]{0,64}$/.test(text), { error: PREFIX_FORM })
    .optional()
    .meta({ description: PREFIX_FORM }),
  status: z.enum(STATUSES).optional().meta({ description: 'only these' }),
  limit: limitParameter(20),
  cursor: cursorParameter(z.string().regex(/^[a-z0-9-]{1,64}$/)),
});

/** Invitation tokens: made, seen, changed, used. */
export function tokenRoutes(context: AdminContext): Route[] {
  return [
    createRoute(context),
    listRoute(context),
    ...bulkRoutes(context),
    readRoute(context),
    editRoute(context),
    useRoute(context),
    ...TURNS.map((turn) => turnRoute(context, turn)),
    ...historyRoutes(context),
    activityRoute(context),
  ];
}

function createRoute({ source, now }: AdminContext): Route {
  return route({
    method: 'POST',
    path: '/api/tokens',
    scope: 'tokens:write',
    summary: 'Make an invitation token',
    description:
      'Its name is its own for ever. 409 where there is one of this name, with names that are free. Texts that look like addresses are taken out of created_by and metadata.',
    body: newToken,
    discreet: true,
    status: 201,
    errors: { 409: 'There is a token of this name: details have names that are free' },
    answer: wholeToken,
    handle: async ({ body, key, log }) => {
      const opened = await source();
      const data = settingsStore(opened);
      const { tokens } = tokensOf(opened, { now }, log);
      const { name, usage_limit, expires_at } = body;
      const token = { ...body, created_by: body.created_by ?? key?.name ?? 'nobody' };
      const record = await audited(
        data,
        { key, at: now() },
        'tokens.create',
        { name, usage_limit, expires_at },
        () => tokens.create(token),
      );
      return wholeReply(record, await readSettings(data), now());
    },
  });
}

function listRoute({ source, now }: AdminContext): Route {
  return route({
    method: 'GET',
    path: '/api/tokens',
    scope: 'tokens:read',
    summary: 'Tokens by name',
    description:
      'Where few have the status, a page may be shorter than its limit; next_cursor says whether there are more.',
    query: listQuery,
    answer: z.object({ tokens: z.array(shownToken), next_cursor: z.string().nullable() }),
    handle: async ({ query: { q: prefix, status, limit, cursor } }) => {
      const opened = await source();
      const at = now();
      const settings = await readSettings(settingsStore(opened));
      const data = await shownTokens(opened, at);
      const { tokens, after } = await listTokens(data, { prefix, status, limit, after: cursor }, at);
      const next_cursor = after === undefined ? null : cursorOf(after);
      return { answer: { tokens: tokens.map((record) => showToken(record, settings, at)), next_cursor } };
    },
  });
}

function readRoute(context: AdminContext): Route {
  return route({
    method: 'GET',
    path: '/api/tokens/{name}',
    scope: 'tokens:read',
    summary: 'One token, with its link and QR code',
    errors: { 404: 'There is no token of this name' },
    answer: wholeToken,
    handle: async ({ path }) => {
      const { opened, record } = await shownRecord(context, path.name);
      return wholeReply(record, await readSettings(settingsStore(opened)), context.now());
    },
  });
}

function editRoute({ source, now }: AdminContext): Route {
  return route({
    method: 'PATCH',
    path: '/api/tokens/{name}',
    scope: 'tokens:write',
    summary: 'Change limit, expiry or metadata of a token',
    description:
      'Uses do not count as changes: If-Match names the generation. A limit above usage_count makes an exhausted token active again.',
    conditional: true,
    body: tokenEdit,
    discreet: true,
    errors: {
      404: 'There is no token of this name',
      503: 'Too many at once: nothing was changed, ask again after Retry-After seconds',
    },
    answer: wholeToken,
    handle: async ({ path, body, ifMatch, key, log }) => {
      const opened = await source();
      const data = settingsStore(opened);
      const { tokens } = tokensOf(opened, { now }, log);
      const name = namedToken(path.name);
      const { metadata: _, ...told } = body;
      const record = await audited(data, { key, at: now() }, 'tokens.edit', { name, ...told }, () =>
        tokens.edit(name, body, generationOf(ifMatch)),
      );
      return wholeReply(record, await readSettings(data), now());
    },
  });
}

const SUMMARIES: Readonly<Record<Turn, string>> = {
  revoke: 'Refuse every further use of a token: once this is answered, none succeeds',
  pause: 'Refuse uses of a token until it is resumed',
  resume: 'Accept uses of a paused token again',
  reactivate: 'Accept uses of a revoked or paused token again',
};

function turnRoute({ source, now }: AdminContext, turn: Turn): Route {
  return route({
    method: 'POST',
    path: `/api/tokens/{name}/${turn}`,
    scope: 'tokens:write',
    summary: SUMMARIES[turn],
    description:
      'A token that is so already stays as it is. 409 from a state from which this does not lead on.',
    errors: {
      404: 'There is no token of this name',
      409: 'Its state does not lead to this one',
      503: 'Too many at once: nothing was changed, ask again after Retry-After seconds',
    },
    answer: wholeToken,
    handle: async ({ path, key, log }) => {
      const opened = await source();
      const data = settingsStore(opened);
      const { tokens } = tokensOf(opened, { now }, log);
      const name = namedToken(path.name);
      const record = await audited(data, { key, at: now() }, `tokens.${turn}`, { name }, () =>
        tokens.turn(name, turn),
      );
      return wholeReply(record, await readSettings(data), now());
    },
  });
}
