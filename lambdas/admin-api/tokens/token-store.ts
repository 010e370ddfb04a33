import { calendarOf } from '@sgraph-backbone/layer/rollups';
import type { Log } from '@sgraph-backbone/layer/runtime';
import { readSettings, SETTINGS_KEY } from '@sgraph-backbone/layer/settings';
import { type ObjectStore, remembered } from '@sgraph-backbone/layer/store';
import { createTokens, listTokens, type Tokens } from '@sgraph-backbone/layer/tokens';
import type { AdminContext, AdminSource } from '../admin-source.ts';
import { settingsStore } from '../settings/settings-store.ts';

/** The tokens of a store, and the day that a use is counted on. */
export interface OpenedTokens {
  readonly tokens: Tokens;
  dayOf(ms: number): Promise<string>;
}

/** How old the site's time zone may be that days are told by, ms. */
const MEMORY = 60_000;

const opened = new WeakMap<ObjectStore, OpenedTokens>();

/** The tokens of the real store, also while a demo is shown: uses that come at the same time share their writes. */
export function tokensOf(source: AdminSource, { now }: Pick<AdminContext, 'now'>, log: Log): OpenedTokens {
  const data = settingsStore(source);
  const known = opened.get(data) ?? openTokens(data, source, now, log);
  opened.set(data, known);
  return known;
}

function openTokens(data: ObjectStore, { events }: AdminSource, now: () => number, log: Log): OpenedTokens {
  const failed = (error: unknown) =>
    log.error('events of tokens were not taken; those of accepted uses wait in their records', { error });
  const settings = remembered(data, {
    isRemembered: (key) => key === SETTINGS_KEY,
    mayBeAbsent: () => true,
    milliseconds: MEMORY,
    now,
  });
  return {
    tokens: createTokens({ data, sink: events, now, failed }),
    dayOf: async (ms) => calendarOf((await readSettings(settings)).timezone).dayOf(ms),
  };
}

/** Where tokens are read: those of the demo as long as it is shown and the real store has none. */
export async function shownTokens(source: AdminSource, now: number): Promise<ObjectStore> {
  const real = settingsStore(source);
  if (source.store === 'real' || source.data === real) return real;
  const { tokens } = await listTokens(real, { limit: 1 }, now);
  return tokens.length > 0 ? real : source.data;
}
