import type { PostedEvent } from './posted-event.ts';

/** Of a text: its length and its alphabet. */
export interface TextForm {
  readonly type: 'string';
  /** @default 0 */
  readonly least?: number;
  readonly most: number;
  readonly pattern?: RegExp;
  /** The only values there are. */
  readonly values?: readonly string[];
  /** The form as a phrase. @default its length */
  readonly accepted?: string;
  readonly meaning: string;
}

/** Of a number, from 0. */
export interface NumberForm {
  readonly type: 'number' | 'integer';
  /** For the reference. @default 0 */
  readonly least?: number;
  readonly most: number;
  readonly accepted: string;
  readonly meaning: string;
}

// The years 1973 to 5138 in seconds, milliseconds, microseconds: no unit is taken for another.
export const LEAST_SECONDS = 1e8;
export const LEAST_MILLISECONDS = 1e11;
export const LEAST_MICROSECONDS = 1e14;

const NAME = 'A-Z a-z 0-9';

/** What the members of an event look like: checked when an event is made private, and told in the reference. */
export const FORMS = {
  event_id: {
    type: 'string',
    least: 1,
    most: 64,
    pattern: /^[A-Za-z0-9._:-]+$/,
    accepted: `1 to 64 of ${NAME} . _ : -`,
    meaning:
      'idempotency key of your own: within its half-hour the event counts once; needs a timestamp; generated if absent',
  },
  event_type: {
    type: 'string',
    least: 1,
    most: 48,
    pattern: /^[a-z][a-z0-9_]*$/,
    accepted: 'a small letter, then small letters, digits and `_`',
    meaning:
      'page_view, api_call, file_created, file_upload, file_viewed, file_download or another; token_use, token_rejected and transfer_… belong to their routes',
  },
  timestamp: {
    type: 'number',
    least: LEAST_MILLISECONDS,
    most: LEAST_MICROSECONDS - 1,
    accepted: 'epoch milliseconds',
    meaning: 'epoch milliseconds, from 24 hours ago to 5 minutes ahead; required with event_id, else now',
  },
  app: {
    type: 'string',
    least: 1,
    most: 64,
    pattern: /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/,
    accepted: `1 to 64 of ${NAME} . _ -, no dot first`,
    meaning: 'the feed is application.<app>; default main; not all',
  },
  source: {
    type: 'string',
    most: 64,
    values: ['lambda', 'application'],
    accepted: '`lambda` or `application`',
    meaning: 'default application',
  },
  method: {
    type: 'string',
    most: 16,
    pattern: /^[A-Za-z]+$/,
    accepted: 'an HTTP method',
    meaning: 'of the request; only events with a method are requests',
  },
  path: {
    type: 'string',
    most: 8_192,
    pattern: /^\//,
    accepted: 'a path, which begins with `/`',
    meaning:
      'of the request, with its query; kept without what the path rules take out and without the transfer_id',
  },
  status_code: {
    type: 'integer',
    most: 599,
    accepted: 'an HTTP status, 0 to 599',
    meaning: 'of the answer; 0: there was none',
  },
  duration_ms: {
    type: 'number',
    most: 86_400_000,
    accepted: 'milliseconds, 0 to 86,400,000 (a day)',
    meaning: 'milliseconds',
  },
  content_bytes: {
    type: 'integer',
    most: 2 ** 40,
    accepted: 'a number of bytes, at most 1 TiB',
    meaning: 'bytes sent',
  },
  ip: {
    type: 'string',
    most: 64,
    accepted: 'one IPv4 or IPv6 address',
    meaning: "the visitor's address, IPv4 or IPv6: kept as a hash under the day's key",
  },
  ip_hash: {
    type: 'string',
    least: 8,
    most: 128,
    pattern: /^[A-Za-z0-9+/=_:.-]*$/,
    accepted: `8 to 128 of ${NAME} + / = _ : . -`,
    meaning: 'a hash of your own in its place; hashed again, and never both',
  },
  user_agent: { type: 'string', most: 8_192, meaning: 'kept as browser, system and device' },
  referrer: { type: 'string', most: 8_192, meaning: 'kept as its domain' },
  country: {
    type: 'string',
    most: 2,
    pattern: /^[A-Za-z]{2}$/,
    accepted: 'two letters (ISO 3166-1)',
    meaning: 'ISO 3166-1; codes of no country such as XX and ZZ say nothing; default by the address',
  },
  transfer_id: {
    type: 'string',
    least: 1,
    most: 128,
    pattern: /^[A-Za-z0-9_-]*$/,
    accepted: `1 to 128 of ${NAME} _ -`,
    meaning: "kept as a hash under the day's key, and taken out of the path",
  },
  token: {
    type: 'string',
    least: 3,
    most: 64,
    pattern: /^[a-z0-9]+(-[a-z0-9]+)*$/,
    accepted: 'a token’s name: 3 to 64 of a-z 0-9 -, no dash at its ends, none doubled',
    meaning: 'name of the invitation token',
  },
} as const satisfies Record<keyof PostedEvent, TextForm | NumberForm>;

/** The same as a JSON schema. Members but the type may be null, which says nothing. */
export function eventSchema() {
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(FORMS).map(([name, form]) => [name, schemaOf(name, form)])),
    required: ['event_type'],
    dependentRequired: { event_id: ['timestamp'] },
    additionalProperties: false,
  };
}

function schemaOf(name: string, form: TextForm | NumberForm) {
  const required = name === 'event_type';
  return {
    type: required ? form.type : [form.type, 'null'],
    ...(form.type === 'string' ? limitsOf(form) : { minimum: form.least ?? 0, maximum: form.most }),
    description: form.meaning,
  };
}

function limitsOf({ least, most, pattern, values }: TextForm) {
  if (values) return { enum: [...values, null] };
  return {
    ...(least === undefined ? {} : { minLength: least }),
    maxLength: most,
    ...(pattern === undefined ? {} : { pattern: pattern.source }),
  };
}
