import { checkMembers, HttpError, type Route, route, schema as z } from '@sgraph-backbone/layer/runtime';
import { readSettings } from '@sgraph-backbone/layer/settings';
import { abreast } from '@sgraph-backbone/layer/store';
import { listTokens, type TokenRecord, type Tokens } from '@sgraph-backbone/layer/tokens';
import type { AdminContext } from '../admin-source.ts';
import { settingsStore } from '../settings/settings-store.ts';
import { audited } from './audited.ts';
import { EXPORTED, tokensOfCsv } from './csv-tokens.ts';
import { showToken } from './shown-token.ts';
import { tokenError } from './token-errors.ts';
import { tokenLink } from './token-link.ts';
import { newToken, shownToken } from './token-schemas.ts';
import { shownTokens, tokensOf } from './token-store.ts';

const MOST = 1_000;
const LIST_FORM = `a list of 1 to ${MOST} tokens, or an object with such a list as tokens`;
const ABREAST = 8;

/** Names that an entry of the audit trail keeps. */
const MOST_NAMED = 100;

const list = z.array(z.unknown()).min(1, LIST_FORM).max(MOST, LIST_FORM);

const answer = z.object({
  created: z.array(z.object({ index: z.int(), token_name: z.string(), link: z.string().nullable() })),
  refused: z.array(
    z.object({
      index: z.int().meta({ description: 'place in what was sent, from 0; of CSV, rows behind the first' }),
      code: z.string(),
      message: z.string(),
      suggestions: z.array(z.string()),
    }),
  ),
});
type Answer = z.infer<typeof answer>;

/** Many tokens in one go, and all of them as a table. */
export function bulkRoutes(context: AdminContext): Route[] {
  return [bulkRoute(context), exportRoute(context)];
}

function bulkRoute({ source, now }: AdminContext): Route {
  return route({
    method: 'POST',
    path: '/api/tokens/bulk',
    scope: 'tokens:write',
    summary: 'Make up to 1,000 tokens from JSON or CSV',
    description:
      'JSON: a list of what POST /api/tokens takes. CSV: columns name, usage_limit, expires_at, created_by, metadata (a JSON object), in any order; only name is needed. What /api/tokens/export.csv answers is taken too: token_name is name, and columns that cannot be set (status, counts, times of what happened) are ignored, so that tokens are made anew, active and unused. Those that cannot be made are refused one by one; 201 where any was made, else 400.',
    body: z.union([list, z.strictObject({ tokens: list })], { error: LIST_FORM }),
    readers: { 'text/csv': tokensOfCsv },
    discreet: true,
    status: 201,
    answer,
    handle: async ({ body, key, log }) => {
      const opened = await source();
      const data = settingsStore(opened);
      const { tokens } = tokensOf(opened, { now }, log);
      const settings = await readSettings(data);
      const given = Array.isArray(body) ? body : body.tokens;
      const by = key?.name ?? 'nobody';
      const made = await audited(
        data,
        { key, at: now() },
        'tokens.bulk',
        { tokens: given.length },
        () => createAll(tokens, given, by),
        madeOf,
      );
      const created = made.created.map(([index, { token_name }]) => ({
        index,
        token_name,
        link: tokenLink(settings, token_name),
      }));
      return { ...(created.length === 0 && { status: 400 }), answer: { created, refused: made.refused } };
    },
  });
}

/** What the audit trail keeps of it: how many, and the first names; the answer has them all. Undefined: none. */
function madeOf({ created }: { readonly created: readonly (readonly [number, TokenRecord])[] }) {
  if (created.length === 0) return undefined;
  const names = created.slice(0, MOST_NAMED).map(([, { token_name }]) => token_name);
  return { made: created.length, names };
}

async function createAll(tokens: Tokens, given: readonly unknown[], by: string) {
  const created: [number, TokenRecord][] = [];
  const refused: Answer['refused'] = [];
  await abreast(given.entries(), ABREAST, async ([index, one]) => {
    try {
      const token = checkMembers(newToken, one, { discreet: true });
      created.push([index, await tokens.create({ ...token, created_by: token.created_by ?? by })]);
    } catch (error) {
      refused.push({ index, ...refusalOf(error) });
    }
  });
  const byIndex = (a: { readonly index: number }, b: { readonly index: number }) => a.index - b.index;
  return { created: created.sort(([a], [b]) => a - b), refused: refused.sort(byIndex) };
}

/** Why one of many was not made. Throws what is no refusal. */
function refusalOf(error: unknown) {
  const refusal = error instanceof HttpError ? error : tokenError(error);
  if (refusal === undefined) throw error;
  const { code, message, details } = refusal;
  return { code, message, suggestions: (details.suggestions as string[] | undefined) ?? [] };
}

function exportRoute({ source, now }: AdminContext): Route {
  return route({
    method: 'GET',
    path: '/api/tokens/export.csv',
    scope: 'tokens:read',
    summary: 'All tokens as CSV',
    answer: z.object({ tokens: z.array(shownToken) }),
    csv: ({ tokens }) => ({
      name: 'tokens',
      columns: [...EXPORTED],
      rows: tokens.map((token) =>
        EXPORTED.map((column) => (column === 'metadata' ? JSON.stringify(token.metadata) : token[column])),
      ),
    }),
    handle: async () => {
      const opened = await source();
      const at = now();
      const settings = await readSettings(settingsStore(opened));
      const data = await shownTokens(opened, at);
      const tokens: z.infer<typeof shownToken>[] = [];
      for (let after: string | undefined = ''; after !== undefined; ) {
        const page = await listTokens(data, { limit: MOST, ...(after === '' ? {} : { after }) }, at);
        tokens.push(...page.tokens.map((record) => showToken(record, settings, at)));
        after = page.after;
      }
      return { answer: { tokens } };
    },
  });
}
