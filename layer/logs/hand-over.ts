import type { Block } from './block.ts';
import type { EventBlock } from './event-block.ts';
import type { ExcludedCounts } from './excluded-requests.ts';
import { fillRealtime } from './line-ids.ts';
import type { ParseState } from './parse-state.ts';
import { createVisitorCache, type DayKey, type VisitorCache, visitorAt } from './visitor.ts';

/** Caches of more keys are not kept: neighbouring records have the same day, or two around midnight. */
const CACHES = 4;

/** What is counted while blocks are handed on. */
export interface Tally {
  accepted: number;
  excluded: number;
  visitorsUnmeasured: number;
  future: number;
  oldest: number;
  newest: number;
}

export interface HandOver {
  readonly onBlock: (block: EventBlock, source: { readonly realtime: boolean }) => void | Promise<void>;
  readonly dayKey: (day: string) => Promise<DayKey | undefined>;
  readonly visitors: boolean;
  /** Keys of days, asked for once per object. */
  readonly keys: Map<string, DayKey | undefined>;
  /** Moments later than this are in the future. */
  readonly latest: number;
  readonly tally: Tally;
  readonly excluded: ExcludedCounts;
  /** Hosts whose excluded requests are counted apart. */
  readonly hosts: ReadonlySet<string>;
}

/** Gives a full block to the consumer: without excluded rows, with the visitors' hashes, and then empties it. */
export async function handOver(state: ParseState, to: HandOver): Promise<void> {
  const { block } = state;
  dropExcluded(state, to);
  const slots = await dayKeys(state, to);
  fillVisitors(state, to, slots);
  fillRealtime(state, slots);
  countBlock(block, to);
  if (block.length > 0) {
    block.events.length = block.length;
    await to.onBlock(block.events, { realtime: state.realtime === true });
  }
  block.length = 0;
  state.days.inBlock = [];
}

function countBlock(block: Block, { tally, latest }: HandOver): void {
  const { timestamp, visitor_key } = block.events;
  for (let row = 0; row < block.length; row++) {
    const moment = timestamp[row]!;
    if (moment < tally.oldest) tally.oldest = moment;
    if (moment > tally.newest) tally.newest = moment;
    if (moment > latest) tally.future++;
    if (visitor_key[row] === 0) tally.visitorsUnmeasured++;
  }
  tally.accepted += block.length;
}

type Slots = readonly (DayKey | undefined)[];

/** The keys of the block's days, where anything is hashed with them. */
async function dayKeys(state: ParseState, to: HandOver): Promise<Slots> {
  const { block, days } = state;
  const addresses = to.visitors && block.address.subarray(0, block.length).some((number) => number >= 0);
  if (!addresses && !state.realtime) return [];
  return Promise.all(days.inBlock.map((number) => keyOf(days.names[number]!, to)));
}

function fillVisitors(state: ParseState, to: HandOver, slots: Slots): void {
  const { block, tables } = state;
  const { events, day } = block;
  events.visitor_keys = [];
  events.visitor_key.fill(0, 0, block.length);
  if (!to.visitors || slots.length === 0) return;
  const caches = slots.map((key) => (key ? cacheOf(state, key) : undefined));
  events.visitor_keys = [...new Set(slots.flatMap((key) => (key ? [key.id] : [])))];
  const indexes = slots.map((key) => (key ? events.visitor_keys.indexOf(key.id) + 1 : 0));
  // One run of rows per day, so that the loop over them has nothing else to think of.
  for (let from = 0, end = 0; from < block.length; from = end) {
    while (end < block.length && day[end] === day[from]) end++;
    const cache = caches[day[from]!];
    if (cache) writeVisitors(block, from, end, indexes[day[from]!]!, cache, tables.addresses.canonical);
  }
}

function writeVisitors(
  { address, events }: Block,
  from: number,
  end: number,
  key: number,
  cache: VisitorCache,
  addresses: readonly (string | undefined)[],
): void {
  const { visitor_key, visitor_high, visitor_low } = events;
  for (let row = from; row < end; row++) {
    const number = address[row]!;
    if (number < 0) continue;
    const at = visitorAt(cache, number, addresses);
    visitor_key[row] = key;
    visitor_high[row] = cache.hashes[at + 1]!;
    visitor_low[row] = cache.hashes[at + 2]!;
  }
}

async function keyOf(day: string, to: HandOver): Promise<DayKey | undefined> {
  if (!to.keys.has(day)) to.keys.set(day, await to.dayKey(day));
  return to.keys.get(day);
}

function cacheOf(state: ParseState, key: DayKey): VisitorCache {
  const { tables } = state;
  const cache = tables.visitors.find((one) => one.keyId === key.id) ?? createVisitorCache(key);
  tables.visitors = [...tables.visitors.filter((one) => one !== cache), cache].slice(-CACHES);
  return cache;
}

function dropExcluded(state: ParseState, to: HandOver): void {
  const { settings } = state.tables;
  if (!settings.rules.excludes && !settings.excludeAddress) return;
  let kept = 0;
  for (let row = 0; row < state.block.length; row++) {
    if (isExcluded(state, row)) {
      countExcluded(state, row, to);
      continue;
    }
    if (kept < row) moveRow(state.block, row, kept);
    kept++;
  }
  to.tally.excluded += state.block.length - kept;
  state.block.length = kept;
}

function countExcluded({ block, tables, realtime }: ParseState, row: number, to: HandOver): void {
  const { distribution, cs_host } = tables.dictionaries;
  const host = cs_host.values[block.events.cs_host[row]!]!;
  to.excluded.add({
    distribution: distribution.values[block.events.distribution[row]!]!,
    realtime: realtime === true,
    ...(to.hosts.has(host) ? { host } : {}),
    time: block.events.timestamp[row]!,
  });
}

function isExcluded({ tables, block }: ParseState, row: number): boolean {
  const address = block.address[row]!;
  if (address >= 0 && tables.addresses.excluded[address] === 1) return true;
  if (!tables.settings.rules.excludes) return false;
  const host = tables.dictionaries.cs_host.values[block.events.cs_host[row]!]!;
  const path = tables.dictionaries.cs_uri_stem.values[block.events.cs_uri_stem[row]!]!;
  return tables.settings.rules.isExcluded(host, path, tables.agents.texts[block.agent[row]!] ?? '');
}

function moveRow(block: Block, from: number, to: number): void {
  for (const column of [...Object.values(block.events), ...Object.values(block)])
    if (ArrayBuffer.isView(column)) (column as Int32Array)[to] = (column as Int32Array)[from]!;
}
