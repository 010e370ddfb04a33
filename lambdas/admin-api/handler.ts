import { BadEvent } from '@sgraph-backbone/layer/events';
import { type KeyStore, KeysDamaged } from '@sgraph-backbone/layer/keys';
import { BadFeed } from '@sgraph-backbone/layer/ledger';
import { BadTimeKey } from '@sgraph-backbone/layer/rollups';
import {
  HttpError,
  type HttpHandler,
  httpLambda,
  type Keyring,
  type Log,
  type Route,
} from '@sgraph-backbone/layer/runtime';
import { SettingsDamaged } from '@sgraph-backbone/layer/settings';
import { BadStoreInput } from '@sgraph-backbone/layer/store';
import { aboutRoutes } from './about-routes.ts';
import type { AdminContext } from './admin-source.ts';
import { analyticsRoutes } from './analytics/analytics-routes.ts';
import { auditRoutes } from './audit/audit-routes.ts';
import { cacheRoutes } from './cache/cache-routes.ts';
import { costRoutes } from './costs/cost-routes.ts';
import { eventsRoutes } from './events/events-routes.ts';
import { keyRoutes } from './keys/key-routes.ts';
import { correctionRoutes } from './pipeline/correction-routes.ts';
import { pipelineRoutes } from './pipeline/pipeline-routes.ts';
import { type Operations, queuedRoutes } from './pipeline/queued-routes.ts';
import { settingsRoutes } from './settings/settings-routes.ts';
import { tokenError } from './tokens/token-errors.ts';
import { tokenRoutes } from './tokens/token-routes.ts';
import { trafficRoutes } from './traffic/traffic-routes.ts';
import { transferRoutes } from './transfers/transfer-routes.ts';

export interface AdminApiOptions extends AdminContext {
  /** Where commands wait that take longer than a request may. @default they are run while the request waits */
  readonly operations?: Operations;
  readonly keyring: Keyring;
  /** The keys of the store, to be managed. @default the keyring is all there is */
  readonly keys?: KeyStore;
  readonly log?: Log;
}

/** The admin API as one wrapped handler for events of an HTTP API. */
export function createAdminApi(options: AdminApiOptions): HttpHandler {
  return httpLambda({ ...options, name: 'admin-api', routes: adminRoutes(options), translate });
}

/** What somebody can put right: names that came from the caller, settings in the store. Messages say what is accepted. */
function translate(error: unknown): HttpError | undefined {
  if (error instanceof SettingsDamaged)
    return new HttpError(500, 'settings_damaged', error.message, { cause: error });
  if (error instanceof KeysDamaged)
    return new HttpError(500, 'keys_damaged', error.message, { cause: error });
  if (error instanceof BadEvent) return badMember(error);
  const refused = [BadTimeKey, BadFeed, BadStoreInput].some((type) => error instanceof type);
  if (!refused) return tokenError(error);
  return new HttpError(400, 'invalid_value', (error as Error).message, { cause: error });
}

/** Names the member and what is accepted, never what was given: it may be an address. */
function badMember(error: BadEvent): HttpError {
  const { field: name, problem: accepted } = error;
  const message = `member "${name}" can't be taken; accepted: ${accepted}`;
  return new HttpError(400, 'invalid_member', message, { details: { problems: [{ name, accepted }] } });
}

/** Every route, in the order of the reference. */
export function adminRoutes(context: AdminContext & Pick<AdminApiOptions, 'operations' | 'keys'>): Route[] {
  const { operations, keys } = context;
  const here = [
    ...trafficRoutes(context),
    ...pipelineRoutes(context),
    ...correctionRoutes(context),
    ...cacheRoutes(context),
    ...settingsRoutes(context),
    ...eventsRoutes(context),
    ...analyticsRoutes(context),
    ...(keys === undefined ? [] : keyRoutes(context, keys)),
    ...tokenRoutes(context),
    ...transferRoutes(context),
    ...costRoutes(context, operations),
    ...auditRoutes(context),
  ];
  const routes = operations === undefined ? here : queuedRoutes(here, operations);
  return [...routes, ...aboutRoutes(context, routes)];
}
