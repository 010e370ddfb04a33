export type { SiteSettings } from './site-settings.ts';
export { DEFAULT_SETTINGS, rulesOf, rulesVersionOf, siteSettings } from './site-settings.ts';
export { keepRules, readRules, readSettings } from './stored-settings.ts';
