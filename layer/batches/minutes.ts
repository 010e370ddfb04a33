import { hash } from 'node:crypto';
import { CLASSES, type Class, type EventBlock } from '@sgraph-backbone/layer/logs';
import {
  addHash,
  createSketch,
  encodeSketch,
  type Sketch,
  VISITOR_PRECISION,
} from '@sgraph-backbone/layer/rollups';

/** What a class did in one minute, for the pulse. Nothing that is 0 or empty is written. */
export interface MinuteClass {
  /** Rows: events of an application, with or without a method; lines of a log. */
  readonly events: number;
  /** Those that are requests. */
  readonly requests?: number;
  /** Lines of a log that holds a part of all requests: its visitors say nothing. */
  readonly sampled?: number;
  /** Sketches of visitors by key id. */
  readonly visitors?: Readonly<Record<string, string>>;
  /** Sketch of transfers. */
  readonly transfers?: string;
}

/** A minute (UTC) of a batch. */
export interface MinutePart {
  /** Its first moment, epoch ms. */
  readonly minute: number;
  /** Time of its newest row, epoch ms. */
  readonly newest: number;
  readonly classes: Readonly<Partial<Record<Class, MinuteClass>>>;
  /** Of events of applications: by what a repeated one is known, 48 bits each, base64. Not of very large batches. */
  readonly ids?: string;
}

/** By what a repeated event is known: 48 bits of a hash of its id. */
export function eventHash(id: string): number {
  return hash('sha256', id, 'buffer').readUIntBE(0, ID_BYTES);
}

/** The hashes of the events of a minute, as far as they are known. */
export function eventHashes({ ids = '' }: MinutePart): number[] {
  const bytes = Buffer.from(ids, 'base64');
  return Array.from({ length: bytes.length / ID_BYTES }, (_, index) =>
    bytes.readUIntBE(index * ID_BYTES, ID_BYTES),
  );
}

const ID_BYTES = 6;
/** Beyond these the footer would be larger than the rows: a repeated event counts twice in the pulse then. */
const MOST_IDS = 20_000;

/** Counts the rows of one window by minute. */
export interface Minutes {
  add(block: EventBlock, rows: Int32Array, count: number): void;
  /** In order of time. */
  finish(): readonly MinutePart[];
}

const MINUTE = 60_000;

/** `from`: minutes before it are nobody's pulse and not counted, epoch ms. */
export function createMinutes(kind: 'realtime' | 'application', from: number): Minutes {
  const counts = new Map<number, MinuteCounts>();
  const countsOf = (minute: number) => {
    const known = counts.get(minute);
    if (known) return known;
    const fresh = { newest: 0, classes: CLASSES.map(createClassCounts), ids: [] };
    counts.set(minute, fresh);
    return fresh;
  };
  let ids = 0;
  const isRequest = kind === 'realtime' ? () => true : (method: number) => method !== 0;
  return {
    add(block, rows, count) {
      for (let index = 0; index < count; index++) {
        const row = rows[index]!;
        const time = block.timestamp[row]!;
        if (time < from) continue;
        const minute = countsOf(time - (time % MINUTE));
        minute.newest = Math.max(minute.newest, time);
        if (kind === 'application' && ids++ < MOST_IDS)
          minute.ids.push(block.dictionaries.event_id.values[block.event_id[row]!]!);
        countRow(minute.classes[block.class[row]!]!, block, row, isRequest(block.cs_method[row]!));
      }
    },
    finish: () =>
      [...counts]
        .sort(([a], [b]) => a - b)
        .map(([minute, of]) => ({ ...partOf(minute, of), ...(0 < ids && ids <= MOST_IDS && idsOf(of)) })),
  };
}

interface MinuteCounts {
  newest: number;
  readonly ids: string[];
  /** By index into CLASSES. */
  readonly classes: readonly ClassCounts[];
}

interface ClassCounts {
  events: number;
  requests: number;
  sampled: number;
  readonly visitors: Map<string, Sketch>;
  transfers?: Sketch;
}

function createClassCounts(): ClassCounts {
  return { events: 0, requests: 0, sampled: 0, visitors: new Map() };
}

function countRow(counts: ClassCounts, block: EventBlock, row: number, request: boolean): void {
  counts.events++;
  if (request) counts.requests++;
  if (block.sampling[row]! >= 0) counts.sampled++;
  const key = block.visitor_key[row]!;
  if (key > 0) {
    const id = block.visitor_keys[key - 1]!;
    const sketch = counts.visitors.get(id) ?? createSketch(VISITOR_PRECISION);
    addHash(sketch, block.visitor_high[row]!, block.visitor_low[row]!);
    counts.visitors.set(id, sketch);
  }
  const transfer = block.transfer_hash[row]!;
  if (transfer > 0) {
    const text = block.dictionaries.transfer_hash.values[transfer]!;
    counts.transfers ??= createSketch(VISITOR_PRECISION);
    addHash(counts.transfers, half(text, 0), half(text, 8));
  }
}

function idsOf({ ids }: MinuteCounts): Pick<MinutePart, 'ids'> {
  const bytes = Buffer.alloc(ids.length * ID_BYTES);
  for (const [index, id] of ids.entries()) bytes.writeUIntBE(eventHash(id), index * ID_BYTES, ID_BYTES);
  return { ids: bytes.toString('base64') };
}

function half(text: string, at: number): number {
  return Number.parseInt(text.slice(at, at + 8), 16);
}

function partOf(minute: number, { newest, classes }: MinuteCounts): MinutePart {
  const seen = CLASSES.map((name, index) => [name, classes[index]!] as const).filter(
    ([, of]) => of.events > 0,
  );
  return { minute, newest, classes: Object.fromEntries(seen.map(([name, of]) => [name, encoded(of)])) };
}

function encoded({ events, requests, sampled, visitors, transfers }: ClassCounts): MinuteClass {
  const sketches = [...visitors].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    events,
    ...(requests > 0 ? { requests } : {}),
    ...(sampled > 0 ? { sampled } : {}),
    ...(sketches.length > 0
      ? { visitors: Object.fromEntries(sketches.map(([id, sketch]) => [id, encodeSketch(sketch)])) }
      : {}),
    ...(transfers ? { transfers: encodeSketch(transfers) } : {}),
  };
}
