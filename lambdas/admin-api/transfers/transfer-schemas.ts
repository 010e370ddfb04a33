import { schema as z } from '@sgraph-backbone/layer/runtime';
import { TRANSFER_EVENTS, TRANSFER_STATES } from '@sgraph-backbone/layer/transfers';

const instant = z.int().meta({ description: 'epoch milliseconds' });
/** Checked where it is made private, and never repeated in an answer: it may be an address. */
const member = (description: string, type = 'string') => z.unknown().optional().meta({ type, description });

/** What an application reports of a transfer. What is not said may be left out, or null. */
export const postedTransferEvent = z.strictObject({
  event: z.unknown().meta({ type: 'string', enum: TRANSFER_EVENTS }),
  event_id: member(
    'idempotency key, 1 to 64 of A-Z a-z 0-9 . _ : -: within the last 1,000 events of the transfer it counts once; default: a fresh one, which is answered',
  ),
  timestamp: member(
    'epoch milliseconds, from 24 hours ago to 5 minutes ahead; required with event_id, else now',
    'integer',
  ),
  bytes: member('of the file: with an upload or a download', 'integer'),
  recipient: member('the link key by which it was opened, if it is one'),
  ip: member('address of the visitor: counted, never kept; or ip_hash, never both'),
  ip_hash: member('a hash of it that the application made'),
  user_agent: member('kept as browser and system'),
  referrer: member('kept as its domain'),
  country: member('two letters; default: that of ip'),
  duration_ms: member('milliseconds', 'number'),
  source: member('lambda or application (default)'),
  app: member('whose feed it joins; default main'),
});

/** For whom a link key is. */
export const newRecipient = z.strictObject({
  label: z.unknown().meta({ type: 'string', description: '1 to 80 characters on one line' }),
});

export const countedTransferEvent = z.object({
  event_id: z.string(),
  duplicate: z.boolean().meta({ description: 'true: it was counted before, and nothing has changed' }),
  recipient: z.string().nullable().meta({ description: 'null: no link key of this transfer was named' }),
  cache_id: z.string(),
  state: z.enum(TRANSFER_STATES),
  total_views: z.int(),
  total_downloads: z.int(),
});

const counts = z.object(
  Object.fromEntries(TRANSFER_EVENTS.map((name) => [name, z.int()])) as Record<
    (typeof TRANSFER_EVENTS)[number],
    ReturnType<typeof z.int>
  >,
);

/** Schema D, and what belongs to it. */
const summary = {
  cache_id: z
    .string()
    .meta({ description: 'under which its record is kept, and the cache service finds it' }),
  state: z.enum(TRANSFER_STATES).meta({ description: 'the furthest that any of its events says' }),
  total_views: z.int().meta({ description: 'events viewed' }),
  total_downloads: z
    .int()
    .meta({ description: 'events download_completed; those that were only started are in counts' }),
  created_at: instant.nullable().meta({ description: 'null: its creation was not reported' }),
  first_activity_at: instant.nullable(),
  last_activity_at: instant.nullable(),
  active_hours: z
    .array(z.string())
    .meta({ description: 'hours (UTC) with events, the latest 31 days of them' }),
  active_countries: z.array(z.string()),
  completed_bytes: z
    .number()
    .nullable()
    .meta({ description: 'bytes of completed downloads; null: none of them said how many' }),
  uploaded_bytes: z.number().nullable().meta({ description: 'bytes of completed uploads; null: the same' }),
  counts,
  total_events: z.int(),
};

export const transferEvent = z.object({
  seq: z.int().meta({ description: 'number in order of arrival, from 0' }),
  event_id: z.string(),
  event: z.enum(TRANSFER_EVENTS),
  timestamp: instant,
  bytes: z.number().optional(),
  duration_ms: z.number().optional(),
  recipient: z.string().optional(),
  country: z.string().optional(),
  user_agent_normalised: z.string().optional(),
});

export const recipient = z.object({
  recipient: z
    .string()
    .meta({ description: 'key to put into this recipient’s link, and to name in its events' }),
  label: z.string(),
  created_at: instant,
  opened: z.boolean(),
  views: z.int(),
  downloads_started: z.int(),
  downloads: z.int(),
  first_opened_at: instant.nullable(),
  last_opened_at: instant.nullable(),
});

export const shownTransfer = z.object({
  transfer_id: z.string(),
  ...summary,
  events: z.array(transferEvent).meta({ description: 'the last 100 that arrived, the latest first' }),
  recipients: z.array(recipient),
  not_opened: z.array(z.string()).meta({ description: 'labels of recipients who have not opened it' }),
});

export const listedTransfer = z.object(summary);
