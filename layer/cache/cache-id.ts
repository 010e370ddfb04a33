import { hash } from 'node:crypto';

/**
 * The order of an entry among others, as 18 hex digits: its millisecond (12), its turn within it (2), and a salt, so that
 * no two stores have the same. Between processes it is as good as their clocks.
 */
export type Order = string;

/** Where an entry lies whose id says it: its strategy and extension. */
export interface Location {
  readonly strategy: 'direct' | 'temporal';
  readonly extension: 'json' | 'bin';
}

/** The last digit of an id's third group; any other says that a reference leads to the entry. */
const LOCATIONS: Readonly<Record<string, Location>> = {
  '1': { strategy: 'direct', extension: 'json' },
  '2': { strategy: 'direct', extension: 'bin' },
  '3': { strategy: 'temporal', extension: 'json' },
  '4': { strategy: 'temporal', extension: 'bin' },
};
const REFERRED = '0';
const TURNS = 256;
const OWN_ID = /^([0-9a-f]{8})-([0-9a-f]{4})-7([0-9a-f]{2})([0-9a-f])-/;

/** Orders, each after the one before; more than 256 in a millisecond borrow from the next. */
export function orderClock(now: () => number, newId: () => string): () => Order {
  let last = { ms: 0, turn: 0 };
  return () => {
    const ms = now();
    if (ms > last.ms) last = { ms, turn: 0 };
    else last = last.turn + 1 < TURNS ? { ms: last.ms, turn: last.turn + 1 } : { ms: last.ms + 1, turn: 0 };
    return orderAt(last.ms, last.turn, newId().slice(-4).toLowerCase());
  };
}

export function orderAt(ms: number, turn: number, salt = '0000'): Order {
  return hex(ms, 12) + hex(turn, 2) + salt;
}

/** Epoch ms. */
export function millisecondsOf(order: Order): number {
  return Number.parseInt(order.slice(0, 12), 16);
}

/** The order itself, or the one after `other` where that would not be less. */
export function laterThan(order: Order, other: Order): Order {
  const [time, least] = [order.slice(0, 14), other.slice(0, 14)];
  if (time > least) return order;
  return (BigInt(`0x${least}`) + 1n).toString(16).padStart(14, '0') + order.slice(14);
}

/** Sorts the newest first; its own inverse. */
export function newestFirst(order: string): string {
  return order.replace(/[0-9a-f]/g, (digit) => (15 - Number.parseInt(digit, 16)).toString(16));
}

/** A UUID of version 7: its time and turn are those of the order, one digit says where its entry lies. */
export function cacheIdOf(order: Order, location: Location | undefined, uuid: string): string {
  const code = location === undefined ? REFERRED : codeOf(location);
  const variant = (8 + (Number.parseInt(uuid[19]!, 16) % 4)).toString(16);
  const random = `${variant}${uuid.slice(20)}`;
  return `${order.slice(0, 8)}-${order.slice(8, 12)}-7${order.slice(12, 14)}${code}-${random.toLowerCase()}`;
}

/**
 * The id of a place that others may store at as well, a UUID of version 8: whoever stores there, even after a
 * removal, means the same entry. An ETag that is a hash of the bytes can't tell two entries apart; their ids must not.
 */
export function cacheIdOfPlace(path: string): string {
  const digits = hash('sha256', path);
  const variant = (8 + (Number.parseInt(digits[16]!, 16) % 4)).toString(16);
  const groups = [digits.slice(0, 8), digits.slice(8, 12), `8${digits.slice(13, 16)}`];
  return [...groups, `${variant}${digits.slice(17, 20)}`, digits.slice(20, 32)].join('-');
}

/** What an id tells of its entry's place; of ids that others made it may be wrong. */
export function locationOf(cacheId: string): (Location & { readonly order: Order }) | undefined {
  const [, high = '', low = '', turn = '', code = ''] = OWN_ID.exec(cacheId) ?? [];
  const location = Object.hasOwn(LOCATIONS, code) ? LOCATIONS[code] : undefined;
  return location && { ...location, order: high + low + turn };
}

function codeOf({ strategy, extension }: Location): string {
  return Object.keys(LOCATIONS).find(
    (code) => LOCATIONS[code]!.strategy === strategy && LOCATIONS[code]!.extension === extension,
  )!;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
