import type { Route } from '@sgraph-backbone/layer/runtime';
import type { AdminContext } from '../admin-source.ts';
import { measuresRoute } from './measures-route.ts';
import { seriesRoute } from './series-route.ts';
import { summaryRoute } from './summary-route.ts';
import { topRoutes } from './top-routes.ts';

/** Questions about traffic (measures.md, section 6). */
export function trafficRoutes(context: AdminContext): Route[] {
  return [summaryRoute(context), seriesRoute(context), ...topRoutes(context), measuresRoute()];
}
