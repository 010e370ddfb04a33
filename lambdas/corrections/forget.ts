import { heldBatches, type SitePipeline } from '@sgraph-backbone/layer/derived';
import {
  beginAudit,
  entriesFolder,
  isRecorded,
  type LedgerEntry,
  RemovalRefused,
  type RemoveOutcome,
  readEntry,
  removeObject,
} from '@sgraph-backbone/layer/ledger';
import { compileGlob } from '@sgraph-backbone/layer/logs';
import { readJson } from '@sgraph-backbone/layer/store';

/** One object, or all objects that were seen at places of a pattern (`*` is any text). */
export type ForgetTarget = { readonly object_id: string } | { readonly location: string };

export interface Forgotten {
  readonly object_id: string;
  /** Absent when the whole object was named. */
  readonly location?: string;
  readonly outcome: RemoveOutcome | 'refused';
  readonly records: number;
  /** Why it was refused. */
  readonly reason?: string;
}

/** What a target names, without touching it: an object that has other places only loses the ones named. */
export async function findForgettable(
  { data }: SitePipeline,
  target: ForgetTarget,
): Promise<{ readonly entry: LedgerEntry; readonly location?: string }[]> {
  if ('object_id' in target) {
    const found = await readEntry(data, target.object_id);
    return found?.value.state === 'active' ? [{ entry: found.value }] : [];
  }
  const matches = compileGlob(target.location);
  const found: { entry: LedgerEntry; location: string }[] = [];
  for await (const row of data.list(entriesFolder())) {
    const entry = 'prefix' in row ? undefined : (await readJson<LedgerEntry>(data, row.key))?.value;
    if (entry?.state !== 'active') continue;
    for (const location of entry.locations)
      if (matches(location) || matches(placeOf(location))) found.push({ entry, location });
  }
  return found;
}

/** Takes objects out of every number. What can't be taken out without losing others is refused by name. */
export async function forget(
  pipeline: SitePipeline,
  target: ForgetTarget,
  actor: string,
): Promise<Forgotten[]> {
  if ('object_id' in target && isRecorded(target.object_id)) return [refusedRecorded(target.object_id)];
  const context = { ...pipeline, heldBatches: heldBatches(pipeline.data) };
  const entry = { at: pipeline.now(), actor, action: 'forget', detail: { ...target } };
  const audit = await beginAudit(pipeline.data, entry);
  const answers: Forgotten[] = [];
  for (const { entry, location } of await findForgettable(pipeline, target)) {
    const { object_id, records } = entry;
    try {
      answers.push({
        object_id,
        location,
        records,
        outcome: await removeObject(context, object_id, location),
      });
    } catch (error) {
      if (!(error instanceof RemovalRefused)) throw error;
      answers.push({ object_id, location, records, outcome: 'refused', reason: error.message });
    }
  }
  await audit.done({ objects: answers.map(({ object_id, outcome }) => ({ object_id, outcome })) });
  return answers;
}

/** Events of applications came in no object: nothing says which of them belong together. */
function refusedRecorded(object_id: string): Forgotten {
  const reason =
    "events of applications can't be forgotten: they are no object that was delivered, and hold nothing personal";
  return { object_id, outcome: 'refused', records: 0, reason };
}

/** A location without its scheme: what a person calls the file. */
function placeOf(location: string): string {
  return location.slice(location.indexOf(':') + 1);
}
