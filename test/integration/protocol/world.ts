import { createHash } from 'node:crypto';
import { keyBasedFolder } from '@sgraph-backbone/layer/cache';
import { verifyStore } from '@sgraph-backbone/layer/derived';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { listFeeds, listMarkers, type Source } from '@sgraph-backbone/layer/ledger';
import { createLogReader } from '@sgraph-backbone/layer/logs';
import { PERIODS, type Rollup } from '@sgraph-backbone/layer/rollups';
import { NAMESPACES, OBSERVABILITY, readJson, type Store } from '@sgraph-backbone/layer/store';
import { type IngestAnswer, ingestSource } from '../../../lambdas/ingest/ingest.ts';
import { ingestLive } from '../../../lambdas/ingest/ingest-live.ts';
import { DEFAULT_RETENTION } from '../../../lambdas/sweep/expire.ts';
import { type SweepAnswer, type SweepContext, sweep } from '../../../lambdas/sweep/sweep.ts';
import type { Machine } from '../../../local/pipeline.ts';
import { createSession, type Session } from '../../../local/session.ts';
import { type Around, aroundStore } from '../../stores/index.ts';

/** Reading is what a process shares: tables that are made anew for each session take longer than a small file. */
const reader = createLogReader();

/** A store with its clock, and files that lie beside it as on a laptop. Secrets depend on their names alone. */
export interface World {
  readonly store: Store;
  readonly clock: { now: number };
  readonly files: Map<string, Uint8Array>;
}

export async function createWorld(now: number, store?: Store): Promise<World> {
  const clock = { now };
  return { clock, files: new Map(), store: store ?? (await openStore('memory:', { now: () => clock.now })) };
}

export interface ImportOptions {
  readonly around?: Around;
  readonly distribution?: string;
  readonly otherContent?: 'refuse' | 'replace' | 'add';
  /** Of lines without a header. */
  readonly fields?: readonly string[];
}

/** What `import` does with these files, on a store that may fail or die. */
export async function importFiles(
  world: World,
  names: readonly string[],
  { around, distribution = 'EWORLD', otherContent, fields }: ImportOptions = {},
): Promise<IngestAnswer[]> {
  const session = await openSession(world, around);
  const answers: IngestAnswer[] = [];
  for (const name of names) {
    const source = fileSource(world, name);
    const options = { ...session.ingestOptions, distribution, otherContent, fields };
    if (source) answers.push(await ingestSource(session.pipeline, options, source));
  }
  await session.carryThrough();
  return answers;
}

/** A delivery into `live/`: the object, then the event. */
export async function deliver(world: World, name: string, around?: Around): Promise<void> {
  const key = OBSERVABILITY.live + name;
  await world.store.observability.put(key, world.files.get(name) as Uint8Array);
  const session = await openSession(world, around);
  await ingestLive(session.pipeline, { ...session.ingestOptions, distribution: 'EWORLD' }, key);
  await session.carryThrough();
}

export async function sweepWorld(
  world: World,
  around?: Around,
  more: Partial<SweepContext> = {},
): Promise<SweepAnswer> {
  const session = await openSession(world, around);
  const { openPlace } = session.ingestOptions;
  const options = { ...session.ingestOptions, distribution: 'EWORLD' };
  return sweep({
    pipeline: session.pipeline,
    options,
    openSource: async ({ location, etag }) => {
      const source = await openPlace(location);
      return source?.etag === etag ? source : undefined;
    },
    retention: DEFAULT_RETENTION,
    ...more,
  });
}

export async function openSession(world: World, around?: Around): Promise<Session> {
  const store = around ? aroundStore(world.store, around) : world.store;
  const openPlace = async (location: string) => fileSource(world, location.slice('file:/'.length));
  const session = await createSession(store, { machine: machineOf(world), openPlace });
  return { ...session, ingestOptions: { ...session.ingestOptions, reader } };
}

/** Content hashes of every roll-up by key, with their status: what a reader can see. */
export async function hashesOf(
  world: World,
  { aggregate } = NAMESPACES.cloudfront as Pick<(typeof NAMESPACES)['analytics' | 'cloudfront'], 'aggregate'>,
): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for await (const row of world.store.data.list(keyBasedFolder(aggregate, ''))) {
    if ('prefix' in row) continue;
    const rollup = (await readJson<Rollup>(world.store.data, row.key))?.value as Rollup;
    hashes[`${rollup.feed} ${rollup.period} ${rollup.time_key}`] = `${rollup.status} ${rollup.content_hash}`;
  }
  return hashes;
}

export async function rollupsOf(world: World): Promise<Rollup[]> {
  const rollups: Rollup[] = [];
  for await (const row of world.store.data.list(keyBasedFolder(NAMESPACES.cloudfront.aggregate, '')))
    if (!('prefix' in row))
      rollups.push((await readJson<Rollup>(world.store.data, row.key))?.value as Rollup);
  return rollups.sort((a, b) => PERIODS.indexOf(a.period) - PERIODS.indexOf(b.period));
}

/** What must hold whenever nothing is under way: no marker is left, and everything follows from what it is made of. */
export async function problemsAtRest(world: World): Promise<string[]> {
  const session = await openSession(world);
  const problems = (await listMarkers(world.store.data)).map(
    (marker) => `marker ${marker.object_id} is left`,
  );
  for await (const { outcome, what, why } of verifyStore(session.pipeline))
    if (outcome !== 'same') problems.push(`${outcome} ${what}: ${why}`);
  return problems;
}

/** All requests of a feed's years. */
export async function totalRequests(world: World): Promise<number> {
  const rollups = await rollupsOf(world);
  return rollups
    .filter(({ period }) => period === 'yearly')
    .reduce((sum, { measures }) => sum + (measures.all.total_requests ?? 0), 0);
}

export async function coverageOfWorld(world: World) {
  return Object.fromEntries(
    (await listFeeds(world.store.data)).map(({ feed, intervals }) => [feed, intervals]),
  );
}

function fileSource(world: World, name: string): Source | undefined {
  const bytes = world.files.get(name);
  if (bytes === undefined) return undefined;
  const etag = stampOf(bytes);
  return {
    location: `file:/${name}`,
    etag,
    name,
    size: bytes.length,
    async *chunks() {
      yield bytes;
    },
    isStillThere: async () => {
      const now = world.files.get(name);
      return now !== undefined && stampOf(now) === etag;
    },
  };
}

function machineOf({ clock }: World): Machine {
  let ids = 0;
  const seed = (name: string) => createHash('sha256').update(`secret of ${name}`).digest();
  return {
    now: () => clock.now,
    newId: () => `${clock.now}-${process.hrtime.bigint()}-${++ids}`,
    randomness: { bytes: seed, id: (name) => seed(name).toString('hex', 0, 4) },
  };
}

function stampOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}
