import { randomUUID } from 'node:crypto';
import { type Route, route } from '@sgraph-backbone/layer/runtime';
import type { AdminContext } from '../admin-source.ts';
import { namedToken } from './named-token.ts';
import { tokenUse, useAnswer } from './token-schemas.ts';
import { tokensOf } from './token-store.ts';

/** Decides about one use of a token. */
export function useRoute(context: AdminContext): Route {
  const { source, now } = context;
  return route({
    method: 'POST',
    path: '/api/tokens/{name}/use',
    scope: 'tokens:use',
    summary: 'Ask whether a token may be used, and count the use if it may',
    description:
      'Every decision is answered with 200: success says which. Send the same use_id again when no answer came: within the last 1,000 uses it counts once. The use causes an event token_use or token_rejected by itself; do not post it. 503 busy: nothing was counted, ask again after Retry-After seconds.',
    body: tokenUse,
    discreet: true,
    errors: {
      404: 'There is no token of this name',
      503: 'Too many at once: nothing was changed, ask again after Retry-After seconds',
    },
    answer: useAnswer,
    handle: async ({ path, body, log }) => {
      const opened = await source();
      const name = namedToken(path.name);
      const { tokens, dayOf } = tokensOf(opened, context, log);
      const { action, use_id = randomUUID(), ...given } = body;
      const timestamp = now();
      const normaliser = await opened.normaliser();
      const about = { event_id: 'use', event_type: 'token_use', timestamp, token: name };
      const event = await normaliser.internal({ ...(given as Record<string, string>), ...about });
      const answer = await tokens.use(name, { action, use_id, day: await dayOf(timestamp), event });
      // Where a process is frozen once it has answered, its events would wait for the next request.
      if (context.isFrozen) await tokens.settled();
      return { answer };
    },
  });
}
