import { childReadRoutes } from './child-reads.ts';
import { childRemovalRoutes } from './child-removals.ts';
import { childWriteRoutes } from './child-writes.ts';
import type { CacheApiContext } from './context.ts';
import type { CacheRoute } from './route.ts';

/** Files that belong to an entry and go with it. */
export function childRoutes(context: CacheApiContext): CacheRoute[] {
  return [...childWriteRoutes(context), ...childReadRoutes(context), ...childRemovalRoutes(context)];
}
