import { redact } from '@sgraph-backbone/layer/logs';
import { schema as z } from '@sgraph-backbone/layer/runtime';
import { ACTIONS, BadTokenName, NAME_FORM, STATUSES, tokenName } from '@sgraph-backbone/layer/tokens';

const MOST_USES = 1_000_000_000;
const LIMIT_FORM = 'a whole number from 0 (unlimited) to 1,000,000,000';
const INSTANT_FORM =
  'epoch milliseconds or an instant such as 2027-02-16T14:30:00Z, between the years 2001 and 2200; null: never';
const METADATA_FORM =
  'an object of at most 32 members, named by 1 to 64 letters, digits, "_", "." and "-", with texts of at most 500 characters, numbers, true, false or null';
const BY_FORM = 'a text of 1 to 100 characters';
const USE_ID_FORM = '1 to 64 of A-Z a-z 0-9 . _ : -';

// Seconds instead of milliseconds would lie in 1970.
const [EARLIEST, LATEST] = [Date.UTC(2001, 0), Date.UTC(2200, 0)];
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

/** Days that no month has would be taken for days of the next one. */
function isInstant(text: string): boolean {
  const day = Date.parse(`${text.slice(0, 10)}T00:00:00Z`);
  return INSTANT.test(text) && day > 0 && new Date(day).toISOString().startsWith(text.slice(0, 10));
}

/** A name as it was given, as the name that it means. */
export const nameMember = z
  .string({ error: NAME_FORM })
  .transform((text, context) => {
    try {
      return tokenName(text.slice(0, 200));
    } catch (error) {
      if (!(error instanceof BadTokenName)) throw error;
      context.addIssue({ code: 'custom', message: `${NAME_FORM} (${error.message})` });
      return undefined as never;
    }
  })
  .meta({ description: NAME_FORM });

const limit = z.int({ error: LIMIT_FORM }).min(0, LIMIT_FORM).max(MOST_USES, LIMIT_FORM);
const expiry = z
  .union([z.string(), z.number(), z.null()], { error: INSTANT_FORM })
  .transform((given, context): number | null => {
    const ms = typeof given === 'string' && isInstant(given) ? Date.parse(given) : given;
    if (ms === null || (Number.isInteger(ms) && Number(ms) >= EARLIEST && Number(ms) < LATEST))
      return ms as number;
    context.addIssue({ code: 'custom', message: INSTANT_FORM });
    return undefined as never;
  });
const value = z.union([z.string().max(500).transform(redact), z.number(), z.boolean(), z.null()]);
const metadata = z
  .record(z.string().regex(/^[\w.-]{1,64}$/), value, { error: METADATA_FORM })
  .refine((given) => Object.keys(given).length <= 32, { error: METADATA_FORM });

/** A token to be. Addresses in texts are taken out. */
export const newToken = z.strictObject({
  name: nameMember,
  usage_limit: limit.default(0).meta({ description: `uses that are accepted in all: ${LIMIT_FORM}` }),
  expires_at: expiry.default(null).meta({ description: `no use is accepted from then on: ${INSTANT_FORM}` }),
  created_by: z
    .string({ error: BY_FORM })
    .min(1, BY_FORM)
    .max(100, BY_FORM)
    .transform(redact)
    .optional()
    .meta({ description: `who invites: ${BY_FORM}; by default the name of the key` }),
  metadata: metadata.default({}).meta({ description: METADATA_FORM }),
});
export type NewTokenMembers = z.infer<typeof newToken>;

/** What may be edited; what is left out stays. */
export const tokenEdit = z
  .strictObject({
    usage_limit: limit.optional().meta({ description: LIMIT_FORM }),
    expires_at: expiry.optional().meta({ description: INSTANT_FORM }),
    metadata: metadata.optional().meta({ description: `replaces what there is: ${METADATA_FORM}` }),
  })
  .refine((edit) => Object.values(edit).some((member) => member !== undefined), {
    error: 'at least one of usage_limit, expires_at, metadata',
  });

// What says who it was is checked where it is hashed, and never repeated in an answer.
const secret = (description: string) => z.unknown().optional().meta({ type: 'string', description });

/** A wish to use a token. */
export const tokenUse = z.strictObject({
  action: z.enum(ACTIONS),
  use_id: z
    .string({ error: USE_ID_FORM })
    .regex(/^[\w.:-]{1,64}$/, USE_ID_FORM)
    .optional()
    .meta({
      description: `known again within the token's last 1,000 uses: ${USE_ID_FORM}; by default a fresh one`,
    }),
  ip: secret('address of the visitor; or ip_hash, never both'),
  ip_hash: secret('a hash of it that the application made; one or the other, always the same way'),
  user_agent: secret('what the browser calls itself'),
  country: secret('two capital letters'),
  transfer_id: secret('of the transfer that it was used for'),
});

const instant = z.int().meta({ description: 'epoch milliseconds' });
const status = z.enum(STATUSES);

/** A token as it is answered. */
export const shownToken = z.object({
  cache_id: z.string(),
  cache_hash: z.string().meta({ description: 'finds the token in the cache service' }),
  token_name: z.string(),
  usage_limit: z.int().meta({ description: '0: unlimited' }),
  usage_count: z.int(),
  remaining: z.int().nullable().meta({ description: 'null: unlimited' }),
  status,
  created_at: instant,
  created_by: z.string(),
  expires_at: instant.nullable(),
  revoked_at: instant.nullable(),
  last_used_at: instant.nullable(),
  metadata: z.record(z.string(), z.unknown()),
  generation: z.int().meta({ description: 'raised by each edit; the ETag names it' }),
  link: z
    .string()
    .nullable()
    .meta({ description: 'what to send; null: neither the setting site_url nor hosts says where it leads' }),
});

/** With what only one token at a time is answered with. */
export const wholeToken = shownToken.extend({
  qr_svg: z.string().nullable().meta({ description: 'the link as a QR code' }),
});

/** What became of a wish to use a token. */
export const useAnswer = z.object({
  success: z.boolean(),
  usage_count: z.int(),
  remaining: z.int().nullable().meta({ description: 'null: unlimited' }),
  status: status.meta({ description: 'after this use' }),
  rejection_reason: z.enum(STATUSES).exclude(['active']).nullable(),
  event_id: z.string().nullable().meta({ description: 'of the event token_use that this use caused' }),
  repeated: z
    .boolean()
    .meta({ description: 'a use with this use_id was accepted before: it was not counted again' }),
});

/** An accepted use, as the predecessor called its parts. */
export const tokenEvent = z.object({
  event_id: z.string(),
  number: z.int().meta({ description: 'the first use is 1' }),
  timestamp: instant,
  action: z.enum(ACTIONS),
  ip_hash: z.string().nullable().meta({ description: 'hash under the key of its day' }),
  user_agent_normalised: z.string().nullable().meta({ description: 'browser on system' }),
  country: z.string().nullable(),
  transfer_hash: z
    .string()
    .nullable()
    .meta({ description: 'hash of the transfer’s id under the key of its day' }),
  success: z.literal(true),
  rejection_reason: z.null(),
});
