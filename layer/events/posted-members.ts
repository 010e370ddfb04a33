import { canonicalAddress, redact } from '@sgraph-backbone/layer/logs';
import { BadEvent, type BadEventCode } from './bad-event.ts';
import {
  FORMS,
  LEAST_MICROSECONDS,
  LEAST_MILLISECONDS,
  LEAST_SECONDS,
  type NumberForm,
  type TextForm,
} from './member-forms.ts';
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
  event_type: text(FORMS.event_type),
  timestamp: checkTime,
  app: checkApp,
  source: checkSource,
  method: (value, field) => METHOD(value, field).toUpperCase(),
  path: text(FORMS.path),
  status_code: integer(FORMS.status_code),
  duration_ms: (value, field) => Math.round(DURATION(value, field)),
  content_bytes: integer(FORMS.content_bytes),
  ip: checkAddress,
  ip_hash: checkAddressHash,
  user_agent: text(FORMS.user_agent),
  referrer: text(FORMS.referrer),
  country: (value, field) => COUNTRY(value, field).toUpperCase(),
  transfer_id: text(FORMS.transfer_id),
  token: text(FORMS.token),
} satisfies Record<keyof PostedEvent, Check> as Record<keyof PostedEvent, Check>;

const NAMES = Object.keys(MEMBERS) as (keyof PostedEvent)[];

const METHOD = text(FORMS.method);
const COUNTRY = text(FORMS.country);
const DURATION = number(FORMS.duration_ms);

function checkId(value: unknown, field: string): string {
  const id = text(FORMS.event_id)(value, field);
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
  const time = number({ ...FORMS.timestamp, most: Number.MAX_SAFE_INTEGER })(value, field);
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

function checkApp(value: unknown, field: string): string {
  const app = text(FORMS.app)(value, field);
  if (app === 'all') throw refusal(field, 'reserved', '`all` is what all applications together are called');
  if (redact(app) !== app || isAddress(app)) throw refusal(field, 'personal', 'looks like an address');
  return app;
}

function checkSource(value: unknown, field: string): string {
  const source = text(FORMS.source)(value, field);
  if (!(FORMS.source.values as readonly string[]).includes(source))
    throw refusal(field, 'bad_form', FORMS.source.accepted);
  return source;
}

function checkAddress(value: unknown, field: string): string {
  const address = canonicalAddress(text(FORMS.ip)(value, field).trim());
  if (address === undefined) throw refusal(field, 'bad_form', FORMS.ip.accepted);
  return address;
}

function checkAddressHash(value: unknown, field: string): string {
  const hash = text(FORMS.ip_hash)(value, field);
  if (canonicalAddress(hash) !== undefined)
    throw refusal(field, 'personal', 'is an address, which belongs into `ip`');
  return hash;
}

function text(form: TextForm) {
  const { least = 0, most, pattern, accepted = `a text of at most ${most} characters` } = form;
  return (value: unknown, field: string): string => {
    if (typeof value !== 'string') throw refusal(field, 'wrong_type', `a text is expected: ${accepted}`);
    if (value.length > most) throw refusal(field, 'too_long', `at most ${most} characters`);
    if (value.length < least || (pattern && !pattern.test(value))) throw refusal(field, 'bad_form', accepted);
    return value;
  };
}

function number({ most, accepted }: NumberForm) {
  return (value: unknown, field: string): number => {
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw refusal(field, 'wrong_type', `a number is expected: ${accepted}`);
    if (value < 0 || value > most) throw refusal(field, 'out_of_range', accepted);
    return value;
  };
}

function integer(form: NumberForm) {
  const check = number(form);
  return (value: unknown, field: string): number => {
    const whole = check(value, field);
    if (!Number.isInteger(whole)) throw refusal(field, 'bad_form', `a whole number: ${form.accepted}`);
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
