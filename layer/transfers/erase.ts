import { attemptOf } from './attempt.ts';
import { changeRecord } from './changes.ts';
import { finishErasure } from './finish-erasure.ts';
import { type Passing, passOn } from './outbox.ts';
import { placeOf } from './places.ts';
import { type ErasedTransfer, isErased } from './record.ts';

/**
 * Erases the history of a transfer and leaves a mark that refuses later events. What was accepted before is still
 * passed on: its share in anonymous numbers stays. Answers when it was erased; `undefined`: never heard of it.
 * A kill in the middle is finished by the next call, or by `emitPending`.
 */
export async function eraseTransfer(context: Passing, id: string): Promise<number | undefined> {
  const { data, now } = context;
  const { cacheId } = placeOf(id);
  const attempt = attemptOf(context, cacheId);
  const erased = await changeRecord(data, cacheId, async (stored) => {
    if (stored === undefined || isErased(stored)) return undefined;
    await attempt.begin();
    return { erased_at: now(), outbox: stored.outbox, hours: stored.hours };
  });
  if (erased === undefined) return undefined;
  await finishErasure(context, cacheId);
  await passOn(context, cacheId);
  await attempt.end();
  return (erased as ErasedTransfer).erased_at;
}
