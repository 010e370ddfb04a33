import { BadContent, BadJson, BadName, type Cache, type Content } from '@sgraph-backbone/layer/cache';
import { abreast } from '@sgraph-backbone/layer/store';
import type { OldCache } from './old-cache.ts';
import { type OrderedEntry, type Remark, readOldEntries, WIDTH } from './old-entries.ts';

/** What an import of a cache did. */
export interface ImportedCache {
  namespaces: number;
  entries: number;
  hashes: number;
  childFiles: number;
  readonly remarks: Remark[];
}

/** The pipeline's own namespaces. */
const OWN = /^(sa|bb)-/;

/**
 * Takes the entries of a store of the original over, with their ids, hashes, order and child data. What is there
 * already stays as it is, so that a second run goes on where the first was broken off.
 */
export async function importCache(old: OldCache, cache: Cache): Promise<ImportedCache> {
  const done: ImportedCache = { namespaces: 0, entries: 0, hashes: 0, childFiles: 0, remarks: [] };
  const remark = (told: Remark) => void done.remarks.push(told);
  for (const namespace of await old.namespaces()) {
    if (OWN.test(namespace)) {
      const reason = 'names that begin with sa- or bb- belong to the pipeline';
      remark({ kind: 'not-taken', file: `${namespace}/`, reason });
      continue;
    }
    const entries = await readOldEntries(old, namespace, remark);
    if (entries.length > 0) done.namespaces++;
    done.hashes += new Set(entries.map(({ hash }) => hash)).size;
    // Who stored last on a place has it; ids before it lead to the same.
    const places = Map.groupBy(entries, ({ place }) => place);
    await abreast(places.values(), WIDTH, async (same) => {
      for (const entry of same.sort(newestFirst)) await takeOver(old, cache, entry, done);
    });
  }
  done.remarks.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
  return done;
}

function newestFirst(a: OrderedEntry, b: OrderedEntry): number {
  return b.at.ms - a.at.ms || b.at.turn - a.at.turn;
}

async function takeOver(
  old: OldCache,
  cache: Cache,
  entry: OrderedEntry,
  done: ImportedCache,
): Promise<void> {
  const remark = (file: string, reason: string) => done.remarks.push({ kind: 'not-taken', file, reason });
  const { namespace, cacheId, hash, strategy, cacheKey, fileId, jsonFieldPath, contentFile, at } = entry;
  const taken = await taking(contentFile, remark, async () => {
    const content = contentOf(contentFile, await old.read(contentFile), entry.contentEncoding);
    const place = { namespace, strategy, cacheKey, ...(fileId !== cacheId && { fileId }) };
    const named = { cacheId, hash, jsonFieldPath, storedAt: at.ms, turn: at.turn };
    await cache.adopt({ ...place, ...named, content });
  });
  if (!taken) return;
  done.entries++;
  for (const file of await old.list(`${entry.dataFolder}/`))
    if (await taking(file, remark, () => takeChild(old, cache, entry, file))) done.childFiles++;
}

/** What was stored under this name since the first import stays. */
async function takeChild(old: OldCache, cache: Cache, entry: OrderedEntry, file: string): Promise<void> {
  const { namespace, cacheId, dataFolder } = entry;
  const name = file.slice(dataFolder.length + 1);
  const [slash, dot] = [name.lastIndexOf('/'), name.lastIndexOf('.')];
  const place = { dataKey: name.slice(0, Math.max(slash, 0)), dataFileId: name.slice(slash + 1, dot) };
  const content = childOf(file, await old.read(file));
  if (await cache.child.exists(namespace, cacheId, { ...place, type: content.type })) return;
  await cache.child.put(namespace, cacheId, { ...place, content });
}

/** What no entry can hold is told, with its reason; the others go on. */
async function taking(
  file: string,
  remark: (file: string, reason: string) => void,
  take: () => Promise<void>,
): Promise<boolean> {
  try {
    await take();
    return true;
  } catch (error) {
    if (![BadContent, BadJson, BadName].some((type) => error instanceof type)) throw error;
    remark(file, (error as Error).message);
    return false;
  }
}

/** JSON files hold objects, and strings as JSON. */
function contentOf(file: string, bytes: Uint8Array | undefined, encoding: string | undefined): Content {
  if (bytes === undefined) throw new BadContent('its content file is gone');
  if (!file.endsWith('.json')) return { type: 'binary', bytes, encoding };
  const text = textOf(bytes);
  return text.trimStart().startsWith('"') ? { type: 'string', text: stringOf(text) } : { type: 'json', text };
}

function childOf(file: string, bytes: Uint8Array | undefined): Content {
  if (bytes === undefined) throw new BadContent('it has gone away');
  if (file.endsWith('.json')) return { type: 'json', text: textOf(bytes) };
  return file.endsWith('.txt') ? { type: 'string', text: textOf(bytes) } : { type: 'binary', bytes };
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new BadContent('it is not UTF-8', { cause });
  }
}

function stringOf(text: string): string {
  try {
    return JSON.parse(text) as string;
  } catch (cause) {
    throw new BadJson('it begins like a JSON string, and is none', { cause });
  }
}
