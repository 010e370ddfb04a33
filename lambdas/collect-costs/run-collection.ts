import type { CollectorRun } from '@sgraph-backbone/layer/costs';
import type { Log } from '@sgraph-backbone/layer/runtime';
import { type CollectContext, collectCosts } from './collect-costs.ts';
import type { AskedDays } from './collected-range.ts';
import { newCostAlerts } from './cost-alerts.ts';
import { checkExports, collectExports } from './exported-costs.ts';
import type { ExportFile } from './exports/export-file.ts';

export interface CollectionContext extends CollectContext {
  /** Files of the data exports that are read instead of asking. @default Cost Explorer is asked */
  readonly exports?: () => Promise<readonly ExportFile[]>;
}

/**
 * One collection: the data exports where there are any and nobody asks for certain days, else Cost Explorer. Whatever
 * became of it, what stands out is told: a line `cost alert` in the log, which an alarm counts. Throws CollectionFailed.
 */
export async function runCollection(
  context: CollectionContext,
  asked: AskedDays,
  log: Log,
): Promise<CollectorRun> {
  try {
    return await collect(context, asked, log);
  } finally {
    for (const alert of await newCostAlerts(context.data, context.settings, context.now()))
      log.warn('cost alert', alert.kind === 'anomaly' ? { ...alert.anomaly } : { ...alert.projection });
  }
}

async function collect(context: CollectionContext, asked: AskedDays, log: Log): Promise<CollectorRun> {
  const isOfCertainDays = asked.from !== undefined || asked.to !== undefined;
  if (context.exports === undefined || isOfCertainDays) return collectCosts(context, asked);
  const imported = await collectExports(context, await context.exports());
  for (const remark of imported.remarks) log.warn('export not taken', { ...remark });
  checkExports(imported);
  return imported.run;
}
