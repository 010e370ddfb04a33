import { canonicalAddress, redact } from '@sgraph-backbone/layer/logs';
import { BadEvent, type BadEventCode } from './bad-event.ts';
import type { PostedEvent } from './posted-event.ts';

/** An event whose members have been checked one by one; nothing has been made private yet. */
export type CheckedEvent = PostedEvent;

/** Checks every member of an event. Throws BadEvent for the first that cannot be taken. */
export function checkMembers(posted: unknown): CheckedEvent {
  if (typeof posted !== 'object' || posted === null || Array.isArray(posted))
    throw new BadEvent('', 'not_an_event', 'an event is a JSON object');
  for (const name of Object.keys(posted)) {
    if (!Object.hasOwn(MEMBERS, name))
      throw new BadEvent(shown(name), 'unknown_member', `no such member; known: ${NAMES.join(', ')}`);
  }
  const given = posted as Readonly<Record<string, unknown>>;
  const checked: Record<string, unknown> = {};
  for (const name of NAMES) {
    const value = given[name];
    // A client that has no value may say so; what is absent is not measured.
    if (value !== undefined && value !== null) checked[name] = MEMBERS[name](value, name);
  }
  if (checked.event_type === undefined) throw new BadEvent('event_type', 'missing', 'every event has a type');
  if (checked.ip !== undefined && checked.ip_hash !== undefined)
    throw new BadEvent('ip_hash', 'exclusive', 'an event has `ip` or `ip_hash`, never both');
  return checked as unknown as CheckedEvent;
}

type Check = (value: unknown, field: string) => string | number;

const MEMBERS = {
  event_id: checkId,
  event_type: text(48, /^[a-z][a-z0-9_]*$/, 'a small letter, then small letters, digits and `_`'),
  timestamp: checkTime,
  app: checkApp,
  source: checkSource,
  method: (value, field) => METHOD(value, field).toUpperCase(),
  path: text(8_192, /^\//, 'a path, which begins with `/`'),
  status_code: integer(599, 'an HTTP status, 0 to 599'),
  duration_ms: (value, field) => Math.round(DURATION(value, field)),
  content_bytes: integer(2 ** 40, 'a number of bytes, at most 1 TiB'),
  ip: checkAddress,
  ip_hash: checkAddressHash,
  user_agent: text(8_192),
  referrer: text(8_192),
  country: (value, field) => COUNTRY(value, field).toUpperCase(),
  transfer_id: text(128, /^[A-Za-z0-9_-]*$/, '1 to 128 of A-Z a-z 0-9 _ -', 1),
  token: checkToken,
} satisfies Record<keyof PostedEvent, Check> as Record<keyof PostedEvent, Check>;

const NAMES = Object.keys(MEMBERS) as (keyof PostedEvent)[];

const METHOD = text(16, /^[A-Za-z]+$/, 'an HTTP method');
const COUNTRY = text(2, /^[A-Za-z]{2}$/, 'two letters (ISO 3166-1)');
const DURATION = number(86_400_000, 'milliseconds, 0 to 86,400,000 (a day)');

function checkId(value: unknown, field: string): string {
  const id = text(64, /^[A-Za-z0-9._:-]+$/, '1 to 64 of A-Z a-z 0-9 . _ : -')(value, field);
  if (redact(id) !== id)
    throw refusal(field, 'personal', 'looks like an address or an e-mail address; ids are kept');
  return id;
}

/** Whether a text spells an address, also with the separators that a name may have. */
export function isAddress(text: string): boolean {
  const spelled = (separator: string) => canonicalAddress(text.replaceAll(/[._:-]/g, separator));
  return spelled('.') !== undefined || spelled(':') !== undefined;
}

function checkTime(value: unknown, field: string): number {
  const time = number(Number.MAX_SAFE_INTEGER, 'epoch milliseconds')(value, field);
  if (time >= LEAST_SECONDS && time < LEAST_MILLISECONDS)
    throw refusal(field, 'out_of_range', 'looks like seconds; epoch milliseconds are expected (× 1000)');
  if (time >= LEAST_MICROSECONDS)
    throw refusal(
      field,
      'out_of_range',
      'looks like microseconds or nanoseconds; epoch milliseconds are expected',
    );
  return Math.floor(time);
}

// The years 1973 to 5138 in seconds, milliseconds, microseconds: no unit is taken for another.
const LEAST_SECONDS = 1e8;
const LEAST_MILLISECONDS = 1e11;
const LEAST_MICROSECONDS = 1e14;

function checkApp(value: unknown, field: string): string {
  const app = text(64, /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/, APP)(value, field);
  if (app === 'all') throw refusal(field, 'reserved', '`all` is what all applications together are called');
  if (redact(app) !== app || isAddress(app)) throw refusal(field, 'personal', 'looks like an address');
  return app;
}

const APP = '1 to 64 of A-Z a-z 0-9 . _ -, no dot first';

function checkSource(value: unknown, field: string): string {
  const source = text(64)(value, field);
  if (source !== 'lambda' && source !== 'application')
    throw refusal(field, 'bad_form', '`lambda` or `application`');
  return source;
}

function checkAddress(value: unknown, field: string): string {
  const address = canonicalAddress(text(64)(value, field).trim());
  if (address === undefined) throw refusal(field, 'bad_form', 'one IPv4 or IPv6 address');
  return address;
}

function checkAddressHash(value: unknown, field: string): string {
  const hash = text(128, /^[A-Za-z0-9+/=_:.-]*$/, '8 to 128 of A-Z a-z 0-9 + / = _ : . -', 8)(value, field);
  if (canonicalAddress(hash) !== undefined)
    throw refusal(field, 'personal', 'is an address, which belongs into `ip`');
  return hash;
}

function checkToken(value: unknown, field: string): string {
  const form = 'a token’s name: 3 to 64 of a-z 0-9 -, no dash at its ends, none doubled';
  return text(64, /^[a-z0-9]+(-[a-z0-9]+)*$/, form, 3)(value, field);
}

function text(most: number, form?: RegExp, accepted = `a text of at most ${most} characters`, least = 0) {
  return (value: unknown, field: string): string => {
    if (typeof value !== 'string') throw refusal(field, 'wrong_type', `a text is expected: ${accepted}`);
    if (value.length > most) throw refusal(field, 'too_long', `at most ${most} characters`);
    if (value.length < least || (form && !form.test(value))) throw refusal(field, 'bad_form', accepted);
    return value;
  };
}

function number(most: number, accepted: string) {
  return (value: unknown, field: string): number => {
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw refusal(field, 'wrong_type', `a number is expected: ${accepted}`);
    if (value < 0 || value > most) throw refusal(field, 'out_of_range', accepted);
    return value;
  };
}

function integer(most: number, accepted: string) {
  const check = number(most, accepted);
  return (value: unknown, field: string): number => {
    const whole = check(value, field);
    if (!Number.isInteger(whole)) throw refusal(field, 'bad_form', `a whole number: ${accepted}`);
    return whole;
  };
}

function refusal(field: string, code: BadEventCode, problem: string): BadEvent {
  return new BadEvent(field, code, problem);
}

/** The name of a member may hold anything at all. */
function shown(name: string): string {
  return /^[\w.-]{1,64}$/.test(name) && redact(name) === name ? name : '(a member with an unusual name)';
}
