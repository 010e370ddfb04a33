import { keyBasedFolder, keyBasedPath } from '@sgraph-backbone/layer/cache';
import type { Rules } from '@sgraph-backbone/layer/logs';
import { contentHash } from '@sgraph-backbone/layer/rollups';
import {
  Conflict,
  NAMESPACES,
  NotJson,
  type ObjectStore,
  readJson,
  writeJson,
} from '@sgraph-backbone/layer/store';
import {
  DEFAULT_SETTINGS,
  rulesOf,
  rulesVersionOf,
  type SiteSettings,
  siteSettings,
} from './site-settings.ts';

/** Where the site's settings are. */
export const SETTINGS_KEY = keyBasedPath(NAMESPACES.settings, 'site', 'settings', 'json');

/** Settings that somebody edited by hand into what can't be used; the message names the object and its members. */
export class SettingsDamaged extends Error {
  override readonly name = 'SettingsDamaged';

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(
      `${SETTINGS_KEY} in the store can't be used: ${problems.join('; ')}. Put it right there, or delete it to have every setting at its default`,
      options,
    );
  }
}

/** Settings, and the stamp by which a change says which ones it was made from. */
export interface StampedSettings {
  readonly settings: SiteSettings;
  readonly stamp: string;
}

/** The site's settings, defaults filled in. Throws SettingsDamaged. */
export async function readSettings(data: ObjectStore): Promise<SiteSettings> {
  return (await readStampedSettings(data)).settings;
}

export async function readStampedSettings(data: ObjectStore): Promise<StampedSettings> {
  const stored = await readStored(data);
  if (stored === undefined) return { settings: DEFAULT_SETTINGS, stamp: NEVER_SET };
  const { success, data: settings, error } = siteSettings.safeParse(stored.value);
  if (success) return { settings, stamp: stored.etag };
  throw new SettingsDamaged(error.issues.map(problemText), { cause: error });
}

async function readStored(data: ObjectStore) {
  try {
    return await readJson<unknown>(data, SETTINGS_KEY);
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    throw new SettingsDamaged([`it is no JSON (${(error.cause as Error).message})`], { cause: error });
  }
}

function problemText({ path, message }: { readonly path: readonly PropertyKey[]; readonly message: string }) {
  return path.length === 0 ? message : `${path.map(String).join('.')}: accepted is ${message}`;
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
