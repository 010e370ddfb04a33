import { CLASSES, type Dictionaries, type EventBlock, FIELDS } from '@sgraph-backbone/layer/logs';
import type { Counters } from './counters.ts';
import { CACHE, type CountingFacts, REQUEST } from './counting-facts.ts';
import type { Weights } from './id-counts.ts';
import type { Summary } from './summary.ts';
import { addRow, COUNTING_LIMIT } from './table.ts';

/**
 * Requests counted by their shape: everything of small variety that they share (class, method, status, result, host,
 * rule, content type, fields measured, what method and path say). A window has a few hundred shapes, so a row costs one
 * look-up here instead of one per measure and per small dimension; those are derived from the shapes at the end.
 */
export interface RequestShapes {
  /** Shape number + 1 by hash; 0 is free. */
  slots: Int32Array;
  /** WORDS numbers per shape. */
  words: Int32Array;
  /** Row code of each shape: see Weights. */
  codes: Uint8Array;
  hashes: Int32Array;
  requests: Float64Array;
  bytes: Float64Array;
  size: number;
}

/** Shapes after which a builder folds them into text, so that made-up values can't fill the memory. */
export const SHAPES_LIMIT = 16_384;

// class, request bits, range and status in one; method; result; host; rule; content type; fields measured.
const WORDS = 7;

/** Bit of the first word, above the class and the bits of REQUEST: the range starts at byte 0. */
const FROM_START = 512;

export function createRequestShapes(): RequestShapes {
  return {
    slots: new Int32Array(512),
    words: new Int32Array(128 * WORDS),
    codes: new Uint8Array(128),
    hashes: new Int32Array(128),
    requests: new Float64Array(128),
    bytes: new Float64Array(128),
    size: 0,
  };
}

/** Counts the rows and leaves in `w` what each of them weighs. */
export function countShapes(
  shapes: RequestShapes,
  block: EventBlock,
  rows: Int32Array,
  count: number,
  facts: CountingFacts,
  w: Weights,
): void {
  const { cs_method, cs_uri_stem, sc_status, sc_bytes, sc_range_start, measured } = block;
  const { cs_host, rule, sc_content_type, x_edge_response_result_type, x_edge_result_type } = block;
  const classes = block.class;
  for (let i = 0; i < count; i += 1) {
    const row = rows[i]!;
    const method = cs_method[row]!;
    const path = cs_uri_stem[row]!;
    const request = path === 0 || method === 0 ? 0 : facts.requestOf(method, path);
    const fromStart = sc_range_start[row] === 0 ? FROM_START : 0;
    const first = classes[row]! | (request << 2) | fromStart | ((sc_status[row]! + 1) << 10);
    const shape = shapeOf(
      shapes,
      facts,
      first,
      method,
      x_edge_response_result_type[row]! || x_edge_result_type[row]!,
      cs_host[row]!,
      rule[row]!,
      sc_content_type[row]!,
      measured[row]!,
    );
    const size = Math.max(sc_bytes[row]!, 0);
    shapes.requests[shape]! += 1;
    shapes.bytes[shape]! += size;
    w.codes[row] = shapes.codes[shape]!;
    w.bytes[row] = size;
  }
}

/** Adds what was counted to the counters and the small tables of a summary. */
export function foldShapes(summary: Summary, shapes: RequestShapes, of: Dictionaries, facts: CountingFacts) {
  const { words } = shapes;
  for (let shape = 0; shape < shapes.size; shape += 1) {
    const at = shape * WORDS;
    const first = words[at]!;
    const method = words[at + 1]!;
    const type = words[at + 5]!;
    const { counters, tables } = summary.classes[CLASSES[first & 3]!];
    const status = (first >> 10) - 1;
    const page = isPage(first, type, facts) ? 1 : 0;
    const error = status >= 400 ? 1 : 0;
    const count = shapes.requests[shape]!;
    const bytes = shapes.bytes[shape]!;
    counters.total_requests += count;
    counters.total_bytes += bytes;
    counters.page_views += page * count;
    addTransfers(counters, first, count);
    addStatus(counters, status, count);
    addCache(counters, facts.isCacheable(method) ? facts.cacheOf(words[at + 2]!) : CACHE.neither, count);
    addUnmeasured(counters, words[at + 6]!, count);
    const weights = [count, page * count, bytes, error * count];
    const add = (table: keyof typeof tables, text: string) => {
      if (text !== '') addRow(tables[table], text, weights, 0, COUNTING_LIMIT);
    };
    add('method', of.cs_method.values[method]!);
    add('status_code', status < 0 ? '' : String(status).padStart(3, '0'));
    add('result_type', of.result_type.values[words[at + 2]!]!);
    add('host', of.cs_host.values[words[at + 3]!]!);
    add('rule', of.rule.values[words[at + 4]!]!);
    add('content_type', of.sc_content_type.values[type]!);
  }
}

function shapeOf(
  shapes: RequestShapes,
  facts: CountingFacts,
  first: number,
  method: number,
  result: number,
  host: number,
  rule: number,
  type: number,
  fields: number,
): number {
  const { slots, words } = shapes;
  const mask = slots.length - 1;
  const small = Math.imul(method, 0x1b873593) ^ Math.imul(result, 0x27d4eb2f) ^ Math.imul(rule, 0x165667b1);
  const large = Math.imul(host, 0x85ebca6b) ^ Math.imul(type, 0xc2b2ae35) ^ fields;
  const mixed = Math.imul(first ^ small ^ large, 0x9e3779b1);
  const hash = mixed ^ (mixed >>> 15);
  let slot = hash & mask;
  for (let found = slots[slot]!; found !== 0; found = slots[slot]!) {
    const at = (found - 1) * WORDS;
    if (
      words[at] === first &&
      words[at + 1] === method &&
      words[at + 2] === result &&
      words[at + 3] === host &&
      words[at + 4] === rule &&
      words[at + 5] === type &&
      words[at + 6] === fields
    ) {
      return found - 1;
    }
    slot = (slot + 1) & mask;
  }
  const page = isPage(first, type, facts) ? 4 : 0;
  const code = (first & 3) | page | (first >> 10 > 400 ? 8 : 0);
  return newShape(shapes, hash, [first, method, result, host, rule, type, fields], code);
}

function newShape(shapes: RequestShapes, hash: number, words: number[], code: number): number {
  const shape = shapes.size;
  shapes.size += 1;
  if (shape >= shapes.codes.length) growShapes(shapes);
  shapes.words.set(words, shape * WORDS);
  shapes.codes[shape] = code;
  shapes.hashes[shape] = hash;
  if (shapes.size * 2 > shapes.slots.length) growSlots(shapes);
  else place(shapes.slots, hash, shape);
  return shape;
}

function place(slots: Int32Array, hash: number, shape: number) {
  const mask = slots.length - 1;
  let slot = hash & mask;
  while (slots[slot] !== 0) slot = (slot + 1) & mask;
  slots[slot] = shape + 1;
}

function growSlots(shapes: RequestShapes) {
  shapes.slots = new Int32Array(shapes.slots.length * 2);
  for (let shape = 0; shape < shapes.size; shape += 1) place(shapes.slots, shapes.hashes[shape]!, shape);
}

function growShapes(shapes: RequestShapes) {
  const length = shapes.codes.length * 2;
  const { words, codes, hashes, requests, bytes } = shapes;
  shapes.words = new Int32Array(length * WORDS);
  shapes.words.set(words);
  shapes.codes = new Uint8Array(length);
  shapes.codes.set(codes);
  shapes.hashes = new Int32Array(length);
  shapes.hashes.set(hashes);
  shapes.requests = new Float64Array(length);
  shapes.requests.set(requests);
  shapes.bytes = new Float64Array(length);
  shapes.bytes.set(bytes);
}

function isPage(first: number, type: number, facts: CountingFacts): boolean {
  const request = first >> 2;
  const status = (first >> 10) - 1;
  if (status !== 200 && status !== 304) return false;
  if ((request & REQUEST.ruledPage) !== 0) return true;
  if ((request & REQUEST.page) === 0) return false;
  return type === 0 ? (request & REQUEST.pageLike) !== 0 : facts.isHtml(type);
}

function addTransfers(counters: Counters, first: number, count: number) {
  const request = first >> 2;
  const status = (first >> 10) - 1;
  const success = status >= 200 && status < 300;
  if ((request & REQUEST.api) !== 0) counters.api_calls += count;
  if ((request & REQUEST.upload) !== 0 && success) counters.file_uploads += count;
  if ((request & REQUEST.download) === 0) return;
  if (status === 200 || (status === 206 && (first & FROM_START) !== 0)) counters.file_downloads += count;
}

const STATUS_CLASSES = ['status_2xx', 'status_3xx', 'status_4xx', 'status_5xx'] as const;

/** Counts an answer by its status; −1: there is none. */
export function addStatus(counters: Counters, status: number, count: number) {
  if (status < 0) return;
  counters[STATUS_CLASSES[Math.floor(status / 100) - 2] ?? 'status_other'] += count;
  if (status >= 400) counters.error_count += count;
}

function addCache(counters: Counters, cache: number, count: number) {
  if (cache !== CACHE.neither) counters.cacheable_requests += count;
  if (cache === CACHE.hit) counters.cache_hits += count;
}

const { status, bytes, method, path, agent, result, edge } = FIELDS;

/** Fields without which a request can't be counted by a measure. */
const NEEDS = [
  ['unmeasured_pages', status | method | path],
  ['unmeasured_api', method | path],
  ['unmeasured_status', status],
  ['unmeasured_cache', method | result],
  ['unmeasured_bytes', bytes],
  ['unmeasured_paths', path],
  ['unmeasured_edges', edge],
  ['classes_unmeasured_requests', agent],
] as const;

function addUnmeasured(counters: Counters, fields: number, count: number) {
  for (const [name, needed] of NEEDS) if ((fields & needed) !== needed) counters[name] += count;
}
