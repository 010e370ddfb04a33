import { createCache } from '@sgraph-backbone/layer/cache';
import { compareAndSet, NAMESPACES, type ObjectStore, readJson } from '@sgraph-backbone/layer/store';
import { activityKey, recordKey } from './places.ts';
import { type ErasedTransfer, isErased, type StoredTransfer } from './record.ts';
import { deleteChunks } from './sealing.ts';

/** Takes away what an erased history has left beside its mark; again changes nothing. */
export async function finishErasure(
  {
    data,
    now,
    newId,
  }: { readonly data: ObjectStore; readonly now: () => number; readonly newId: () => string },
  cacheId: string,
): Promise<void> {
  const mark = await readErased(data, cacheId);
  if (mark === undefined) return;
  for (const hour of mark.hours) await data.delete(activityKey(hour, cacheId));
  await deleteChunks(data, cacheId);
  await createCache({ data, now, newId }).remove(NAMESPACES.transfers, cacheId);
  if (mark.hours.length === 0) return;
  await compareAndSet<ErasedTransfer>(
    data,
    recordKey(cacheId),
    (current) => current && { ...current, hours: [] },
  );
}

async function readErased(data: ObjectStore, cacheId: string): Promise<ErasedTransfer | undefined> {
  const found = await readJson<StoredTransfer>(data, recordKey(cacheId));
  return found && isErased(found.value) ? found.value : undefined;
}
