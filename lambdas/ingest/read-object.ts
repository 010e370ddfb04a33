import { createBatchSet } from '@sgraph-backbone/layer/batches';
import {
  type DayKey,
  type Delivery,
  dayKey,
  feedOf,
  identitySecret,
  type Kind,
  type ParsedObject,
  type Pipeline,
  type Source,
} from '@sgraph-backbone/layer/ledger';
import {
  type EventBlock,
  type LogReader,
  LogRefused,
  type LogResult,
  readLog,
} from '@sgraph-backbone/layer/logs';
import { calendarOf, windowKey } from '@sgraph-backbone/layer/rollups';
import { layoutsOf, rulesOf, rulesVersionOf, type SiteSettings } from '@sgraph-backbone/layer/settings';
import { withReader } from './lent-reader.ts';
import { createWindowRows } from './window-rows.ts';
import { createWindowSums } from './window-sums.ts';

/** How log objects are read, beside what the site's settings say. */
export interface ReadOptions {
  readonly settings: SiteSettings;
  /** Dictionaries that live as long as the process reads objects. */
  readonly reader: LogReader;
  /** Rows of objects that are too large for memory wait here. */
  readonly temporaryFolder: string;
  /** What the feed is. @default what the first records say: `realtime` or `standard` */
  readonly kind?: Kind;
  /** Fields of lines without a header. */
  readonly fields?: readonly string[];
  /** Overrides what the object says. */
  readonly distribution?: string;
  /** ISO 3166 code of an address, where the log has none. */
  readonly country?: (address: string) => string | undefined;
  /** The owner's own addresses. */
  readonly excludeAddress?: (address: string) => boolean;
}

export interface ReadObject extends ParsedObject {
  readonly result: LogResult;
  /** Gives memory and temporary files back. */
  close(): void;
}

/** A log of which not one line could be read: counting it would say that there was nothing in it. */
export class NothingReadable extends LogRefused {
  readonly records: number;

  constructor({ records, quarantine, format }: LogResult) {
    super('unreadable', reasonOf(records, quarantine, format));
    this.records = records;
  }
}

/** The commonest reason, and the first line that has it. */
function reasonOf(records: number, quarantine: LogResult['quarantine'], format: string): string {
  const counts = new Map<string, number>();
  for (const { reason } of quarantine) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const [reason = ''] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [];
  const first = quarantine.find((line) => line.reason === reason)?.line;
  const fields =
    format.startsWith('rt-') && /columns instead of/.test(reason)
      ? '; the fields given are not those that the log was configured with: --fields'
      : '';
  const none =
    records === 1 ? 'Its only line could not be read' : `None of its ${records} lines could be read`;
  return `${none}: ${reason} (first in line ${first})${fields}`;
}

/** Reads an object to its end: sums and rows per window, nothing written. Throws LogRefused. */
export async function readObject(
  pipeline: Pipeline,
  options: ReadOptions,
  source: Source,
): Promise<ReadObject> {
  return withReader(options.reader, (reader) => readWith(pipeline, { ...options, reader }, source));
}

async function readWith(pipeline: Pipeline, options: ReadOptions, source: Source): Promise<ReadObject> {
  const { settings, reader } = options;
  const batches = createBatchSet(options.temporaryFolder, { minutesFrom: pipeline.now() - PULSE });
  const sums = createWindowSums(settings);
  const windowRows = createWindowRows();
  const onBlock = (block: EventBlock, { realtime }: { readonly realtime: boolean }) => {
    for (const { distribution, window, rows, count } of windowRows(block)) {
      const feed = feedOf(kindRead(options, realtime), distribution);
      batches.add(feed, window, block, rows, count);
      sums.add(feed, window, block, rows, count);
    }
  };
  try {
    const result = await readLog(source.chunks(), await readLogOptions(pipeline, options, source), onBlock);
    if (result.records > 0 && result.quarantined === result.records) throw new NothingReadable(result);
    for (const excluded of result.excluded_requests) {
      const feed = feedOf(kindRead(options, excluded.realtime), excluded.distribution);
      const window = windowKey(excluded.window);
      // A half-hour with nothing but excluded requests has a batch without rows.
      batches.add(feed, window, blockOf(reader), NO_ROWS, 0);
      sums.exclude(feed, window, excluded);
    }
    const { kind, distribution, fields } = options;
    return {
      ...parsedObject(result, sums, batches, settings),
      read_as: { kind, distribution, fields },
      result,
      close: () => batches.close(),
    };
  } catch (error) {
    batches.close();
    throw error;
  }
}

/** No pulse asks for longer, whatever the skew of clocks; history that is copied in is nobody's pulse. */
const PULSE = 2 * 3_600_000;

const NO_ROWS = new Int32Array(0);

/** The block that the reader has filled: its dictionaries are those of a batch without rows. */
function blockOf({ block }: LogReader): EventBlock {
  if (block === undefined) throw new Error('an object without a block has no excluded requests');
  return block.events;
}

function kindRead({ kind }: ReadOptions, realtime: boolean): Kind {
  return kind ?? (realtime ? 'realtime' : 'standard');
}

async function readLogOptions(pipeline: Pipeline, options: ReadOptions, source: Source) {
  const { settings, reader, kind, distribution, fields, country, excludeAddress } = options;
  const { observability, randomness, now } = pipeline;
  return {
    reader,
    identity: await identitySecret(pipeline),
    rules: rulesOf(settings),
    now: now(),
    dayOf: calendarOf(settings.timezone).dayOf,
    dayKey: cached((day) => dayKey(observability, day, now(), randomness)),
    country,
    excludeAddress,
    hosts: settings.hosts,
    distribution,
    ...(kind === undefined ? {} : { realtime: kind === 'realtime' }),
    fields,
    layouts: (name: string) => layoutsOf(settings.realtime, name),
    name: source.name,
  };
}

function parsedObject(
  result: LogResult,
  sums: ReturnType<typeof createWindowSums>,
  batches: ReturnType<typeof createBatchSet>,
  settings: SiteSettings,
): Omit<ParsedObject, 'read_as'> {
  const windows = batches.windows().map(({ feed, window }) => ({ feed, window }));
  const { object_id, quarantine } = result;
  const rules_version = rulesVersionOf(settings);
  return {
    object_id,
    facts: factsOf(result),
    windows,
    deliveries: deliveriesOf(sums.spans()),
    quarantine,
    batch: async ({ feed, window }, generation) => {
      const { summary, hosts } = sums.finish(feed, window);
      return batches.finish(feed, window, { object_id, generation, rules_version, summary, hosts }).bytes;
    },
  };
}

function factsOf(result: LogResult) {
  const { format, bytes, records, quarantined, excluded, visitors_unmeasured, warnings } = result;
  return { format, size: bytes, records, quarantined, excluded, visitors_unmeasured, warnings };
}

function deliveriesOf(spans: ReadonlyMap<string, { oldest: number; newest: number }>): Delivery[] {
  return [...spans].map(([feed, { oldest, newest }]) => ({
    feed,
    oldest_event: oldest,
    newest_event: newest,
  }));
}

function cached(find: (day: string) => Promise<DayKey>): (day: string) => Promise<DayKey> {
  const known = new Map<string, Promise<DayKey>>();
  return (day) => {
    const key = known.get(day) ?? find(day);
    known.set(day, key);
    return key;
  };
}
