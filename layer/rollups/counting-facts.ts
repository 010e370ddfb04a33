import {
  type CompiledRules,
  compileRules,
  type Dictionaries,
  type Dictionary,
  looksLikePage,
  type Rules,
} from '@sgraph-backbone/layer/logs';
import { QUERY_DIMENSIONS } from './dimensions.ts';

/** What a method and a path say together. */
export const REQUEST = {
  known: 1,
  api: 2,
  upload: 4,
  download: 8,
  page: 16,
  pageLike: 32,
  ruledPage: 64,
} as const;

/** What a result type says: neither hit nor miss, a miss, a hit. */
export const CACHE = { neither: 0, miss: 1, hit: 2 } as const;

/** Facts about dictionary ids, found once per distinct value and shared by all windows of a reader. */
export interface CountingFacts {
  /** Bits of REQUEST. */
  requestOf(method: number, path: number): number;
  isHtml(contentType: number): boolean;
  /** What an edge's answer says about its cache; see CACHE. */
  cacheOf(resultType: number): number;
  /** GET, HEAD and OPTIONS: the methods that CloudFront can answer from its cache. */
  isCacheable(method: number): boolean;
  /** Pairs (index into QUERY_DIMENSIONS, id into `queryValues` of it). */
  queryOf(query: number): Int32Array;
  readonly queryValues: readonly string[][];
}

/** The facts for these rules and dictionaries; the same object for the same ones. */
export function countingFacts(rules: Rules, dictionaries: Dictionaries): CountingFacts {
  const ofRules = memo(FACTS, rules, () => ({ compiled: compileRules(rules), by: new WeakMap() }));
  return memo(ofRules.by, dictionaries, () => createFacts(ofRules.compiled, dictionaries));
}

type RulesFacts = { compiled: CompiledRules; by: WeakMap<Dictionaries, CountingFacts> };
const FACTS = new WeakMap<Rules, RulesFacts>();

function memo<K extends WeakKey, V>(map: WeakMap<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

function createFacts(rules: CompiledRules, dictionaries: Dictionaries): CountingFacts {
  const queries = createQueryFacts(dictionaries);
  return {
    requestOf: createRequestFacts(rules, dictionaries),
    isHtml: remembered(dictionaries.sc_content_type, (type) => HTML.test(type)),
    cacheOf: remembered(dictionaries.result_type, cacheCode),
    isCacheable: remembered(dictionaries.cs_method, (method) => CACHEABLE.has(method)),
    queryOf: queries.queryOf,
    queryValues: queries.values,
  };
}

// Methods beyond these are made up: remembering all paths for each would let an attacker fill the memory.
const REMEMBERED_METHODS = 32;

function createRequestFacts(rules: CompiledRules, { cs_method, cs_uri_stem }: Dictionaries) {
  const byMethod: Uint8Array[] = Array.from({ length: REMEMBERED_METHODS }, () => new Uint8Array(0));
  const find = (method: number, path: number) =>
    requestBits(rules, cs_method.values[method]!, cs_uri_stem.values[path]!);
  return (method: number, path: number): number => {
    if (method >= REMEMBERED_METHODS) return find(method, path);
    let known = byMethod[method]!;
    if (path >= known.length) {
      known = grown(known, Math.max(256, path * 2));
      byMethod[method] = known;
    }
    const bits = known[path]!;
    if (bits !== 0) return bits;
    const found = find(method, path);
    known[path] = found;
    return found;
  };
}

function requestBits(rules: CompiledRules, method: string, path: string): number {
  const api = rules.isApi(path);
  const ruled = method === 'GET' ? rules.isPage(path) : false;
  return (
    REQUEST.known |
    (api && method !== 'OPTIONS' ? REQUEST.api : 0) |
    (rules.isUpload(method, path) ? REQUEST.upload : 0) |
    (rules.isDownload(method, path) ? REQUEST.download : 0) |
    (ruled === true ? REQUEST.ruledPage : 0) |
    (ruled === undefined && !api ? REQUEST.page : 0) |
    (looksLikePage(path) ? REQUEST.pageLike : 0)
  );
}

const CACHEABLE = new Set(['GET', 'HEAD', 'OPTIONS']);
const HITS = new Set(['Hit', 'RefreshHit', 'OriginShieldHit']);

function cacheCode(resultType: string): number {
  if (HITS.has(resultType)) return CACHE.hit;
  return resultType === 'Miss' ? CACHE.miss : CACHE.neither;
}

function remembered<T>({ values }: Dictionary, find: (text: string) => T): (id: number) => T {
  const known: T[] = [];
  return (id) => {
    while (known.length <= id) known.push(find(values[known.length]!));
    return known[id]!;
  };
}

const HTML = /^(?:text\/html|application\/xhtml\+xml)\s*(?:;|$)/i;

function createQueryFacts({ cs_uri_query }: Dictionaries) {
  const values: string[][] = QUERY_DIMENSIONS.map(() => ['']);
  const ids = QUERY_DIMENSIONS.map(() => new Map<string, number>());
  const known: Int32Array[] = [];
  const idOf = (dimension: number, value: string) => {
    const id = ids[dimension]!.get(value) ?? values[dimension]!.push(value) - 1;
    ids[dimension]!.set(value, id);
    return id;
  };
  const find = (text: string) => {
    const query: Record<string, unknown> = JSON.parse(text);
    const pairs = QUERY_DIMENSIONS.flatMap((name, i) => {
      const value = query[name];
      return typeof value === 'string' && value !== '' ? [i, idOf(i, value)] : [];
    });
    return Int32Array.from(pairs);
  };
  const queryOf = (id: number) => {
    known[id] ??= find(cs_uri_query.values[id]!);
    return known[id]!;
  };
  return { values, queryOf };
}

function grown(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const more = new Uint8Array(length);
  more.set(bytes);
  return more;
}
