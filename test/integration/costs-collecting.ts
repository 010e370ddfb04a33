import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DayTraffic, type FlatCosts, presentCosts, readCostRollup } from '@sgraph-backbone/layer/costs';
import { DEFAULT_SETTINGS, type SiteSettings } from '@sgraph-backbone/layer/settings';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import type { CollectContext } from '../../lambdas/collect-costs/collect-costs.ts';
import type { AskedDays } from '../../lambdas/collect-costs/collected-range.ts';
import { type AskCostExplorer, costExplorer } from '../../lambdas/collect-costs/cost-explorer.ts';
import type { Exchange } from './costs-server.ts';

export const GOLDEN = 'test/fixtures/cost-explorer';

/** One golden folder: what AWS is asked and answers, and what must come of it. */
export interface GoldenCase {
  readonly now: string;
  readonly asked: AskedDays;
  readonly settings: Partial<SiteSettings['costs']>;
  readonly expected: {
    readonly error?: string;
    readonly message?: string;
    readonly mark: string | null;
    /** Calls that are billed. */
    readonly calls: number;
    readonly waits?: number;
    readonly days: Readonly<Record<string, object>>;
  };
}

export function goldenCase(name: string): GoldenCase {
  return JSON.parse(readFileSync(join(GOLDEN, name, 'case.json'), 'utf8'));
}

export function goldenExchanges(name: string): Exchange[] {
  return JSON.parse(readFileSync(join(GOLDEN, name, 'exchanges.json'), 'utf8'));
}

/** Traffic that is known: 1,000 requests, 10 transfers, 20 visitors a day. */
export const KNOWN_TRAFFIC: DayTraffic = {
  status: 'partial',
  feed: 'standard',
  requests: 1000,
  visitors: 20,
  visitors_bound: 'exact',
  transfers: 10,
  transfers_from: 'application',
  mark: 'known',
};

/** What a collector works with, against a server on loopback. `waits` are those it would have waited, in ms. */
export function collecting(
  data: ObjectStore,
  endpoint: string,
  options: { readonly now?: number; readonly settings?: Partial<SiteSettings['costs']> } = {},
): CollectContext & { readonly waits: number[] } {
  const waits: number[] = [];
  const now = options.now ?? Date.parse('2026-02-17T05:00:00Z');
  return {
    data,
    now: () => now,
    traffic: async () => KNOWN_TRAFFIC,
    settings: { ...DEFAULT_SETTINGS.costs, ...options.settings },
    ask: clientOf(endpoint),
    sleep: async (ms) => void waits.push(ms),
    random: () => 0.5,
    waits,
  };
}

export async function shownDay(data: ObjectStore, date: string): Promise<FlatCosts | undefined> {
  const rollup = await readCostRollup(data, { period: 'daily', time_key: date });
  return rollup && presentCosts(rollup);
}

const clients = new Map<string, AskCostExplorer>();

/** One real client per server: making one takes longer than all it is asked here. */
function clientOf(endpoint: string): AskCostExplorer {
  const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
  const client = clients.get(endpoint) ?? costExplorer({ endpoint, credentials });
  clients.set(endpoint, client);
  return client;
}
