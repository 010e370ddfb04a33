import { keyBasedPath } from '@sgraph-backbone/layer/cache';
import type { Rules } from '@sgraph-backbone/layer/logs';
import { Conflict, NAMESPACES, type ObjectStore, readJson, writeJson } from '@sgraph-backbone/layer/store';
import {
  DEFAULT_SETTINGS,
  rulesOf,
  rulesVersionOf,
  type SiteSettings,
  siteSettings,
} from './site-settings.ts';

const SETTINGS_KEY = keyBasedPath(NAMESPACES.settings, 'site', 'settings', 'json');

/** The site's settings, defaults filled in. */
export async function readSettings(data: ObjectStore): Promise<SiteSettings> {
  const stored = await readJson<unknown>(data, SETTINGS_KEY);
  return stored === undefined ? DEFAULT_SETTINGS : siteSettings.parse(stored.value);
}

/** Keeps the rules under their version, once: a batch names the version it was summed under. */
export async function keepRules(data: ObjectStore, settings: SiteSettings): Promise<string> {
  const version = rulesVersionOf(settings);
  try {
    await writeJson(data, rulesKey(version), rulesOf(settings), { ifNoneMatch: '*' });
  } catch (error) {
    // The version is a hash of the rules, so what is there is the same.
    if (!(error instanceof Conflict)) throw error;
  }
  return version;
}

/** The rules of a version; undefined when no batch was ever summed under it. */
export async function readRules(data: ObjectStore, version: string): Promise<Rules | undefined> {
  return (await readJson<Rules>(data, rulesKey(version)))?.value;
}

function rulesKey(version: string): string {
  return keyBasedPath(NAMESPACES.settings, 'rules', version, 'json');
}
