import type { BatchName, WindowOfFeed } from '@sgraph-backbone/layer/ledger';
import { type Activity, type ActivityInput, activityOf, splitName } from './activity.ts';

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

export interface PlanInput extends ActivityInput {
  readonly held: readonly HeldBatch[];
  readonly listed: readonly BatchName[];
}

/**
 * Compares what a window holds with what is listed. A held batch that is no longer listed has expired,
 * unless its object was removed or counts in another generation: then the window is merged anew from what is
 * listed and active. It never holds two generations of one object.
 */
export async function planWindow(input: PlanInput): Promise<WindowPlan> {
  const { held, listed } = input;
  const activity = activityOf(input);
  const names = new Set(listed.map((batch) => batch.name));
  const gone = held.filter((batch) => !batch.expired && !names.has(batch.name));
  const revoked: string[] = [];
  const expired = new Set(held.filter((batch) => batch.expired).map((batch) => batch.name));
  for (const { name } of gone) {
    if (await activity.isActive(name)) expired.add(name);
    else revoked.push(name);
  }
  const heldNames = new Set(held.map((batch) => batch.name));
  const add = await activeOf(
    activity,
    listed.filter((batch) => !heldNames.has(batch.name)),
  );
  revoked.push(...replacedBy(add, held));
  if (revoked.length === 0) return { kind: 'extend', add, expired };
  const kept = [...expired].filter((name) => !revoked.includes(name));
  if (kept.length > 0) throw new WindowUnmergeable(input.window, revoked, kept);
  const batches = await activeOf(activity, listed);
  return { kind: 'anew', batches, reason: (await isRemoved(activity, revoked)) ? 'forget' : 'rules' };
}

async function isRemoved(activity: Activity, names: readonly string[]): Promise<boolean> {
  for (const name of names) if (await activity.isRemoved(name)) return true;
  return false;
}

/** Held batches of objects that come in again in another generation. */
function replacedBy(add: readonly BatchName[], held: readonly HeldBatch[]): string[] {
  const objects = new Set(add.map((batch) => batch.object_id));
  return held.map((batch) => batch.name).filter((name) => objects.has(splitName(name).objectId));
}

async function activeOf(activity: Activity, batches: readonly BatchName[]): Promise<BatchName[]> {
  const active: BatchName[] = [];
  for (const batch of batches) if (await activity.isActive(batch.name)) active.push(batch);
  return active;
}
