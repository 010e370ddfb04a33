import { type ObjectStore, readJson } from '@sgraph-backbone/layer/store';
import { type AuditEntry, auditFolder, auditNamesFrom } from './audit.ts';

export interface AuditQuestion {
  /** What stands before the dot of an action. @default all kinds */
  readonly kind?: string;
  /** Where the last page ended. */
  readonly after?: string;
  readonly limit: number;
}

export interface AuditPage {
  /** The newest first. */
  readonly entries: readonly AuditEntry[];
  /** Where the next page begins; absent at the end. */
  readonly next?: string;
}

/**
 * A page of the trail, the newest first. It lists as many names of each kind as the page has entries, and reads those
 * of the page alone, however old the trail is.
 */
export async function readAuditPage(data: ObjectStore, question: AuditQuestion): Promise<AuditPage> {
  const { limit, after = '' } = question;
  const kinds = question.kind === undefined ? await auditKinds(data) : [question.kind];
  const listed = await Promise.all(kinds.map((kind) => namesAfter(data, kind, after, limit + 1)));
  const found = listed.flat().sort((a, b) => (a.name < b.name ? -1 : 1));
  const shown = found.slice(0, limit);
  const entries = await readEntries(data, shown);
  return { entries, ...(found.length > limit && { next: shown.at(-1)!.name }) };
}

/** The entries of a day (UTC, `2026-02-16`), the oldest first. */
export async function readAudit(data: ObjectStore, day: string): Promise<AuditEntry[]> {
  const start = Date.parse(`${day}T00:00:00Z`);
  const [first, behind] = [auditNamesFrom(start + DAY - 1), auditNamesFrom(start - 1)];
  const found: Named[] = [];
  for (const kind of await auditKinds(data))
    for await (const entry of listNames(data, kind, first)) {
      if (entry.name >= behind) break;
      found.push(entry);
    }
  return readEntries(
    data,
    found.sort((a, b) => (a.name < b.name ? 1 : -1)),
  );
}

const DAY = 86_400_000;

interface Named {
  readonly name: string;
  readonly key: string;
}

/** Folders that have the name of a kind; whatever else lies beside them is none of ours. */
async function auditKinds(data: ObjectStore): Promise<string[]> {
  const kinds: string[] = [];
  for await (const row of data.list(auditFolder(''), { delimiter: '/' }))
    if ('prefix' in row) kinds.push(row.prefix.slice(auditFolder('').length, -1));
  return kinds.filter((kind) => /^[a-z]/.test(kind));
}

async function namesAfter(data: ObjectStore, kind: string, after: string, limit: number): Promise<Named[]> {
  const names: Named[] = [];
  for await (const entry of listNames(data, kind, after, limit)) names.push(entry);
  return names;
}

async function* listNames(
  data: ObjectStore,
  kind: string,
  after: string,
  limit?: number,
): AsyncIterable<Named> {
  const folder = auditFolder(kind);
  for await (const row of data.list(folder, { startAfter: folder + after, limit }))
    if (!('prefix' in row)) yield { key: row.key, name: row.key.slice(folder.length) };
}

async function readEntries(data: ObjectStore, named: readonly Named[]): Promise<AuditEntry[]> {
  const read = await Promise.all(named.map(({ key }) => readJson<AuditEntry>(data, key)));
  return read.flatMap((found) => found?.value ?? []);
}
