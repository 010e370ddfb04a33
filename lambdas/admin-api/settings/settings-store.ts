import type { ObjectStore } from '@sgraph-backbone/layer/store';
import type { AdminSource } from '../admin-source.ts';

/** Where settings, keys and the audit trail are: in the real store, also while a demo is shown. */
export function settingsStore({ data, settings }: AdminSource): ObjectStore {
  return settings ?? data;
}
