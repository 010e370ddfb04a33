import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '@sgraph-backbone/layer/runtime';
import { Conflict, OBSERVABILITY, type ObjectStore } from '@sgraph-backbone/layer/store';
import { unfinishedReason } from './files/unfinished.ts';

export interface Arrivals {
  /** Looks once; a file is taken up when it looks the same as at an earlier look of long enough ago. */
  look(): Promise<void>;
  stop(): void;
}

export interface ArrivalsOptions {
  readonly folder: string;
  readonly observability: ObjectStore;
  /** Called with the key below `live/` of what arrived. */
  readonly onArrival: (key: string) => void;
  /** Called once for each state of a file that stands still and looks as if more of it were to come. */
  readonly onIncomplete?: (message: string) => void;
  readonly log: Log;
  /** How long size and time of a file must have stood still, ms. @default 2_000 */
  readonly stillness?: number;
  /** How long a file that looks incomplete must have stood still to be taken as it is, ms. @default 60_000 */
  readonly patience?: number;
  /** Between two looks, ms. @default 500 */
  readonly interval?: number;
}

/** Before a file that could not arrive is tried again, ms. */
const PAUSE = 60_000;

/** Larger files are for `import`, which streams them. */
const MOST_BYTES = 1024 * 1024 * 1024;

/**
 * Watches a folder by looking: copies that take long and file systems without notifications are no special
 * cases. A file that has arrived moves into `live/`.
 */
export async function watchArrivals(options: ArrivalsOptions): Promise<Arrivals> {
  const { folder, log, interval = 500 } = options;
  await mkdir(folder, { recursive: true });
  const seen: Seen = new Map();
  let looking = false;
  const look = async () => {
    if (looking) return;
    looking = true;
    try {
      await takeUp(options, seen);
    } catch (error) {
      log.error('arrivals could not be read', { folder, error });
    } finally {
      looking = false;
    }
  };
  const timer = setInterval(() => void look(), interval);
  return { look, stop: () => clearInterval(timer) };
}

interface Sight {
  readonly stamp: string;
  readonly since: number;
  /** Looked into, and found to be only a part. */
  incomplete?: boolean;
}

type Seen = Map<string, Sight>;

const STILLNESS = 2_000;
const PATIENCE = 60_000;

async function takeUp(options: ArrivalsOptions, seen: Seen): Promise<void> {
  const names = await namesIn(options.folder);
  for (const name of seen.keys()) if (!names.includes(name)) seen.delete(name);
  for (const name of names) {
    const stamp = await stampOf(join(options.folder, name));
    const before = seen.get(name);
    if (before?.stamp !== stamp) seen.set(name, { stamp, since: Date.now() });
    else if (Date.now() - before.since >= stillnessOf(options, before))
      await arriveOrStay(options, seen, name, before);
  }
}

function stillnessOf({ stillness = STILLNESS, patience = PATIENCE }: ArrivalsOptions, sight: Sight): number {
  return sight.incomplete ? patience : stillness;
}

/** Changes with every write; a file that went away meanwhile has a stamp too, and is not named again. */
async function stampOf(path: string): Promise<string> {
  try {
    const { size, mtimeMs } = await stat(path);
    return `${size}-${mtimeMs}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return 'gone';
  }
}

async function namesIn(folder: string): Promise<string[]> {
  const rows = await readdir(folder, { withFileTypes: true, recursive: true });
  return rows
    .filter((row) => row.isFile() && !row.name.startsWith('.'))
    .map((row) => join(row.parentPath, row.name).slice(folder.length + 1))
    .sort();
}

/** One file that can't arrive never stops the others. */
async function arriveOrStay(options: ArrivalsOptions, seen: Seen, name: string, sight: Sight): Promise<void> {
  try {
    await arrive(options, name, sight);
  } catch (error) {
    options.log.error('a file could not arrive; it stays where it is, and is tried again', {
      file: name,
      error,
    });
    seen.set(name, { ...sight, since: Date.now() + PAUSE });
  }
}

async function arrive(options: ArrivalsOptions, name: string, sight: Sight): Promise<void> {
  const { folder, observability, onArrival } = options;
  const path = join(folder, name);
  const { size } = await stat(path);
  if (size > MOST_BYTES) throw new Error(`larger than ${MOST_BYTES} bytes: import it instead`);
  const bytes = await readFile(path);
  // Written to while it was read: it has not arrived yet.
  if ((await stampOf(path)) !== sight.stamp) return;
  if (!sight.incomplete && (await waitsForMore(options, name, sight, bytes))) return;
  const key = OBSERVABILITY.live + name;
  try {
    await observability.put(key, bytes, { ifNoneMatch: '*' });
  } catch (error) {
    // An earlier file of this name has not been processed yet: this one waits for its place.
    if (error instanceof Conflict) return;
    throw error;
  }
  // Only now: a process that dies in between leaves two copies of one object, which count once.
  await rm(path);
  onArrival(key);
}

/** A copy that pauses is not to be taken half: what is cut off has longer to become whole. */
async function waitsForMore(
  { log, onIncomplete, patience = PATIENCE }: ArrivalsOptions,
  name: string,
  sight: Sight,
  bytes: Uint8Array,
): Promise<boolean> {
  const reason = await unfinishedReason(bytes);
  if (reason === undefined) return false;
  sight.incomplete = true;
  const message = `arrivals/${name} is incomplete: ${reason}; it is taken when it is whole, or as it is when nothing has changed for ${patience / 1000} s`;
  log.warn(message);
  onIncomplete?.(message);
  return true;
}
