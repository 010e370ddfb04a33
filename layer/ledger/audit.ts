import { keyBasedFolder, keyBasedPath } from '@sgraph-backbone/layer/cache';
import { contentHash } from '@sgraph-backbone/layer/rollups';
import { Conflict, NAMESPACES, type ObjectStore, writeJson } from '@sgraph-backbone/layer/store';

/** Something that somebody did: to what is counted, to how, or to who may do what. */
export interface AuditEntry {
  /** Epoch ms. */
  readonly at: number;
  /** Name of the API key, or `command line`. */
  readonly actor: string;
  /** `settings`, `forget`, `keys.rotate`, …: what stands before a dot is its kind, and kinds are few. */
  readonly action: string;
  /** What exactly; nothing personal, and never a key. */
  readonly detail: Readonly<Record<string, unknown>>;
  /** Begun: who did it is at it still, or died before its end was kept. Absent once it has ended. */
  readonly unfinished?: true;
  /** Begun, and then nothing was changed: somebody else was faster. */
  readonly nothing_done?: true;
}

/** An entry that stands while what it names is done. */
export interface BegunAudit {
  /** Keeps that it was done, with what came of it. */
  done(result?: AuditEntry['detail']): Promise<void>;
  /** Keeps that nothing was changed. Nothing is ever taken out of the trail. */
  nothingDone(): Promise<void>;
}

/** Keeps for ever what is about to be done, before anything of it is: no death leaves a change that nobody made. */
export async function beginAudit(data: ObjectStore, entry: AuditEntry): Promise<BegunAudit> {
  const key = auditKey(entry);
  const etag = await writeNew(data, key, { ...entry, unfinished: true });
  return {
    done: async (result = {}) =>
      void (await writeJson(data, key, { ...entry, detail: { ...entry.detail, ...result } })),
    nothingDone: () => (etag === undefined ? Promise.resolve() : giveUp(data, key, entry, etag)),
  };
}

/** Where the entries of a kind lie, or the kinds: names in byte order are the newest first. */
export function auditFolder(kind: string): string {
  return keyBasedFolder(NAMESPACES.audit, kind);
}

/** The first name that an entry of this instant, or of one before it, can have. */
export function auditNamesFrom(at: number): string {
  return String(LAST_INSTANT - at).padStart(13, '0');
}

/** 13 digits, as instants have until the year 2286: what is left until then counts down. */
const LAST_INSTANT = 9_999_999_999_999;

function auditKey(entry: AuditEntry): string {
  const kind = entry.action.split('.')[0]!;
  const id = contentHash(entry).slice(0, 16);
  return keyBasedPath(NAMESPACES.audit, kind, `${auditNamesFrom(entry.at)}-${id}`, 'json');
}

/** Undefined: somebody else has begun the same at the same instant, and the entry is theirs. */
async function writeNew(data: ObjectStore, key: string, entry: AuditEntry): Promise<string | undefined> {
  try {
    const { etag } = await writeJson(data, key, entry, { ifNoneMatch: '*' });
    return etag;
  } catch (error) {
    if (error instanceof Conflict) return undefined;
    throw error;
  }
}

async function giveUp(data: ObjectStore, key: string, entry: AuditEntry, etag: string): Promise<void> {
  try {
    await writeJson(data, key, { ...entry, nothing_done: true }, { ifMatch: etag });
  } catch (error) {
    // Somebody else has done the same at the same instant: the entry says so.
    if (!(error instanceof Conflict)) throw error;
  }
}
