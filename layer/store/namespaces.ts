/** Backbone's own namespaces. The cache API reads them and never writes there. */
export const NAMESPACES = {
  cloudfront: {
    raw: 'sa-cloudfront-raw',
    ledger: 'sa-cloudfront-ledger',
    consolidated: 'sa-cloudfront-consolidated',
    aggregate: 'sa-cloudfront-aggregate',
  },
  analytics: {
    raw: 'sa-analytics-raw',
    ledger: 'sa-analytics-ledger',
    consolidated: 'sa-analytics-consolidated',
    aggregate: 'sa-analytics-aggregate',
  },
  settings: 'bb-settings',
  audit: 'bb-audit',
  keys: 'bb-keys',
  tokens: 'bb-tokens',
  transfers: 'bb-transfers',
  costs: 'bb-costs',
} as const;

/** Root of every key of the data store, in front of the namespaces. */
export const ROOT = 'cache/';

/** Folders of the observability store. */
export const OBSERVABILITY = {
  live: 'live/',
  refused: 'refused/',
  archive: 'archive/',
  secrets: 'secrets/',
  days: 'secrets/days/',
} as const;
