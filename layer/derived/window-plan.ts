import type { BatchName, LedgerEntry, WindowOfFeed } from '@sgraph-backbone/layer/ledger';
import { counts } from '@sgraph-backbone/layer/ledger';

/** A batch whose sums are in a window. */
export interface HeldBatch {
  /** `<object id>.<generation>`. */
  readonly name: string;
  readonly content_hash: string;
  /** Its raw data has expired: the sums stay for ever. */
  readonly expired?: true;
}

/** What has to be done to a window so that it holds what counts, once. */
export type WindowPlan =
  | { readonly kind: 'extend'; readonly add: readonly BatchName[]; readonly expired: ReadonlySet<string> }
  | { readonly kind: 'anew'; readonly batches: readonly BatchName[]; readonly reason: 'forget' | 'rules' };

/** A held batch was revoked, but another one has expired, so the sums can't be made again. */
export class WindowUnmergeable extends Error {
  override readonly name = 'WindowUnmergeable';

  constructor({ feed, window }: WindowOfFeed, revoked: readonly string[], expired: readonly string[]) {
    super(`${feed} ${window}: ${revoked.join(', ')} no longer counts, but ${expired.join(', ')} has expired`);
  }
}

export interface PlanInput {
  readonly window: WindowOfFeed;
  readonly held: readonly HeldBatch[];
  readonly listed: readonly BatchName[];
  readonly entryOf: (objectId: string) => Promise<LedgerEntry | undefined>;
}

/**
 * Compares what a window holds with what is listed. A held batch that is no longer listed has expired,
 * unless the ledger says that its object was removed or counts in another generation: then the window is
 * merged anew from what is listed and active. It never holds two generations of one object.
 */
export async function planWindow(input: PlanInput): Promise<WindowPlan> {
  const { held, listed } = input;
  const names = new Set(listed.map((batch) => batch.name));
  const gone = held.filter((batch) => !batch.expired && !names.has(batch.name));
  const revoked: string[] = [];
  const expired = new Set(held.filter((batch) => batch.expired).map((batch) => batch.name));
  for (const { name } of gone) {
    if (await isActive(input, name)) expired.add(name);
    else revoked.push(name);
  }
  const heldNames = new Set(held.map((batch) => batch.name));
  const add = await activeOf(
    input,
    listed.filter((batch) => !heldNames.has(batch.name)),
  );
  revoked.push(...replacedBy(add, held));
  if (revoked.length === 0) return { kind: 'extend', add, expired };
  const kept = [...expired].filter((name) => !revoked.includes(name));
  if (kept.length > 0) throw new WindowUnmergeable(input.window, revoked, kept);
  const batches = await activeOf(input, listed);
  return { kind: 'anew', batches, reason: (await isRemoved(input, revoked)) ? 'forget' : 'rules' };
}

async function isRemoved({ entryOf }: PlanInput, names: readonly string[]): Promise<boolean> {
  for (const name of names) if ((await entryOf(splitName(name).objectId))?.state === 'removed') return true;
  return false;
}

/** Held batches of objects that come in again in another generation. */
function replacedBy(add: readonly BatchName[], held: readonly HeldBatch[]): string[] {
  const objects = new Set(add.map((batch) => batch.object_id));
  return held.map((batch) => batch.name).filter((name) => objects.has(splitName(name).objectId));
}

async function activeOf(input: PlanInput, batches: readonly BatchName[]): Promise<BatchName[]> {
  const active: BatchName[] = [];
  for (const batch of batches) if (await isActive(input, batch.name)) active.push(batch);
  return active;
}

async function isActive({ window, entryOf }: PlanInput, name: string): Promise<boolean> {
  const { objectId, generation } = splitName(name);
  return counts(await entryOf(objectId), generation, window);
}

function splitName(name: string): { objectId: string; generation: number } {
  const dot = name.lastIndexOf('.');
  return { objectId: name.slice(0, dot), generation: Number(name.slice(dot + 1)) };
}
