import { STRATEGIES, type Strategy } from '@sgraph-backbone/layer/cache';
import { abreast } from '@sgraph-backbone/layer/store';
import type { OldCache } from './old-cache.ts';

/** An entry of the original, as its by-id file and its metadata tell. */
export interface OldEntry {
  readonly namespace: string;
  readonly cacheId: string;
  readonly hash: string;
  readonly strategy: Strategy;
  readonly cacheKey: string;
  readonly fileId: string;
  readonly contentEncoding?: string;
  readonly jsonFieldPath?: string;
  /** Epoch ms. */
  readonly storedAt: number;
  /** The copy that is this version's own as long as no other was stored in its hour. */
  readonly contentFile: string;
  /** Several versions of an entry have the same. */
  readonly place: string;
  readonly dataFolder: string;
}

/** An entry and what orders it among those of its hash. */
export interface OrderedEntry extends OldEntry {
  readonly at: { readonly ms: number; readonly turn: number };
}

/** What is worth telling of a namespace, by the file that it is about. */
export interface Remark {
  readonly kind: 'found-again' | 'gone' | 'damaged' | 'not-taken';
  readonly file: string;
  readonly reason: string;
}

/** Reads under way at a time. */
export const WIDTH = 16;

/** Versions that a millisecond has room for. */
const TURNS = 256;

/**
 * The entries of a namespace by their by-id files, which nobody but their own store writes; by-hash files, which lose
 * ids when two write them at once, say no more than the order.
 */
export async function readOldEntries(
  old: OldCache,
  namespace: string,
  remark: (remark: Remark) => void,
): Promise<OrderedEntry[]> {
  const entries: OldEntry[] = [];
  await abreast(await old.list(`${namespace}/refs/by-id/`), WIDTH, async (file) => {
    const reference = parsed<ById>(await old.read(file));
    if (reference === undefined || !isReference(reference))
      return remark({ kind: 'damaged', file, reason: 'this by-id file can not be read' });
    const { content_files, data_folders = [] } = reference.file_paths;
    if ([...content_files, ...data_folders].some((path) => leaves(namespace, path)))
      return remark({ kind: 'not-taken', file, reason: 'it names files outside of its namespace' });
    entries.push(await entryOf(old, namespace, reference));
  });
  const lists = await readLists(old, namespace, remark);
  const groups = Map.groupBy(entries, ({ hash }) => hash);
  reportGone(namespace, lists, entries, remark);
  return [...groups].flatMap(([hash, group]) => inTime(inOrder(group, lists.get(hash), remark)));
}

interface ById {
  readonly cache_id: string;
  readonly cache_hash: string;
  readonly strategy: Strategy;
  readonly timestamp: number;
  readonly file_paths: {
    readonly content_files: readonly string[];
    readonly data_folders: readonly string[];
  };
}

interface Metadata {
  readonly data: {
    readonly cache_id?: string;
    readonly cache_key?: string | null;
    readonly file_id?: string;
    readonly content_encoding?: string | null;
    readonly json_field_path?: string | null;
    readonly stored_at?: number;
  };
}

interface ByHash {
  readonly cache_hash: string;
  readonly cache_ids: readonly { readonly cache_id: string; readonly timestamp: number }[];
}

function isReference({ cache_id, cache_hash, strategy, timestamp, file_paths }: Partial<ById>): boolean {
  return (
    typeof cache_id === 'string' &&
    typeof cache_hash === 'string' &&
    typeof timestamp === 'number' &&
    STRATEGIES.includes(strategy as Strategy) &&
    Array.isArray(file_paths?.content_files) &&
    file_paths.content_files.length > 0
  );
}

function leaves(namespace: string, path: string): boolean {
  return !path.startsWith(`${namespace}/`) || path.split(/[/\\]/).includes('..');
}

async function entryOf(old: OldCache, namespace: string, reference: ById): Promise<OldEntry> {
  const { cache_id: cacheId, cache_hash: hash, strategy, timestamp, file_paths } = reference;
  const { content_files, data_folders = [] } = file_paths;
  // The first copy of temporal_latest is shared by all versions; that of the hour is the version's own.
  const copy =
    strategy === 'temporal_latest' ? content_files.findIndex((file) => !file.includes('/latest/')) : 0;
  const contentFile = content_files[Math.max(copy, 0)]!;
  const data = parsed<Metadata>(await old.read(`${contentFile}.metadata`))?.data ?? {};
  const fileId =
    data.file_id || contentFile.slice(contentFile.lastIndexOf('/') + 1, contentFile.lastIndexOf('.'));
  return {
    namespace,
    cacheId,
    hash,
    strategy,
    cacheKey: data.cache_key ?? '',
    fileId,
    contentEncoding: data.content_encoding || undefined,
    jsonFieldPath: data.json_field_path || undefined,
    // Metadata are those of the last id that was stored there.
    storedAt: data.cache_id === cacheId && data.stored_at ? data.stored_at : timestamp,
    contentFile,
    place: content_files[0]!,
    dataFolder:
      data_folders[Math.max(copy, 0)] ?? `${contentFile.slice(0, contentFile.lastIndexOf('.'))}/data`,
  };
}

async function readLists(
  old: OldCache,
  namespace: string,
  remark: (remark: Remark) => void,
): Promise<Map<string, readonly string[]>> {
  const lists = new Map<string, readonly string[]>();
  await abreast(await old.list(`${namespace}/refs/by-hash/`), WIDTH, async (file) => {
    const list = parsed<ByHash>(await old.read(file));
    if (Array.isArray(list?.cache_ids)) {
      const ids = list.cache_ids.map(({ cache_id }) => cache_id);
      lists.set(list.cache_hash, ids);
    } else
      remark({
        kind: 'damaged',
        file,
        reason: 'this by-hash file can not be read: its ids are in order of their times',
      });
  });
  return lists;
}

function reportGone(
  namespace: string,
  lists: ReadonlyMap<string, readonly string[]>,
  entries: readonly OldEntry[],
  remark: (remark: Remark) => void,
): void {
  const known = new Set(entries.map(({ cacheId }) => cacheId));
  for (const [hash, ids] of lists)
    for (const id of ids.filter((listed) => !known.has(listed)))
      remark({
        kind: 'gone',
        file: `${namespace}/${hash}`,
        reason: `${id} is listed, but no by-id file leads to it`,
      });
}

/** As the by-hash file has them; what it has lost in between, by its time. */
function inOrder(
  group: readonly OldEntry[],
  list: readonly string[] | undefined,
  remark: (remark: Remark) => void,
): OldEntry[] {
  const own = new Map(group.map((entry) => [entry.cacheId, entry]));
  const order = [...new Set(list)].flatMap((id) => own.get(id) ?? []);
  const listed = new Set(order);
  const lost = group.filter((entry) => !listed.has(entry)).sort((a, b) => a.storedAt - b.storedAt);
  for (const entry of lost) {
    if (list !== undefined) {
      const reason = `${entry.cacheId} was lost from its by-hash file, and is found again`;
      remark({ kind: 'found-again', file: `${entry.namespace}/${entry.hash}`, reason });
    }
    const next = order.findIndex(({ storedAt }) => storedAt > entry.storedAt);
    order.splice(next < 0 ? order.length : next, 0, entry);
  }
  return order;
}

/** Times that keep the order: one that is before its predecessor's, by the clocks of two writers, moves up to it. */
function inTime(order: readonly OldEntry[]): OrderedEntry[] {
  let [ms, turn] = [-1, 0];
  return order.map((entry) => {
    if (entry.storedAt > ms) [ms, turn] = [entry.storedAt, 0];
    else if (++turn === TURNS) [ms, turn] = [ms + 1, 0];
    return { ...entry, at: { ms, turn } };
  });
}

/** `undefined` for what is absent or no JSON: writes of the original that met left such files behind. */
function parsed<T>(bytes: Uint8Array | undefined): T | undefined {
  if (bytes === undefined) return undefined;
  try {
    const value = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}
