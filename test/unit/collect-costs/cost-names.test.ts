import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { createCache, hashOfString } from '@sgraph-backbone/layer/cache';
import { shownContent } from '../../../lambdas/cache-api/content.ts';
import { csv, focus } from '../bills/tables.ts';
import { createDeliveries } from './deliveries.ts';

test('clients of the cache service find costs by the hash of their name, in schema C', async () => {
  const { deliver, take, data, clock } = createDeliveries();
  const line = focus({ ChargePeriodStart: '2026-02-16T00:00:00Z', BilledCost: '1.5' });
  await deliver('2026-02', { 'a.csv': csv([line]) });
  await take();
  const cache = createCache({ data, now: () => clock.now, newId: randomUUID });
  for (const [period, key] of [
    ['daily', '2026-02-16'],
    ['weekly', '2026-W08'],
    ['monthly', '2026-02'],
  ]) {
    const entry = await cache.retrieveByHash('bb-costs', hashOfString(`cost:${period}:${key}`));
    const shown = shownContent(entry!);
    const costs = shown.kind === 'json' ? JSON.parse(shown.text) : undefined;
    expect(costs).toMatchObject({
      period,
      time_key: key,
      window_type: period,
      total_cost_usd: 1.5,
      cost_per_request: null,
    });
    expect(costs.top_cost_drivers[0]).toMatchObject({
      service: 'Amazon Simple Storage Service',
      percent: 100,
    });
    expect(costs).not.toHaveProperty('currencies');
  }
});
