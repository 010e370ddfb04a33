import type { CollectorRun } from '@sgraph-backbone/layer/costs';
import { beginAudit } from '@sgraph-backbone/layer/ledger';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import type { AskedDays } from './collected-range.ts';
import { CollectionFailed } from './collection-failed.ts';

/** A collection that somebody asks for, who is kept: it costs money. Throws CollectionFailed. */
export async function auditedCollection(
  data: ObjectStore,
  asked: AskedDays,
  { actor, at }: { readonly actor: string; readonly at: number },
  collectCosts: (asked: AskedDays) => Promise<CollectorRun>,
): Promise<CollectorRun> {
  const audit = await beginAudit(data, { at, actor, action: 'costs.collect', detail: { ...asked } });
  try {
    const run = await collectCosts(asked);
    const { outcome, from, to, calls, days, changed } = run;
    await audit.done({ outcome, from, to, calls, days, changed });
    return run;
  } catch (error) {
    if (error instanceof CollectionFailed) await audit.done({ outcome: 'failed', code: error.code });
    throw error;
  }
}
