import {
  listMarkers,
  liveLocation,
  type Pipeline,
  readEntry,
  readLocation,
} from '@sgraph-backbone/layer/ledger';
import { abreast, Conflict, OBSERVABILITY } from '@sgraph-backbone/layer/store';

export interface ArchiveAnswer {
  readonly archived: { readonly from: string; readonly to: string }[];
  readonly kept: { readonly key: string; readonly reason: string }[];
}

/**
 * Moves a processed log object out of `live/`, so that it is a queue of unprocessed work: by the ETag that
 * was ingested, when the ledger says active and then no marker of it is left. After the move the ledger is
 * read again, and the object put back unless it still is active.
 */
export async function archiveObject(pipeline: Pipeline, key: string): Promise<ArchiveAnswer> {
  const kept = (reason: string) => ({ archived: [], kept: [{ key, reason }] });
  const found = await pipeline.observability.head(key);
  if (found === undefined) return kept('it is gone');
  const seen = await readLocation(pipeline.data, liveLocation(key));
  if (seen?.etag !== found.etag) return kept('it has not been ingested');
  if (!(await isActive(pipeline, seen.object_id))) return kept('it is not counted');
  if ((await listMarkers(pipeline.data, seen.object_id)).length > 0) return kept('its roll-ups are pending');
  const to = OBSERVABILITY.archive + key.slice(OBSERVABILITY.live.length);
  try {
    const moved = await pipeline.observability.move(key, to, { ifMatch: found.etag });
    if (await isActive(pipeline, seen.object_id)) return { archived: [{ from: key, to }], kept: [] };
    await pipeline.observability.move(to, key, { ifMatch: moved.etag });
    return kept('it was removed meanwhile');
  } catch (error) {
    if (error instanceof Conflict) return kept('it changed meanwhile');
    throw error;
  }
}

/** Archives what is processed among these keys, or among everything in `live/`, until it `isEnough`. */
export async function archive(
  pipeline: Pipeline,
  keys?: readonly string[],
  limit?: number,
  isEnough?: () => boolean,
): Promise<ArchiveAnswer> {
  const answer: ArchiveAnswer = { archived: [], kept: [] };
  const work = async (key: string) => {
    const { archived, kept } = await archiveObject(pipeline, key);
    answer.archived.push(...archived);
    answer.kept.push(...kept);
  };
  await abreast(keys ?? (await liveKeys(pipeline, limit)), pipeline.abreast ?? 1, work, isEnough);
  return answer;
}

/** What waits in `live/`, in key order. */
export async function liveKeys({ observability }: Pipeline, limit?: number): Promise<string[]> {
  const keys: string[] = [];
  for await (const row of observability.list(OBSERVABILITY.live, { limit }))
    if (!('prefix' in row)) keys.push(row.key);
  return keys;
}

async function isActive({ data }: Pipeline, objectId: string): Promise<boolean> {
  return (await readEntry(data, objectId))?.value.state === 'active';
}
