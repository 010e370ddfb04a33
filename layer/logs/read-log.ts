import { createHmac } from 'node:crypto';
import { createBlock } from './block.ts';
import { compileRules } from './compiled-rules.ts';
import { configuredLines, type RealtimeLayout } from './configured-lines.ts';
import { unpack } from './container.ts';
import { rulesVersion } from './default-rules.ts';
import { distributionFromName } from './distribution.ts';
import type { EventBlock } from './event-block.ts';
import { createExcludedCounts, type ExcludedRequests } from './excluded-requests.ts';
import { type HandOver, handOver } from './hand-over.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { readBytes } from './object-bytes.ts';
import { createParseState, type ParseState } from './parse-state.ts';
import type { Rules } from './rules.ts';
import { createTables, heldBytes, type Tables } from './tables.ts';

/**
 * Dictionaries and facts that are shared by the objects read with it. Make one per process or worker, and read
 * one object at a time with it: the block belongs to the reader. Addresses stay in its memory until it is dropped.
 */
export interface LogReader {
  tables?: Tables;
  /** What the tables were made for. */
  made?: { readonly version: string; readonly country: unknown; readonly excludeAddress: unknown };
  block?: ParseState['block'];
}

export function createLogReader(): LogReader {
  return {};
}

export interface ReadLogOptions {
  readonly reader: LogReader;
  /** Secret of the HMAC that makes the object id. */
  readonly identity: Uint8Array;
  readonly rules: Rules;
  /** Epoch milliseconds. */
  readonly now: number;
  /** The day of the site's zone; constant within a half-hour of UTC. */
  readonly dayOf: (ms: number) => string;
  /** The visitors' key of a day; `undefined` leaves its visitors unmeasured. */
  readonly dayKey: (day: string) => Promise<{ id: string; key: Uint8Array } | undefined>;
  /** ISO 3166 alpha-2 of a canonical address, asked where the log has no country of its own. */
  readonly country?: (address: string) => string | undefined;
  /** The owner's own addresses, whose requests are not counted. */
  readonly excludeAddress?: (address: string) => boolean;
  /** Hosts whose excluded requests are counted apart. */
  readonly hosts?: readonly string[];
  readonly distribution?: string;
  /** File name or key: only the distribution is taken from it, where neither options nor records tell. */
  readonly name?: string;
  /** Whether the feed is a real-time one. @default what the first records say */
  readonly realtime?: boolean;
  /** Fields of lines that have no header, in the order of delivery: real-time logs, `raw` with a selection of fields. */
  readonly fields?: readonly string[];
  /** How real-time lines of a distribution are configured, from when on. */
  readonly layouts?: (distribution: string) => readonly RealtimeLayout[];
  readonly limits?: Partial<Limits>;
}

export interface LogResult {
  /** 32 hex digits of the HMAC-SHA-256 of the decompressed bytes. */
  readonly object_id: string;
  /** `v1-33`, `v2-w3c-16`, `w3c-8`, `v2-json`, `rt-40`; `empty` where there was no record. */
  readonly format: string;
  /** As delivered. */
  readonly bytes: number;
  readonly decompressed_bytes: number;
  readonly lines: number;
  /** Accepted, quarantined and excluded ones. */
  readonly records: number;
  readonly accepted: number;
  readonly excluded: number;
  /** The excluded ones by half-hour. */
  readonly excluded_requests: readonly ExcludedRequests[];
  readonly quarantined: number;
  /** The first 1,000. */
  readonly quarantine: readonly { readonly line: number; readonly reason: string }[];
  readonly warnings: readonly string[];
  /** Accepted requests whose visitor is not known. */
  readonly visitors_unmeasured: number;
  /** Epoch milliseconds; absent without accepted records. */
  readonly oldest_event?: number;
  readonly newest_event?: number;
}

/** A clock that is a little wrong does not make a future. */
const CLOCK_SKEW = 24 * 3_600_000;

/**
 * Reads a log object, whatever its format and container, into blocks of private events. The arrays of a block
 * are used again after `onBlock` has returned. Throws LogRefused if the object as a whole is not counted: the
 * consumer then drops the blocks it was given.
 */
export async function readLog(
  source: AsyncIterable<Uint8Array>,
  options: ReadLogOptions,
  onBlock: (block: EventBlock, source: { readonly realtime: boolean }) => void | Promise<void>,
): Promise<LogResult> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const distribution = options.distribution ?? distributionFromName(options.name);
  const layouts = options.layouts?.(distribution) ?? [];
  const state = openState(options, limits, { distribution, samplingAt: samplingOf(layouts) });
  const configured = configuredLines(options.fields, layouts, options.realtime);
  const to = openHandOver(options, onBlock);
  const measured = { bytes: 0, decompressed: 0 };
  const identity = createHmac('sha256', options.identity);
  const unread = readBytes(state, configured, async () => {
    await handOver(state, to);
    renewIfLarge(state, options);
  });
  for await (const chunk of unpack(source, limits, measured)) {
    identity.update(chunk);
    await unread.add(chunk);
  }
  await unread.end();
  return result(state, to, measured, identity.digest('hex').slice(0, 32));
}

function openState(
  options: ReadLogOptions,
  limits: Limits,
  source: Pick<ParseState, 'distribution' | 'samplingAt'>,
): ParseState {
  const { reader } = options;
  const made = {
    version: rulesVersion(options.rules),
    country: options.country,
    excludeAddress: options.excludeAddress,
  };
  const same =
    reader.made?.version === made.version &&
    reader.made.country === made.country &&
    reader.made.excludeAddress === made.excludeAddress;
  if (!reader.tables || !same || heldBytes(reader.tables) > limits.dictionaryBytes) {
    reader.tables = newTables(options);
    reader.made = made;
  }
  if (reader.block?.day.length !== limits.blockRows)
    reader.block = createBlock(limits.blockRows, reader.tables.dictionaries);
  reader.block.length = 0;
  reader.block.events.dictionaries = reader.tables.dictionaries;
  // An object before may have been a real-time log.
  reader.block.events.line_id.fill(-1);
  reader.block.events.sampling.fill(-1);
  return createParseState(
    {
      tables: reader.tables,
      block: reader.block,
      limits,
      ...source,
      realtime: options.realtime,
      distributionFixed: options.distribution !== undefined,
    },
    options.dayOf,
  );
}

function newTables(options: ReadLogOptions): Tables {
  return createTables({
    rules: compileRules(options.rules),
    queryParameters: options.rules.query_parameters,
    keepRequestIds: options.rules.keep_request_ids,
    country: options.country,
    excludeAddress: options.excludeAddress,
  });
}

/** −1 where all requests are logged. */
function samplingOf(layouts: readonly RealtimeLayout[]): (ms: number) => number {
  if (layouts.every(({ sampling }) => sampling === 100)) return () => -1;
  const latestFirst = [...layouts].sort((a, b) => b.from - a.from);
  return (ms) => {
    const { sampling = 100 } = latestFirst.find(({ from }) => from <= ms) ?? {};
    return sampling === 100 ? -1 : sampling;
  };
}

/** New dictionaries after a block: a consumer sees by their identity that ids have another meaning. */
function renewIfLarge(state: ParseState, options: ReadLogOptions): void {
  state.crowded = false;
  if (heldBytes(state.tables) <= state.limits.dictionaryBytes) return;
  state.tables = newTables(options);
  options.reader.tables = state.tables;
  state.block.events.dictionaries = state.tables.dictionaries;
}

function openHandOver(options: ReadLogOptions, onBlock: HandOver['onBlock']): HandOver {
  return {
    onBlock,
    dayKey: options.dayKey,
    visitors: options.rules.visitors === 'hashed',
    keys: new Map(),
    latest: options.now + CLOCK_SKEW,
    tally: {
      accepted: 0,
      excluded: 0,
      visitorsUnmeasured: 0,
      future: 0,
      oldest: Number.POSITIVE_INFINITY,
      newest: Number.NEGATIVE_INFINITY,
    },
    excluded: createExcludedCounts(),
    hosts: new Set(options.hosts),
  };
}

function result(
  state: ParseState,
  { tally, excluded }: HandOver,
  measured: { bytes: number; decompressed: number },
  objectId: string,
): LogResult {
  if (tally.future > 0) state.warnings.add(`${tally.future} records lie more than a day in the future`);
  return {
    object_id: objectId,
    format: state.format || 'empty',
    bytes: measured.bytes,
    decompressed_bytes: measured.decompressed,
    lines: state.lines,
    records: tally.accepted + tally.excluded + state.quarantined,
    accepted: tally.accepted,
    excluded: tally.excluded,
    excluded_requests: excluded.list(),
    quarantined: state.quarantined,
    quarantine: state.quarantine,
    warnings: [...state.warnings],
    visitors_unmeasured: tally.visitorsUnmeasured,
    ...(tally.accepted > 0 ? { oldest_event: tally.oldest, newest_event: tally.newest } : {}),
  };
}
