import { randomUUID } from 'node:crypto';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import {
  type Passing,
  type Posting,
  readTransfer,
  type StoredTransfer,
} from '@sgraph-backbone/layer/transfers';
import type { AdminContext, AdminSource } from '../admin-source.ts';
import { settingsStore } from '../settings/settings-store.ts';

/** What is reported belongs to the real store, also while the demo is shown. */
export async function passing({ source, now }: AdminContext): Promise<Passing> {
  return passingOf(await source(), now);
}

export async function posting({ source, now }: AdminContext): Promise<Posting> {
  const opened = await source();
  const { internal } = await opened.normaliser();
  return { ...passingOf(opened, now), internal };
}

function passingOf(source: AdminSource, now: () => number): Passing {
  return { data: settingsStore(source), now, newId: randomUUID, sink: source.events };
}

/** A transfer, and where it is kept. */
export interface FoundTransfer {
  readonly data: ObjectStore;
  readonly cacheId: string;
  readonly stored: StoredTransfer;
}

/** A transfer of the real store, else of what is shown. */
export async function storedTransfer(
  { source }: AdminContext,
  id: string,
): Promise<FoundTransfer | undefined> {
  const opened = await source();
  for (const data of new Set([settingsStore(opened), opened.data])) {
    const found = await readTransfer(data, id);
    if (found !== undefined) return { data, ...found };
  }
  return undefined;
}
