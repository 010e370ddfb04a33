import type { Route } from '@sgraph-backbone/layer/runtime';
import type { AdminContext } from '../admin-source.ts';
import { activityRoute } from './activity-route.ts';
import { historyRoutes } from './history-routes.ts';
import { reportingRoutes } from './reporting-routes.ts';

/** Transfers: what is reported of them, and what happened to them (measures.md, schema D). */
export function transferRoutes(context: AdminContext): Route[] {
  return [...reportingRoutes(context), ...historyRoutes(context), activityRoute(context)];
}
