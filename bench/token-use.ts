import type { Client } from '@sgraph-backbone/layer/logs';
import type { TokenUse } from '@sgraph-backbone/layer/tokens';

const COUNTRIES = ['PT', 'DE', 'FR', 'GB', 'US', 'BR', 'IN', 'JP'];
const CLIENTS: readonly Client[] = ['Firefox', 'Chrome', 'Safari', 'Edge'].flatMap((browser) =>
  ['Windows', 'macOS', 'Linux', 'Android', 'iOS'].map((operating_system) => ({
    browser,
    browser_version: '128',
    operating_system,
    device: 'desktop' as const,
    agent: '',
  })),
);

/** A use by one of many visitors, as the API makes it private. */
export function tokenUse(use_id: string): TokenUse {
  const timestamp = Date.now();
  const hash = () =>
    Math.floor(Math.random() * 2 ** 48)
      .toString(16)
      .padStart(16, '0');
  const key_id = '0123456789abcdef';
  return {
    action: 'upload_completed',
    use_id,
    day: new Date(timestamp).toISOString().slice(0, 10),
    event: {
      event_id: 'use',
      event_type: 'token_use',
      timestamp,
      app: 'main',
      source: 'application',
      class: 'human',
      client: CLIENTS[Math.floor(Math.random() * CLIENTS.length)]!,
      country: COUNTRIES[Math.floor(Math.random() * COUNTRIES.length)]!,
      visitor: { key_id, hash: hash() },
      transfer: { key_id, hash: hash() },
    },
  };
}
