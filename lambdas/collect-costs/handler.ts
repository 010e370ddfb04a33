import type { CollectorRun } from '@sgraph-backbone/layer/costs';
import { type LambdaHandler, type Log, lambda } from '@sgraph-backbone/layer/runtime';
import type { AskedDays } from './collected-range.ts';
import { type CollectionContext, runCollection } from './run-collection.ts';

/** A schedule's event, or the days that somebody asks for; what was done. A failure is thrown on, to be alarmed. */
export function createCollectCostsHandler(
  open: () => Promise<CollectionContext>,
  log?: Log,
): LambdaHandler<AskedDays, CollectorRun> {
  const handler = async ({ from, to }: AskedDays, invocation: { log: Log }): Promise<CollectorRun> => {
    const run = await runCollection(await open(), { from, to }, invocation.log);
    invocation.log.info('collected', { ...run });
    return run;
  };
  return lambda(handler, { name: 'collect-costs', log });
}
