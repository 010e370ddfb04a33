import { keyBasedFolder, keyBasedPath } from '@sgraph-backbone/layer/cache';
import type { Rules } from '@sgraph-backbone/layer/logs';
import { contentHash } from '@sgraph-backbone/layer/rollups';
import { Conflict, NAMESPACES, type ObjectStore, readJson, writeJson } from '@sgraph-backbone/layer/store';
import {
  DEFAULT_SETTINGS,
  rulesOf,
  rulesVersionOf,
  type SiteSettings,
  siteSettings,
} from './site-settings.ts';

/** Where the site's settings are. */
export const SETTINGS_KEY = keyBasedPath(NAMESPACES.settings, 'site', 'settings', 'json');

/** Settings, and the stamp by which a change says which ones it was made from. */
export interface StampedSettings {
  readonly settings: SiteSettings;
  readonly stamp: string;
}

/** The site's settings, defaults filled in. */
export async function readSettings(data: ObjectStore): Promise<SiteSettings> {
  return (await readStampedSettings(data)).settings;
}

export async function readStampedSettings(data: ObjectStore): Promise<StampedSettings> {
  const stored = await readJson<unknown>(data, SETTINGS_KEY);
  if (stored === undefined) return { settings: DEFAULT_SETTINGS, stamp: NEVER_SET };
  return { settings: siteSettings.parse(stored.value), stamp: stored.etag };
}

/**
 * Replaces all settings, if they are still those of the stamp; else throws Conflict. Members that are as by default
 * are not kept, so that a better default reaches a site that never chose.
 */
export async function replaceSettings(
  data: ObjectStore,
  settings: SiteSettings,
  stamp: string,
): Promise<StampedSettings> {
  const chosen = membersThatDiffer(settings, DEFAULT_SETTINGS);
  const kept = Object.fromEntries(chosen.map((member) => [member, settings[member]]));
  const condition = stamp === NEVER_SET ? { ifNoneMatch: '*' as const } : { ifMatch: stamp };
  const { etag } = await writeJson(data, SETTINGS_KEY, kept, condition);
  return { settings, stamp: etag };
}

/** Names of the members whose values differ, in the order of the schema. */
export function membersThatDiffer(a: SiteSettings, b: SiteSettings): (keyof SiteSettings)[] {
  const members = Object.keys(siteSettings.shape) as (keyof SiteSettings)[];
  return members.filter((member) => contentHash({ value: a[member] }) !== contentHash({ value: b[member] }));
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

const NEVER_SET = 'never-set';

/** The folder of all rules that anything was ever summed under; they never change. */
export function rulesFolder(): string {
  return keyBasedFolder(NAMESPACES.settings, 'rules');
}

function rulesKey(version: string): string {
  return keyBasedPath(NAMESPACES.settings, 'rules', version, 'json');
}
