import { openApi, type Route, route, schema as z } from '@sgraph-backbone/layer/runtime';
import type { AdminContext } from './admin-source.ts';

const health = z.object({ status: z.literal('ok'), version: z.string(), store: z.enum(['demo', 'real']) });

/** The API about itself. `others` are all other routes; these two describe themselves as well. */
export function aboutRoutes({ source, version }: AdminContext, others: readonly Route[]): Route[] {
  const routes: Route[] = [
    route({
      method: 'GET',
      path: '/api/health',
      scope: 'public',
      summary: 'Whether this runs, and on the demo or on real data',
      answer: health,
      handle: async () => ({ answer: { status: 'ok' as const, version, store: (await source()).store } }),
    }),
    route({
      method: 'GET',
      path: '/api/openapi.json',
      scope: 'any',
      summary: 'This reference',
      answer: z.looseObject({ openapi: z.string() }),
      handle: async () => ({ answer: openApi([...others, ...routes], { ...ABOUT, version }) }),
    }),
  ];
  return routes;
}

const ABOUT = {
  title: 'SGraph Backbone',
  description:
    'Traffic analytics from server-side facts: no cookies, no trackers, no IP addresses kept. ' +
    'Every number says how settled it is; what was not measured is null, never 0.',
};
