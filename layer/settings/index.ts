export type { CostSettings } from './cost-settings.ts';
export { layoutsOf, type RealtimeFeed } from './realtime-feed.ts';
export type { SiteSettings } from './site-settings.ts';
export { DEFAULT_SETTINGS, rulesOf, rulesVersionOf, siteSettings } from './site-settings.ts';
export {
  checkStoreFormat,
  migrateStore,
  readStoreFormat,
  STORE_FORMAT,
  WrongStoreFormat,
} from './store-format.ts';
export type { StampedSettings } from './stored-settings.ts';
export {
  keepRules,
  membersThatDiffer,
  readRules,
  readSettings,
  readStampedSettings,
  replaceSettings,
  rulesFolder,
  SETTINGS_KEY,
  SettingsDamaged,
} from './stored-settings.ts';
