import { keyBasedFolder } from '@sgraph-backbone/layer/cache';
import { verifyStore } from '@sgraph-backbone/layer/derived';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { listMarkers } from '@sgraph-backbone/layer/ledger';
import type { Rollup } from '@sgraph-backbone/layer/rollups';
import { NAMESPACES, OBSERVABILITY, readJson, type Store } from '@sgraph-backbone/layer/store';
import { type IngestAnswer, type IngestOptions, ingestSource } from '../../lambdas/ingest/ingest.ts';
import { fileSource } from '../../local/files/file-source.ts';
import type { Machine } from '../../local/pipeline.ts';
import { createSession, type Session } from '../../local/session.ts';

/** A store and what `import` does with files, without the process around it. */
export interface Importing {
  readonly store: Store;
  readonly session: Session;
  add(path: string, options?: Partial<IngestOptions>): Promise<IngestAnswer>;
}

/** A session on a store, by default a new one in memory. */
export async function openImporting(store?: Store, machine?: Machine): Promise<Importing> {
  const opened = store ?? (await openStore('memory:'));
  const session = await createSession(opened, { machine });
  return {
    store: opened,
    session,
    add: async (path, options = {}) => {
      const source = await fileSource(path);
      if (source === undefined) throw new Error(`${path} is not there`);
      return ingestSource(session.pipeline, { ...session.ingestOptions, ...options }, source);
    },
  };
}

/** What must hold whenever nothing is under way: no marker is left, everything follows from what it is made of. */
export async function problemsOf({ session, store }: Importing): Promise<string[]> {
  const problems = (await listMarkers(store.data)).map((marker) => `marker of ${marker.object_id} is left`);
  for await (const { outcome, what, why } of verifyStore(session.pipeline))
    if (outcome !== 'same') problems.push(`${outcome} ${what}: ${why}`);
  return problems;
}

/** Every stored roll-up. */
export async function rollupsOf({ data }: Store): Promise<Rollup[]> {
  const rollups: Rollup[] = [];
  for await (const row of data.list(keyBasedFolder(NAMESPACES.cloudfront.aggregate, '')))
    if (!('prefix' in row)) rollups.push((await readJson<Rollup>(data, row.key))?.value as Rollup);
  return rollups;
}

/** Content hashes of every roll-up, which are what a reader can see. */
export async function hashesOf(store: Store): Promise<Record<string, string>> {
  const rollups = await rollupsOf(store);
  return Object.fromEntries(
    rollups.map(({ feed, period, time_key, status, content_hash }) => [
      `${feed} ${period} ${time_key}`,
      `${status} ${content_hash}`,
    ]),
  );
}

/** Requests of all years of all feeds. */
export async function totalRequests(store: Store): Promise<number> {
  const years = (await rollupsOf(store)).filter(({ period }) => period === 'yearly');
  return years.reduce((sum, { measures }) => sum + (measures.all.total_requests ?? 0), 0);
}

/** A new store on disk with the secrets of another one: the hashes of visitors are the same then. */
export async function storeWithSecrets(folder: string, fromFolder: string): Promise<void> {
  const from = await openStore(`disk:${fromFolder}`);
  const to = await openStore(`disk:${folder}`);
  for await (const row of from.observability.list(OBSERVABILITY.secrets)) {
    const secret = 'prefix' in row ? undefined : await from.observability.get(row.key);
    if (secret) await to.observability.put(secret.key, secret.bytes);
  }
  await from.close();
  await to.close();
}

/** Content hashes of what a store on disk holds. */
export async function hashesIn(folder: string): Promise<Record<string, string>> {
  const store = await openStore(`disk:${folder}`);
  const hashes = await hashesOf(store);
  await store.close();
  return hashes;
}

/** What `problemsOf` says of a store on disk. */
export async function problemsIn(folder: string): Promise<string[]> {
  const importing = await openImporting(await openStore(`disk:${folder}`));
  const problems = await problemsOf(importing);
  await importing.session.close();
  return problems;
}
