import { keyBasedFolder, keyBasedPath } from '@sgraph-backbone/layer/cache';
import { contentHash } from '@sgraph-backbone/layer/rollups';
import { Conflict, NAMESPACES, type ObjectStore, readJson, writeJson } from '@sgraph-backbone/layer/store';

/** Something that somebody did to what is counted, or to how. */
export interface AuditEntry {
  /** Epoch ms. */
  readonly at: number;
  /** Name of the API key, or `command line`. */
  readonly actor: string;
  /** `settings`, `forget`, `reprocess`, … */
  readonly action: string;
  /** What exactly; nothing personal. */
  readonly detail: Readonly<Record<string, unknown>>;
  /** Begun: who did it is at it still, or died before its end was kept. Absent once it has ended. */
  readonly unfinished?: true;
}

/** An entry that stands while what it names is done. */
export interface BegunAudit {
  /** Keeps that it was done, with what came of it. */
  done(result?: AuditEntry['detail']): Promise<void>;
  /** Takes the entry back: nothing was changed. */
  nothingDone(): Promise<void>;
}

/** Keeps for ever what is about to be done, before anything of it is: no death leaves a change that nobody made. */
export async function beginAudit(data: ObjectStore, entry: AuditEntry): Promise<BegunAudit> {
  const key = auditKey(entry);
  const etag = await writeBegun(data, key, entry);
  return {
    done: async (result = {}) =>
      void (await writeJson(data, key, { ...entry, detail: { ...entry.detail, ...result } })),
    nothingDone: () => (etag === undefined ? Promise.resolve() : withdraw(data, key, etag)),
  };
}

/** Keeps for ever what one write has done or is about to do; what takes longer has a beginning and an end. */
export async function appendAudit(data: ObjectStore, entry: AuditEntry): Promise<void> {
  await (await beginAudit(data, entry)).done();
}

/** Undefined: somebody else has begun the same at the same instant, and the entry is theirs. */
async function writeBegun(data: ObjectStore, key: string, entry: AuditEntry): Promise<string | undefined> {
  try {
    const { etag } = await writeJson(data, key, { ...entry, unfinished: true }, { ifNoneMatch: '*' });
    return etag;
  } catch (error) {
    if (error instanceof Conflict) return undefined;
    throw error;
  }
}

async function withdraw(data: ObjectStore, key: string, etag: string): Promise<void> {
  try {
    await data.delete(key, { ifMatch: etag });
  } catch (error) {
    // Somebody else has done the same at the same instant: the entry says so.
    if (!(error instanceof Conflict)) throw error;
  }
}

/** The entries of a day (UTC, `2026-02-16`), the oldest first. */
export async function readAudit(data: ObjectStore, day: string): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for await (const row of data.list(keyBasedFolder(NAMESPACES.audit, day))) {
    const found = 'prefix' in row ? undefined : await readJson<AuditEntry>(data, row.key);
    if (found) entries.push(found.value);
  }
  return entries;
}

function auditKey(entry: AuditEntry): string {
  const day = new Date(entry.at).toISOString().slice(0, 10);
  const id = contentHash(entry).slice(0, 16);
  return keyBasedPath(NAMESPACES.audit, day, `${entry.at}-${id}`, 'json');
}
