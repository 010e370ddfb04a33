import type { Route } from '@sgraph-backbone/layer/runtime';
import type { AdminContext } from '../admin-source.ts';
import { pulseRoute } from './pulse-route.ts';
import { windowRoutes } from './window-routes.ts';

/** What applications report: the last minutes, and their roll-ups. */
export function analyticsRoutes(context: AdminContext): Route[] {
  return [pulseRoute(context), ...windowRoutes(context)];
}
