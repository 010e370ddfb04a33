import type { Route } from '@sgraph-backbone/layer/runtime';
import type { AdminContext } from '../admin-source.ts';
import type { Operations } from '../pipeline/queued-routes.ts';
import { costAnomaliesRoute } from './anomalies-route.ts';
import { collectorRoutes } from './collector-routes.ts';
import { costDriversRoute } from './drivers-route.ts';
import { costEntriesRoute } from './entries-route.ts';
import { costProjectionRoute } from './projection-route.ts';
import { costSeriesRoute } from './series-route.ts';
import { costWindowRoutes } from './window-routes.ts';

/** What the site costs. Everything that is read is a roll-up: AWS is asked by the collector alone. */
export function costRoutes(context: AdminContext, operations: Operations | undefined): Route[] {
  return [
    costSeriesRoute(context),
    costDriversRoute(context),
    costAnomaliesRoute(context),
    costProjectionRoute(context),
    ...collectorRoutes(context, operations),
    costEntriesRoute(context),
    ...costWindowRoutes(context),
  ];
}
