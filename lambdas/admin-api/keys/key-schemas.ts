import { grantable } from '@sgraph-backbone/layer/keys';
import { schema as z } from '@sgraph-backbone/layer/runtime';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;
const INSTANT_FORM =
  'an instant such as 2027-02-16T14:30:00Z, to come and at most 10 years away; null: never';
const NAME_FORM =
  '1 to 64 letters, digits, blanks, ".", "_" and "-", beginning and ending with a letter or digit';

/** Names that audit entries use for those who have no stored key. */
const RESERVED = ['admin', 'bootstrap', 'command line', 'nobody', 'unknown'];

const TEN_YEARS = 10 * 366 * 86_400_000;
const WEEK = 7 * 86_400;
const DAY = 86_400;

/** `now`: epoch ms; keys do not expire in the past. */
export function newKey(now: () => number) {
  return z.strictObject({
    name: z
      .string()
      .refine((name) => /^[A-Za-z0-9]([A-Za-z0-9 ._-]{0,62}[A-Za-z0-9])?$/.test(name), { error: NAME_FORM })
      // Whoever pastes a key here by mistake: names are kept and shown.
      .refine((name) => !/^bb_/i.test(name), { error: 'a name, not a key' })
      .refine((name) => !RESERVED.includes(name.toLowerCase()), {
        error: `another name: ${RESERVED.join(', ')} stand for somebody else`,
      })
      .meta({ description: `what audit entries call it: ${NAME_FORM}` }),
    scopes: z.array(grantable).min(1, 'at least one scope').max(50, 'at most 50 scopes'),
    expires_at: z
      .string()
      .refine((text) => isToCome(text, now()), { error: INSTANT_FORM })
      .transform((text) => Date.parse(text))
      .nullable()
      .default(null)
      .meta({ description: INSTANT_FORM }),
  });
}

const GRACE_FORM = `whole seconds from 0 to ${WEEK} (7 days)`;

export const rotation = z.strictObject({
  grace_seconds: z
    .int(GRACE_FORM)
    .min(0, GRACE_FORM)
    .max(WEEK, GRACE_FORM)
    .default(DAY)
    .meta({ description: `how long the old key opens as well: ${GRACE_FORM}` }),
});

export const shownKey = z.object({
  id: z.string().meta({ description: '`bootstrap`: the key that the machine or the deployment brought' }),
  name: z.string(),
  prefix: z.string().nullable().meta({ description: 'what the key begins with' }),
  scopes: z.array(z.string()),
  state: z.enum(['active', 'expired', 'ending', 'removed']),
  created_at: z.string().nullable(),
  created_by: z.string().nullable(),
  expires_at: z.string().nullable(),
  last_used: z.string().nullable().meta({ description: 'day (UTC); not kept of the bootstrap key' }),
  rotated_at: z.string().nullable(),
  replaced_until: z.array(z.string()).meta({ description: 'until when keys open that it has replaced' }),
  ends_at: z
    .string()
    .nullable()
    .meta({ description: 'since or until when the bootstrap key opens; until its successor was used, too' }),
});

export const givenKey = shownKey.extend({
  key: z.string().meta({ description: 'shown this once: only its hash is kept' }),
});

function isToCome(text: string, now: number): boolean {
  if (!INSTANT.test(text)) return false;
  const at = Date.parse(text);
  return at > now && at <= now + TEN_YEARS;
}
