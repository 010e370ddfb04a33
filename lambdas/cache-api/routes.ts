import { aboutRoutes } from './about-routes.ts';
import { childRoutes } from './child-routes.ts';
import type { CacheApiContext } from './context.ts';
import { entryRoutes } from './entry-routes.ts';
import { namespaceRoutes } from './namespace-routes.ts';
import { retrieveRoutes } from './retrieve-routes.ts';
import type { CacheRoute } from './route.ts';
import { storageRoutes } from './storage-routes.ts';
import { zipRoutes } from './zip-routes.ts';

/** Every route in the order in which they are tried: those with words before those that begin with a namespace. */
export function cacheApiRoutes(context: CacheApiContext): CacheRoute[] {
  const routes = [
    ...storageRoutes(context),
    ...namespaceRoutes(context),
    ...retrieveRoutes(context),
    ...childRoutes(context),
    ...entryRoutes(context),
    ...zipRoutes(context),
  ];
  return [...aboutRoutes(context, routes), ...routes];
}
