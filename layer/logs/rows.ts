import { addressNumber } from './address-facts.ts';
import { agentNumber } from './agent-facts.ts';
import type { Block } from './block.ts';
import { findNumbers } from './byte-table.ts';
import { readGroup } from './column-group.ts';
import { idOf } from './dictionary.ts';
import { CLASSES } from './event-block.ts';
import { eventTime, hasTime } from './event-time.ts';
import type { Layout, TextColumns } from './layout.ts';
import { isAbsent, type LineBatch } from './line-batch.ts';
import { readDurations, readIntegers, readStatuses, readSystemNumbers } from './numbers.ts';
import { dayInBlock, type ParseState, quarantineLine } from './parse-state.ts';
import { pathNumber } from './path-facts.ts';
import { readRealtime } from './realtime-rows.ts';
import { groupOf, heldBytes, type Tables } from './tables.ts';
import { readTexts } from './text-column.ts';
import { reserve, STRETCH } from './value-memory.ts';

const INTEGERS = ['sc_bytes', 'cs_bytes', 'sc_content_len', 'sc_range_start', 'sc_range_end'] as const;
const DURATIONS = ['time_taken', 'time_to_first_byte', 'origin_fbl', 'origin_lbl'] as const;
/** How often the size of the dictionaries is asked; a power of two. */
const CHECK_ROWS = 64;
const PROBE = CLASSES.indexOf('probe');
const MONITOR = CLASSES.indexOf('monitor');

/**
 * Adds a batch to the block, column by column: one small loop per column, whose tables stay in the cache.
 * Rows without a possible time go into the quarantine. The block must have room for all rows of the batch.
 */
export function appendBatch(state: ParseState, layout: Layout, batch: LineBatch): void {
  reserveFor(state, layout, batch);
  readTimes(state, layout, batch);
  if (batch.count === 0) return;
  const { block, tables } = state;
  const { events } = block;
  const at = block.length;
  const end = at + batch.count;
  const { columns } = layout;
  for (const name of INTEGERS) {
    const column = columns.get(name);
    if (column === undefined) events[name].fill(-1, at, end);
    else readIntegers(batch, column, events[name], at);
  }
  for (const name of DURATIONS) {
    const column = columns.get(name);
    if (column === undefined) events[name].fill(-1, at, end);
    else readDurations(batch, column, events[name], at);
  }
  for (const name of layout.absentTexts) events[name].fill(0, at, end);
  for (const texts of layout.texts) readTextColumns(tables, batch, texts, events, at);
  readOthers(state, layout, batch, at, end);
  events.measured.fill(layout.measured, at, end);
  if (state.realtime) readRealtime(state, layout, batch, at);
  block.length = end;
  if ((at ^ end) >= CHECK_ROWS) state.crowded = heldBytes(tables) > state.limits.dictionaryBytes;
}

/** Each value may be new, in a group of columns as well; its entry and slots come to it. */
function reserveFor({ tables }: ParseState, { count }: Layout, batch: LineBatch): void {
  reserve(tables.memory, (batch.stretch ? STRETCH : batch.bytes.length) * 2 + batch.count * count * 64);
}

function readTextColumns(
  tables: Tables,
  batch: LineBatch,
  { names, index, key }: TextColumns,
  events: Block['events'],
  at: number,
): void {
  const [name] = names;
  const text = tables.texts[name!];
  if (!text) events[name!].fill(0, at, at + batch.count);
  else if (names.length === 1) readTexts(text, batch, index, events[name!], at);
  else
    readGroup(
      groupOf(tables, key, names),
      batch,
      index,
      names.map((name) => events[name]),
      at,
    );
}

function readOthers(state: ParseState, layout: Layout, batch: LineBatch, at: number, end: number): void {
  const { block, tables } = state;
  const { events } = block;
  const { columns } = layout;
  const status = columns.get('sc_status');
  if (status === undefined) events.sc_status.fill(-1, at, end);
  else readStatuses(batch, status, events.sc_status, at);
  const asn = columns.get('asn');
  if (asn === undefined) events.asn.fill(-1, at, end);
  else readSystemNumbers(batch, asn, events.asn, at);
  const referrer = columns.get('referrer');
  if (referrer === undefined) events.referrer_domain.fill(0, at, end);
  else readTexts(tables.texts.referrer!, batch, referrer, events.referrer_domain, at);
  readPaths(tables, batch, columns.get('cs_uri_stem'), block, at);
  readAddresses(tables, batch, columns, block, at);
  readAgents(tables, batch, columns.get('agent'), block, at);
  fillDistribution(state, at, end);
}

/** Writes the moments and keeps only rows that have one. */
function readTimes(state: ParseState, layout: Layout, batch: LineBatch): void {
  const { timestamp } = state.block.events;
  const at = state.block.length;
  let kept = 0;
  for (let row = 0; row < batch.count; row++) {
    const moment = eventTime(batch, row, layout.time, state.dates);
    if (Number.isNaN(moment)) {
      const reason = hasTime(batch, row, layout.time) ? 'impossible time' : 'no time';
      quarantineLine(state, batch.numbers[row]!, reason);
      continue;
    }
    timestamp[at + kept] = moment;
    state.block.day[at + kept] = dayInBlock(state.days, moment);
    batch.bases[kept] = batch.bases[row]!;
    batch.numbers[kept] = batch.numbers[row]!;
    kept++;
  }
  batch.count = kept;
}

function readPaths(
  tables: Tables,
  batch: LineBatch,
  column: number | undefined,
  block: Block,
  at: number,
): void {
  const into = block.events.cs_uri_stem;
  into.fill(0, at, at + batch.count);
  block.probe.fill(0, at, at + batch.count);
  if (column === undefined) return;
  const { bytes, view, ends, bases } = batch;
  const found = findNumbers(tables.paths.table, batch, column, column);
  for (let row = 0; row < batch.count; row++) {
    let number = found[row]!;
    if (number < 0) {
      const last = bases[row]! + column;
      const start = ends[last - 1]! + 1;
      const end = ends[last]!;
      if (isAbsent(bytes, start, end)) continue;
      number = pathNumber(tables, bytes, view, start, end);
    }
    into[at + row] = tables.paths.ids[number]!;
    block.probe[at + row] = tables.paths.probes[number]!;
  }
}

/** The log's own country wins; the address's serves where the log has none. */
function readAddresses(
  tables: Tables,
  batch: LineBatch,
  columns: ReadonlyMap<string, number>,
  block: Block,
  at: number,
): void {
  const { bytes, view, ends, bases } = batch;
  const column = columns.get('address');
  const countries = block.events.c_country;
  const logged = columns.get('c_country');
  if (logged === undefined) countries.fill(0, at, at + batch.count);
  else readTexts(tables.texts.c_country!, batch, logged, countries, at);
  if (column === undefined) {
    block.address.fill(-1, at, at + batch.count);
    return;
  }
  const found = findNumbers(tables.addresses.table, batch, column, column);
  for (let row = 0; row < batch.count; row++) {
    const last = bases[row]! + column;
    const known = found[row]!;
    const number =
      known < 0
        ? addressNumber(tables, bytes, view, ends[last - 1]! + 1, ends[last]!)
        : tables.addresses.countries[known]! < 0
          ? -1
          : known;
    block.address[at + row] = number;
    if (number >= 0 && countries[at + row] === 0) countries[at + row] = tables.addresses.countries[number]!;
  }
}

/** Client, class and rule: monitor, probe, bot, else human. */
function readAgents(
  tables: Tables,
  batch: LineBatch,
  column: number | undefined,
  block: Block,
  at: number,
): void {
  const { bytes, view, ends, bases } = batch;
  const { client, class: classes, rule } = block.events;
  const found = column === undefined ? undefined : findNumbers(tables.agents.table, batch, column, column);
  for (let row = 0; row < batch.count; row++) {
    const to = at + row;
    let number = found ? found[row]! : -1;
    if (column !== undefined && number < 0) {
      const last = bases[row]! + column;
      number = agentNumber(tables, bytes, view, ends[last - 1]! + 1, ends[last]!);
    }
    block.agent[to] = number;
    const agentClass = number < 0 ? 0 : tables.agents.classes[number]!;
    const probe = block.probe[to]! > 0 && agentClass !== MONITOR;
    client[to] = number < 0 ? 0 : tables.agents.clients[number]!;
    classes[to] = probe ? PROBE : agentClass;
    rule[to] = probe ? block.probe[to]! : number < 0 ? 0 : tables.agents.rules[number]!;
  }
}

function fillDistribution(state: ParseState, at: number, end: number): void {
  const ids = state.block.events.distribution;
  const own = idOf(state.tables.dictionaries.distribution, state.distribution);
  if (state.distributionFixed) ids.fill(own, at, end);
  else for (let row = at; row < end; row++) if (ids[row] === 0) ids[row] = own;
}
