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
}

/** Keeps an entry for ever. The same entry again, of a command that was killed and run once more, is one entry. */
export async function writeAudit(data: ObjectStore, entry: AuditEntry): Promise<void> {
  try {
    await writeJson(data, auditKey(entry), entry, { ifNoneMatch: '*' });
  } catch (error) {
    // The key holds a hash of the entry, so what is there is the same.
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
