import type { Block } from './block.ts';
import { createDateMemory, type DateMemory } from './event-time.ts';
import type { Limits } from './limits.ts';
import type { Tables } from './tables.ts';

/** What is known while one object is read. */
export interface ParseState {
  tables: Tables;
  readonly block: Block;
  readonly limits: Limits;
  /** Default of rows without a `DistributionId`; by name, because dictionaries may be renewed. */
  readonly distribution: string;
  /** A configured distribution wins over what the records say. */
  readonly distributionFixed: boolean;
  readonly dates: DateMemory;
  readonly days: DayNumbers;
  lines: number;
  quarantined: number;
  readonly quarantine: { line: number; reason: string }[];
  readonly warnings: Set<string>;
  format: string;
  /** Whether its feed is a real-time one: said by whoever brought it, else by its first layout. */
  realtime: boolean | undefined;
  /** Of its real-time lines, by their moment: −1 where all requests are logged. */
  readonly samplingAt: (ms: number) => number;
  /** The dictionaries hold more than they may: the block is handed over before it is full. */
  crowded: boolean;
}

/** Days of the site's zone, found by half-hour: no zone that is accepted changes its day within one. */
export interface DayNumbers {
  readonly dayOf: (ms: number) => string;
  readonly byHalfHour: Map<number, number>;
  readonly names: string[];
  /** The half-hour asked for last, and its day. */
  halfHour: number;
  day: number;
  /** Days that rows of the present block have, in the order of their first row. */
  inBlock: number[];
}

export function createParseState(
  start: Omit<
    ParseState,
    'dates' | 'days' | 'lines' | 'quarantined' | 'quarantine' | 'warnings' | 'format' | 'crowded'
  >,
  dayOf: (ms: number) => string,
): ParseState {
  return {
    ...start,
    dates: createDateMemory(),
    days: { dayOf, byHalfHour: new Map(), names: [], halfHour: Number.NaN, day: -1, inBlock: [] },
    lines: 0,
    quarantined: 0,
    quarantine: [],
    warnings: new Set(),
    format: '',
    crowded: false,
  };
}

/** What the object is, told by its first records. */
export function noteFormat(state: ParseState, format: string, realtime: boolean): void {
  if (state.format === '') state.format = format;
  state.realtime ??= realtime;
}

/** The reason never holds anything of the line. */
export function quarantineLine(state: ParseState, line: number, reason: string): void {
  state.quarantined++;
  if (state.quarantine.length < state.limits.quarantineList) state.quarantine.push({ line, reason });
}

/** Rows that may be added before the block has to be handed on; a block's rows have at most 255 days. */
export function roomInBlock(state: ParseState): number {
  if (state.crowded) return 0;
  return Math.min(state.limits.blockRows - state.block.length, 255 - state.days.inBlock.length);
}

/** Index of a moment's day among those of the block. */
export function dayInBlock(days: DayNumbers, timestamp: number): number {
  const halfHour = Math.floor(timestamp / 1_800_000);
  if (halfHour !== days.halfHour) {
    days.halfHour = halfHour;
    days.day = dayNumber(days, halfHour);
  }
  const known = days.inBlock.indexOf(days.day);
  return known >= 0 ? known : days.inBlock.push(days.day) - 1;
}

function dayNumber(days: DayNumbers, halfHour: number): number {
  const known = days.byHalfHour.get(halfHour);
  if (known !== undefined) return known;
  const name = days.dayOf(halfHour * 1_800_000);
  const number = days.names.indexOf(name);
  const day = number >= 0 ? number : days.names.push(name) - 1;
  days.byHalfHour.set(halfHour, day);
  return day;
}
