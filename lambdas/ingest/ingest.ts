import { heldBatches } from '@sgraph-backbone/layer/derived';
import {
  addObject,
  liveKeyOf,
  type OpenPlace,
  type Pipeline,
  RemovalRefused,
  readEntry,
  readLocation,
  removeObject,
  type Source,
  SourceUnreadable,
} from '@sgraph-backbone/layer/ledger';
import { LogRefused } from '@sgraph-backbone/layer/logs';
import { keepRules } from '@sgraph-backbone/layer/settings';
import { Conflict, OBSERVABILITY } from '@sgraph-backbone/layer/store';
import { NothingReadable, type ReadObject, type ReadOptions, readObject } from './read-object.ts';

/** What happened to one log object; member names are those that clients of the predecessor know. */
export interface IngestAnswer {
  readonly log_file_key: string;
  /** `gone`: somebody else moved the object away, after or while it was ingested. */
  readonly outcome: 'ingested' | 'already_known' | 'replaced' | 'empty' | 'refused' | 'gone';
  readonly object_id?: string;
  readonly records_parsed: number;
  readonly records_stored: number;
  readonly quarantined: number;
  readonly excluded: number;
  readonly visitors_unmeasured: number;
  readonly windows: readonly { readonly feed: string; readonly window: string }[];
  readonly bytes: number;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  /** The first of the quarantined lines. */
  readonly quarantine: readonly { readonly line: number; readonly reason: string }[];
}

export interface IngestOptions extends ReadOptions {
  /** Opens the place of a source again that changed while it was read. */
  readonly openPlace: OpenPlace;
  /** What to do when a path that was imported before holds other content. @default 'refuse' */
  readonly otherContent?: 'refuse' | 'replace' | 'add';
  /** What is larger is refused unread. @default none is too large */
  readonly largest?: {
    readonly bytes: number;
    readonly reason: (source: Pick<Source, 'location' | 'size'>) => string;
  };
}

// Every round means that somebody else wrote; more of them than this is a fault, not a race.
const MOST_ROUNDS = 20;

/** Reads one log object and adds it, once, however often it comes. Throws only what is not the object's fault. */
export async function ingestSource(
  pipeline: Pipeline,
  options: IngestOptions,
  source: Source,
): Promise<IngestAnswer> {
  let current: Source | undefined = source;
  for (let round = 0; round < MOST_ROUNDS && current; round++) {
    const answer = await ingestOnce(pipeline, options, current);
    if (answer !== 'changed') return answer;
    current = await options.openPlace(current.location);
  }
  if (current === undefined) return { ...NOTHING, log_file_key: source.location, outcome: 'gone' };
  const reason = `it changed ${MOST_ROUNDS} times while it was read`;
  if (liveKeyOf(source.location) !== undefined) throw new Error(`${source.location}: ${reason}`);
  return { ...NOTHING, log_file_key: source.location, outcome: 'refused', errors: [reason] };
}

async function ingestOnce(
  pipeline: Pipeline,
  options: IngestOptions,
  source: Source,
): Promise<IngestAnswer | 'changed'> {
  const { largest } = options;
  if (largest && source.size > largest.bytes) return refuse(pipeline, source, largest.reason(source));
  let object: ReadObject;
  try {
    object = await readObject(pipeline, options, source);
  } catch (error) {
    if (error instanceof Conflict) return 'changed';
    if (error instanceof LogRefused || error instanceof SourceUnreadable)
      return refuse(pipeline, source, error.message, linesOf(error));
    throw error;
  }
  try {
    return await add(pipeline, options, source, object);
  } finally {
    object.close();
  }
}

async function add(
  pipeline: Pipeline,
  options: IngestOptions,
  source: Source,
  object: ReadObject,
): Promise<IngestAnswer | 'changed'> {
  const displaced = await makeRoom(pipeline, options, source, object.object_id);
  if (displaced.refusal !== undefined) return refuse(pipeline, source, displaced.refusal);
  await keepRules(pipeline.data, options.settings);
  const outcome = await addObject(pipeline, object, source);
  if (outcome === 'changed') return outcome;
  return answerOf(object, source, displaced.replaced ? 'replaced' : outcome);
}

/** There is no replacing: what was at a path is removed, then the new content is added. */
async function makeRoom(
  pipeline: Pipeline,
  { otherContent = 'refuse' }: IngestOptions,
  source: Source,
  objectId: string,
): Promise<{ readonly refusal?: string; readonly replaced?: boolean }> {
  if (liveKeyOf(source.location) !== undefined) return {};
  const before = await readLocation(pipeline.data, source.location);
  if (before === undefined || before.object_id === objectId) return {};
  const entry = await readEntry(pipeline.data, before.object_id);
  if (entry?.value.state !== 'active' || !entry.value.locations.includes(source.location)) return {};
  if (otherContent === 'add') return {};
  if (otherContent === 'refuse')
    return {
      refusal:
        'other content was imported from this path before: --replace removes what was there first, --add counts both',
    };
  return replace(pipeline, source, before.object_id);
}

async function replace(pipeline: Pipeline, source: Source, objectId: string) {
  try {
    const context = { ...pipeline, heldBatches: heldBatches(pipeline.data) };
    await removeObject(context, objectId, source.location);
    return { replaced: true };
  } catch (error) {
    if (error instanceof RemovalRefused) return { refusal: error.message };
    throw error;
  }
}

/** A refused object leaves nothing but its place in `refused/`, with the reason. What was cut short while it was
 * read may be whole by now. */
async function refuse(
  { observability }: Pipeline,
  source: Source,
  reason: string,
  lines: Partial<IngestAnswer> = {},
): Promise<IngestAnswer | 'changed'> {
  if (!(await source.isStillThere())) return 'changed';
  const key = liveKeyOf(source.location);
  if (key !== undefined) {
    const to = OBSERVABILITY.refused + key.slice(OBSERVABILITY.live.length);
    try {
      await observability.move(key, to, { ifMatch: source.etag, metadata: { reason } });
    } catch (error) {
      if (error instanceof Conflict) return 'changed';
      throw error;
    }
  }
  return { ...NOTHING, ...lines, log_file_key: source.location, outcome: 'refused', errors: [reason] };
}

/** Lines of a refused log are lines too: none of them is dropped without a word. */
function linesOf(error: Error): Partial<IngestAnswer> {
  return error instanceof NothingReadable
    ? { records_parsed: error.records, quarantined: error.records }
    : {};
}

/** Enough to see what is wrong with a file. */
const QUARANTINE_SHOWN = 3;

function answerOf(
  object: ReadObject,
  source: Source,
  outcome: 'ingested' | 'already_known' | 'replaced',
): IngestAnswer {
  const { records, quarantined, excluded, visitors_unmeasured, size, warnings } = object.facts;
  return {
    log_file_key: source.location,
    outcome: outcome === 'ingested' && records === 0 ? 'empty' : outcome,
    object_id: object.object_id,
    records_parsed: records,
    records_stored: records - quarantined - excluded,
    quarantined,
    excluded,
    visitors_unmeasured,
    windows: object.windows,
    bytes: size,
    errors: [],
    warnings,
    quarantine: object.quarantine.slice(0, QUARANTINE_SHOWN),
  };
}

const NOTHING = {
  records_parsed: 0,
  records_stored: 0,
  quarantined: 0,
  excluded: 0,
  visitors_unmeasured: 0,
  windows: [],
  bytes: 0,
  errors: [],
  warnings: [],
  quarantine: [],
} as const;
