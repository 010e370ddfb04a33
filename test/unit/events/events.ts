import type { PrivateEvent } from '@sgraph-backbone/layer/events';
import type { Client } from '@sgraph-backbone/layer/logs';

/** 2026-02-16T14:40:00Z. */
export const NOW = 1_771_252_800_000;

export const FIREFOX: Client = {
  browser: 'Firefox',
  browser_version: '140',
  operating_system: 'Linux',
  device: 'desktop',
  agent: '',
};

/** An event with every member. */
export const FULL: PrivateEvent = {
  event_id: 'e-1',
  event_type: 'file_upload',
  timestamp: NOW,
  app: 'main',
  source: 'lambda',
  method: 'POST',
  path: '/transfers/complete/{id}',
  query: { token: 'community-x', utm_source: 'mail' },
  status: 201,
  duration_ms: 35,
  content_bytes: 5_000_000_000,
  country: 'PT',
  referrer_domain: 'example.org',
  client: FIREFOX,
  class: 'bot',
  rule: 'isbot x',
  visitor: { key_id: 'k1', hash: '0123456789abcdef' },
  transfer: { key_id: 'k1', hash: 'fedcba9876543210' },
  token: 'community-x',
};

/** An event with no more than it must have. */
export const BARE: PrivateEvent = {
  event_id: 'e-2',
  event_type: 'page_view',
  timestamp: NOW + 1,
  app: 'main',
  source: 'application',
  class: 'human',
};
