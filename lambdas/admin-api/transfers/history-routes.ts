import { malformed, type Route, route, schema as z } from '@sgraph-backbone/layer/runtime';
import {
  activeTransfers,
  eventsBefore,
  isErased,
  LONGEST_ACTIVE,
  shownEvents,
  summaryOf,
  TransferErased,
  type TransferRecord,
} from '@sgraph-backbone/layer/transfers';
import type { AdminContext } from '../admin-source.ts';
import { cursorOf, cursorParameter, limitParameter } from '../parameters.ts';
import { shownRecipient } from './reporting-routes.ts';
import { answering, unknownTransfer } from './transfer-errors.ts';
import { listedTransfer, shownTransfer, transferEvent } from './transfer-schemas.ts';
import { storedTransfer } from './transfer-source.ts';

/** What happened to transfers. */
export function historyRoutes(context: AdminContext): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/transfers/{id}',
      scope: 'transfers:read',
      summary: 'What happened to a transfer',
      errors: { 404: 'Nothing has been reported of this transfer', 410: 'The transfer was erased' },
      answer: shownTransfer,
      handle: ({ path }) =>
        answering(async () => {
          const { cacheId, record } = await historyOf(context, path.id);
          const recipients = record.recipients.map(shownRecipient);
          const not_opened = recipients.filter(({ opened }) => !opened).map(({ label }) => label);
          const summary = summaryOf(cacheId, record);
          const events = shownEvents(record);
          return { answer: { transfer_id: path.id, ...summary, events, recipients, not_opened } };
        }),
    }),
    route({
      method: 'GET',
      path: '/api/transfers/{id}/events',
      scope: 'transfers:read',
      summary: 'All events of a transfer, the latest arrival first',
      query: z.object({
        limit: limitParameter(100),
        cursor: cursorParameter(z.object({ before: z.int().min(0) })),
      }),
      errors: { 404: 'Nothing has been reported of this transfer', 410: 'The transfer was erased' },
      answer: z.object({ events: z.array(transferEvent), next_cursor: z.string().nullable() }),
      csv: ({ events }) => ({
        name: 'transfer-events',
        columns: EVENT_COLUMNS,
        rows: events.map((event) => EVENT_COLUMNS.map((column) => event[column] ?? null)),
      }),
      handle: ({ path, query }) =>
        answering(async () => {
          const { cacheId, record, data } = await historyOf(context, path.id);
          const { limit, cursor } = query;
          const events = await eventsBefore(data, cacheId, record, { before: cursor?.before, limit });
          const before = events.at(-1)?.seq ?? 0;
          return { answer: { events, next_cursor: before > 0 ? cursorOf({ before }) : null } };
        }),
    }),
    route({
      method: 'GET',
      path: '/api/transfers',
      scope: 'transfers:read',
      summary: 'Transfers with activity, by the hour of the last of it, the latest first',
      description: 'By cache id: the ids of transfers are not kept.',
      query: z.object({
        active_within: z
          .string()
          .default('24h')
          .meta({ description: 'hours or days, such as 24h or 7d; at most 30d' }),
        limit: limitParameter(20),
        cursor: cursorParameter(
          z.object({
            hour: z.string().regex(/^\d{4}-\d\d-\d\d-\d\d$/),
            cache_id: z.string().regex(/^[0-9a-f-]{36}$/),
          }),
        ),
      }),
      answer: z.object({
        query: z.object({ active_within: z.string(), since: z.int() }),
        transfers: z.array(listedTransfer),
        next_cursor: z.string().nullable(),
      }),
      csv: ({ transfers }) => ({
        name: 'active-transfers',
        columns: TRANSFER_COLUMNS,
        rows: transfers.map((transfer) => TRANSFER_COLUMNS.map((column) => transfer[column])),
      }),
      handle: async ({ query }) => {
        const { data } = await context.source();
        const { active_within, limit, cursor } = query;
        const [now, within] = [context.now(), durationOf(active_within)];
        const page = await activeTransfers(data, { now, within, limit, after: cursor });
        const next_cursor = page.next === undefined ? null : cursorOf(page.next);
        const asked = { active_within, since: now - within };
        return { answer: { query: asked, transfers: [...page.transfers], next_cursor } };
      },
    }),
  ];
}

const EVENT_COLUMNS = [
  'seq',
  'timestamp',
  'event',
  'event_id',
  'bytes',
  'duration_ms',
  'recipient',
  'country',
  'user_agent_normalised',
] as const;

const TRANSFER_COLUMNS = [
  'cache_id',
  'state',
  'total_views',
  'total_downloads',
  'created_at',
  'first_activity_at',
  'last_activity_at',
  'completed_bytes',
  'uploaded_bytes',
  'total_events',
] as const;

interface History {
  readonly data: Parameters<typeof eventsBefore>[0];
  readonly cacheId: string;
  readonly record: TransferRecord;
}

async function historyOf(context: AdminContext, id: string): Promise<History> {
  const found = await storedTransfer(context, id);
  if (found === undefined) throw unknownTransfer();
  const { data, cacheId, stored } = found;
  if (isErased(stored)) throw new TransferErased(stored.erased_at);
  return { data, cacheId, record: stored };
}

const HOUR = 3_600_000;

function durationOf(text: string): number {
  const [, amount = '', unit] = /^([1-9]\d{0,3})([hd])$/.exec(text) ?? [];
  const within = Number(amount) * (unit === 'd' ? 24 * HOUR : HOUR);
  if (within > 0 && within <= LONGEST_ACTIVE) return within;
  const accepted = 'hours or days, such as 24h or 7d; at most 30d';
  throw malformed([{ name: 'active_within', given: text, accepted }]);
}
