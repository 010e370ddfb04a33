import type { Dimension } from '@sgraph-backbone/layer/rollups';

/** Lists that have an address of their own, as the predecessor's clients know them. */
export const NAMED_LISTS: Readonly<Record<string, Dimension | 'class'>> = {
  'top-paths': 'path',
  'edge-locations': 'edge_location',
  'status-codes': 'status_code',
  referrers: 'referrer_domain',
  countries: 'country',
  browsers: 'browser',
  'operating-systems': 'operating_system',
  hosts: 'host',
  classes: 'class',
  utm: 'utm_source',
  tokens: 'token',
};
