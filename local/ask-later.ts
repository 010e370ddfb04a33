import type { AskCostExplorer } from '../lambdas/collect-costs/cost-explorer.ts';

/** Cost Explorer with the credentials of this machine; its client is read by whoever asks, and by nobody else. */
export function askLater(): AskCostExplorer {
  let ask: Promise<AskCostExplorer> | undefined;
  return async (question) => {
    ask ??= import('../lambdas/collect-costs/cost-explorer.ts').then(({ costExplorer }) => costExplorer());
    return (await ask)(question);
  };
}
