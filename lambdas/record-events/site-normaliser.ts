import { createNormaliser, type EventNormaliser } from '@sgraph-backbone/layer/events';
import { type DayKey, dayKey, type Pipeline } from '@sgraph-backbone/layer/ledger';
import { calendarOf } from '@sgraph-backbone/layer/rollups';
import type { SiteSettings } from '@sgraph-backbone/layer/settings';
import type { IngestOptions } from '../ingest/ingest.ts';

/** How long a process may remember a day's key, ms: as long as the steps do. */
const MEMORY = 60_000;

type Secrets = Pick<Pipeline, 'observability' | 'now' | 'randomness'>;

/** Finds keys of days, each read once a minute: at hundreds of posts a second the same one is asked for each time. */
export function dayKeys(): (secrets: Secrets, day: string) => Promise<DayKey> {
  const known = new Map<string, { readonly key: Promise<DayKey>; readonly read: number }>();
  return ({ observability, now, randomness }, day) => {
    for (const [name, { read }] of known) if (now() - read >= MEMORY) known.delete(name);
    const remembered = known.get(day);
    if (remembered !== undefined) return remembered.key;
    const key = dayKey(observability, day, now(), randomness);
    known.set(day, { key, read: now() });
    // One that could not be read is asked for again.
    key.catch(() => known.delete(day));
    return key;
  };
}

/** How long settings may be old that posted events are read under, ms. */
const SETTINGS_AGE = 1_000;

/** A normaliser that is made anew each second: with each of hundreds of posts its settings would be read once more. */
export function rememberedNormaliser(
  make: () => Promise<EventNormaliser>,
  now: () => number = Date.now,
): () => Promise<EventNormaliser> {
  let known: { readonly normaliser: Promise<EventNormaliser>; readonly made: number } | undefined;
  return () => {
    if (known !== undefined && Math.abs(now() - known.made) < SETTINGS_AGE) return known.normaliser;
    const fresh = { normaliser: make(), made: now() };
    known = fresh;
    fresh.normaliser.catch(() => {
      if (known === fresh) known = undefined;
    });
    return fresh.normaliser;
  };
}

/** Makes events private under these settings, as ingest does with lines of logs. */
export function siteNormaliser(
  pipeline: Secrets & Pick<Pipeline, 'newId'>,
  options: Pick<IngestOptions, 'country' | 'excludeAddress'> & { readonly settings: SiteSettings },
  keyOf: ReturnType<typeof dayKeys>,
): EventNormaliser {
  const { settings, country, excludeAddress } = options;
  return createNormaliser({
    settings,
    now: pipeline.now,
    newId: pipeline.newId,
    dayKey: (day) => keyOf(pipeline, day),
    dayOf: calendarOf(settings.timezone).dayOf,
    country,
    excludeAddress,
  });
}
