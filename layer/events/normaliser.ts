import { createHash } from 'node:crypto';
import type { DayKey } from '@sgraph-backbone/layer/ledger';
import {
  createKeyedHash,
  type Hide,
  hidingId,
  type KeyedHash,
  knownCountry,
  referrerDomain,
  requestTarget,
} from '@sgraph-backbone/layer/logs';
import type { SiteSettings } from '@sgraph-backbone/layer/settings';
import { BadEvent } from './bad-event.ts';
import type { InternalEvent } from './posted-event.ts';
import { type CheckedEvent, checkMembers, isAddress } from './posted-members.ts';
import type { DayHash, PrivateEvent } from './private-event.ts';
import { type SiteFacts, siteFacts } from './site-facts.ts';

/** What events are made private with. */
export interface NormaliserContext {
  /** What is derived from them is kept as long as the object is. */
  readonly settings: SiteSettings;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** A fresh `event_id`, for events that bring none. */
  readonly newId: () => string;
  /** The key of a day, shared by all workers. */
  readonly dayKey: (day: string) => Promise<DayKey>;
  /** The day of the site's zone that a moment lies in. */
  readonly dayOf: (ms: number) => string;
  /** Country of a canonical address, where the event says none. */
  readonly country?: (address: string) => string | undefined;
  /** Own addresses, whose events are counted as excluded. */
  readonly excludeAddress?: (address: string) => boolean;
}

export interface EventNormaliser {
  /** Throws BadEvent. */
  normalise(posted: unknown): Promise<PrivateEvent>;
  /** The same for events that only our routes may send. Throws BadEvent. */
  internal(event: InternalEvent): Promise<PrivateEvent>;
}

/** Makes events private: checks every member, and hashes what must be counted and not kept. */
export function createNormaliser(context: NormaliserContext): EventNormaliser {
  const facts = siteFacts(context.settings);
  const hashes = dayHashes(context);
  return {
    async normalise(posted) {
      const event = checkMembers(posted);
      refuseReserved(event.event_type);
      refuseAddresses(event);
      refuseTransferId(event);
      const timestamp = timeOf(event, context.now());
      return privateEvent(event, event.event_id ?? context.newId(), timestamp);
    },
    async internal(given) {
      const event = checkMembers(given);
      if (event.event_id === undefined || event.timestamp === undefined)
        throw new BadEvent('event_id', 'missing', 'an event of a route has an id and a timestamp');
      return privateEvent(event, event.event_id, event.timestamp);
    },
  };

  async function privateEvent(
    event: CheckedEvent,
    event_id: string,
    timestamp: number,
  ): Promise<PrivateEvent> {
    const kept = { event_id, event_type: event.event_type, timestamp, app: event.app ?? 'main' };
    const source = event.source ?? 'application';
    // Of what is not counted nothing more is needed than that it was there.
    if (isExcluded(event, facts, context)) return { ...kept, source, class: 'human', excluded: true };
    const hash = (event.ip ?? event.ip_hash ?? event.transfer_id) ? await hashes(timestamp) : undefined;
    return defined({
      ...kept,
      source,
      method: event.method,
      ...requestOf(event, facts),
      status: event.status_code,
      duration_ms: event.duration_ms,
      content_bytes: event.content_bytes,
      country: knownCountry(event.country ?? '') || countryOf(event.ip, context),
      referrer_domain: referrerDomain(event.referrer ?? '') || undefined,
      visitor: facts.visitors && hash ? visitorOf(event, hash) : undefined,
      transfer: event.transfer_id === undefined ? undefined : hash?.(`transfer ${digest(event.transfer_id)}`),
      token: event.token,
    });
  }
}

/** Types that only routes of our own may send, and those routes. */
const RESERVED: readonly { readonly is: (type: string) => boolean; readonly route: string }[] = [
  { is: (type) => type === 'token_use' || type === 'token_rejected', route: 'POST /api/tokens/{name}/use' },
  { is: (type) => type.startsWith('transfer_'), route: 'POST /api/transfers/{id}/events' },
];

function refuseReserved(type: string): void {
  const route = RESERVED.find(({ is }) => is(type))?.route;
  if (route)
    throw new BadEvent('event_type', 'reserved', `\`${type}\` is sent by ${route} itself: call that route`);
}

/** Of our routes alone they are taken: those accepted the names when they made them. */
function refuseAddresses(event: CheckedEvent): void {
  const field = (['event_id', 'token'] as const).find((name) => isAddress(event[name] ?? ''));
  if (field) throw new BadEvent(field, 'personal', 'looks like an address, and is kept');
}

/** The hash of a transfer protects nothing beside an id that says it. Shorter ids can be tried out, and occur by chance. */
function refuseTransferId({ event_id, transfer_id = '' }: CheckedEvent): void {
  if (transfer_id.length >= 8 && event_id?.includes(transfer_id))
    throw new BadEvent('event_id', 'personal', 'holds the `transfer_id`, which is not kept; ids are kept');
}

const HOUR = 3_600_000;
const OLDEST = 24 * HOUR;
const NEWEST = 5 * 60_000;

function timeOf({ event_id, timestamp }: CheckedEvent, now: number): number {
  if (timestamp === undefined && event_id !== undefined)
    throw new BadEvent('timestamp', 'missing', 'an event with an `event_id` of your own needs one');
  if (timestamp === undefined) return now;
  if (timestamp < now - OLDEST) throw new BadEvent('timestamp', 'too_old', 'more than 24 hours ago');
  if (timestamp > now + NEWEST) throw new BadEvent('timestamp', 'in_future', 'more than 5 minutes ahead');
  return timestamp;
}

function isExcluded(event: CheckedEvent, { rules, allowed }: SiteFacts, context: NormaliserContext): boolean {
  if (event.ip !== undefined && context.excludeAddress?.(event.ip)) return true;
  if (!rules.excludes) return false;
  const path = event.path === undefined ? '' : requestTarget(event.path, rules, allowed).path;
  return rules.isExcluded('', path, event.user_agent ?? '');
}

/** Path, query, client and class: monitor, probe, bot, else human. */
function requestOf(event: CheckedEvent, { rules, allowed, agentOf }: SiteFacts) {
  const target =
    event.path === undefined ? undefined : requestTarget(event.path, rules, allowed, hiding(event));
  const agent = event.user_agent === undefined ? undefined : agentOf(event.user_agent);
  const probe = agent?.class === 'monitor' ? undefined : target?.probe;
  return {
    path: target?.path,
    query: target?.query ? (JSON.parse(target.query) as Record<string, string>) : undefined,
    client: agent?.client,
    class: probe === undefined ? (agent?.class ?? 'human') : ('probe' as const),
    rule: (probe ?? agent?.rule) || undefined,
  };
}

/** Whatever a path or a query says of the event's transfer: its id is kept as a hash alone. Names of tokens are kept. */
function hiding({ transfer_id, token }: CheckedEvent): Hide | undefined {
  if (transfer_id === undefined) return undefined;
  const hide = hidingId(transfer_id);
  return (text, parameter) => (parameter === 'token' && text === token ? text : hide(text));
}

function countryOf(address: string | undefined, { country }: NormaliserContext): string | undefined {
  const found = address === undefined ? undefined : country?.(address);
  return knownCountry(found ?? '') || undefined;
}

type Hash = (message: string) => DayHash;

/** An address is hashed as the parser of logs does it, so that it is the same visitor there and here. */
function visitorOf({ ip, ip_hash }: CheckedEvent, hash: Hash): DayHash | undefined {
  if (ip !== undefined) return hash(ip);
  return ip_hash === undefined ? undefined : hash(`ip_hash ${digest(ip_hash)}`);
}

/** Short enough for the keyed hash's short way, whatever the length of the id. */
function digest(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 32);
}

/** The keyed hash of a moment's day; each day's key is asked for once. */
function dayHashes({ dayOf, dayKey }: NormaliserContext): (timestamp: number) => Promise<Hash> {
  const days = new Map<string, Promise<Hash>>();
  return (timestamp) => {
    const day = dayOf(timestamp);
    const known = days.get(day) ?? dayKey(day).then(hashUnder);
    days.set(day, known);
    return known;
  };
}

function hashUnder({ id, key }: DayKey): Hash {
  const keyed = createKeyedHash(key);
  return (message) => {
    keyed.update(message);
    return { key_id: id, hash: hexOf(keyed) };
  };
}

function hexOf({ high, low }: KeyedHash): string {
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}

/** Without members that have no value: what is absent is not measured. */
function defined<T extends object>(event: T): PrivateEvent {
  return Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined)) as never;
}
