import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  aggregateCosts,
  type CollectorRun,
  changeCollectorState,
  reserveCall,
  writeReadings,
} from '@sgraph-backbone/layer/costs';
import { readAudit } from '@sgraph-backbone/layer/ledger';
import { adminKey, type HttpEvent, keyHash } from '@sgraph-backbone/layer/runtime';
import { writeJson } from '@sgraph-backbone/layer/store';
import { createAdminApi } from '../../../lambdas/admin-api/handler.ts';
import type { Operations } from '../../../lambdas/admin-api/pipeline/queued-routes.ts';
import { CollectionFailed } from '../../../lambdas/collect-costs/collection-failed.ts';
import { dayTraffic } from '../../../lambdas/collect-costs/day-traffic.ts';
import { demoReadings } from '../../../local/demo/index.ts';
import { createSite, SETTINGS, type Site } from './site.ts';

const NOW = Date.parse('2026-03-18T12:00:00Z');
const RUN: CollectorRun = {
  at: NOW,
  finished_at: NOW,
  outcome: 'done',
  from: '2026-02-01',
  to: '2026-03-18',
  calls: 3,
  days: 45,
  changed: 2,
};

let site: Site;

beforeAll(async () => {
  site = await createSite({ costs: { monthly_budget_usd: 50 } });
  const seen = Array.from({ length: 20 }, (_, at) => ({
    at: '2026-03-16T10:00:00Z',
    from: at + 1,
    path: '/',
  }));
  await site.deliver('E1EXAMPLE', '2026-03-16T11:00:00Z', seen);
  site.clock.now = NOW;
  await takeReadings(site);
}, 60_000);

/** As the collector leaves them. */
async function takeReadings({ data, backbone, clock }: Site): Promise<void> {
  const { pipeline, options } = await backbone.here();
  const readings = demoReadings(NOW);
  for (const [, own] of Map.groupBy(readings, ({ collected_at }) => collected_at))
    await writeReadings(data, own);
  const traffic = dayTraffic(pipeline, options.settings);
  const dates = readings.map(({ date }) => date);
  await aggregateCosts({ data, now: () => clock.now, traffic }, dates);
}

interface Changes {
  readonly key?: string;
  readonly body?: unknown;
  readonly collectCosts?: (range: { from?: string; to?: string }) => Promise<CollectorRun>;
  readonly operations?: Operations;
  readonly headers?: Record<string, string>;
}

async function call(path: string, { key = 'the-admin-key', body, headers = {}, ...options }: Changes = {}) {
  const keys = [
    adminKey('the-admin-key'),
    { name: 'costs', hash: keyHash('the-costs-key'), scopes: ['costs:read'] as const },
    { name: 'traffic', hash: keyHash('the-traffic-key'), scopes: ['traffic:read'] as const },
  ];
  const api = createAdminApi({ ...site.context(), keyring: () => keys, ...options });
  const [rawPath = '', rawQueryString = ''] = path.split('?');
  const {
    statusCode,
    headers: sent,
    body: text = '',
  } = await api({
    rawPath: `/api/costs/${rawPath}`,
    rawQueryString,
    headers: { 'x-api-key': key, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    isBase64Encoded: false,
    requestContext: { http: { method: body === undefined ? 'GET' : 'POST' }, stage: '$default' },
  } as unknown as HttpEvent);
  const isJson = String(sent?.['content-type']).includes('json');
  return {
    status: statusCode,
    headers: sent ?? {},
    text,
    json: isJson && text !== '' ? JSON.parse(text) : {},
  };
}

describe('GET /api/costs/{period}/{key}', () => {
  test('answers schema C with exact texts beside, the finality of both sides, and the query as understood', async () => {
    const { json } = await call('daily/2026-03-16');
    expect(json.query).toEqual({ period: 'daily', key: '2026-03-16', limit: 10 });
    expect(json.finality).toMatchObject({
      status: 'partial',
      estimated: true,
      cost: 'partial',
      sources: ['demo'],
      gaps: [],
    });
    expect(json.data).toMatchObject({
      window_type: 'daily',
      window_start: Date.parse('2026-03-16'),
      window_end: Date.parse('2026-03-17'),
      total_requests: 20,
      unique_visitors: 20,
    });
    expect(json.data.total_cost_usd).toBe(Number(json.data.exact.total_cost));
    expect(json.data.cost_per_request).toBeCloseTo(json.data.total_cost_usd / 20, 10);
    const services = Object.values(json.data.cost_by_service as Record<string, number>);
    expect(services.reduce((sum, one) => sum + one, 0)).toBeCloseTo(json.data.total_cost_usd, 8);
    expect(json.data.top_cost_drivers[0].percent).toBeGreaterThan(json.data.top_cost_drivers[1].percent);
  });

  test('answers weeks across the end of a year, months, and the newest of each', async () => {
    expect((await call('weekly/2026-W12')).json.data.window_start).toBe(Date.parse('2026-03-16'));
    expect((await call('weekly/2026-W53')).json.data.window_end).toBe(Date.parse('2027-01-04'));
    expect((await call('monthly/2026-02')).json.data).toMatchObject({
      period: 'monthly',
      cost: { gaps: [], days: 28 },
    });
    expect((await call('latest/daily')).json.query.key).toBe('2026-03-17');
    expect((await call('latest/weekly')).json.query.key).toBe('2026-W12');
    expect((await call('latest/monthly?limit=3')).json).toMatchObject({
      query: { key: '2026-03', limit: 3 },
    });
  });

  test('has a ratio of null where nobody counted, and null amounts where nothing is known', async () => {
    const uncounted = (await call('daily/2026-02-10')).json;
    expect(uncounted.data).toMatchObject({
      total_requests: null,
      cost_per_request: null,
      cost_per_active_user: null,
    });
    expect(uncounted.data.total_cost_usd).toBeGreaterThan(0);
    for (const key of ['2026-12-24', '2019-01-01']) {
      const unknown = (await call(`daily/${key}`)).json;
      expect(unknown.data).toMatchObject({ total_cost_usd: null, exact: null, status: 'partial' });
      expect(unknown.finality).toMatchObject({ status: 'partial', cost: 'unknown', gaps: [key] });
    }
  });

  test('shows the revision of a day that AWS restated, with its difference', async () => {
    const { data, finality } = (await call('daily/2026-03-15')).json;
    const { versions, entries } = (await call('entries/2026-03-15')).json.data;
    expect(versions).toHaveLength(2);
    expect(versions[1].difference.USD).toBe(String(Number(versions[1].difference.USD)));
    expect(versions[1].net.USD).toBe(data.exact.net_cost);
    expect(finality).toMatchObject({ revision: 1 });
    expect(entries[0]).toMatchObject({
      date: '2026-03-15',
      grouping: 'region',
      currency: 'USD',
      record_type: 'charge',
    });
    const first = (await call('entries/2026-03-15?version=1')).json;
    expect(first.query).toEqual({ date: '2026-03-15', version: 1 });
    expect(first.data.entries[0].amount).not.toBe(entries[0].amount);
    expect((await call('entries/2026-03-15?version=7')).status).toBe(404);
    expect((await call('entries/2031-01-01')).json.data).toEqual({ versions: [], entries: [] });
  });

  test('is not sent again while it is the same', async () => {
    const { headers } = await call('monthly/2026-02');
    const again = await call('monthly/2026-02', { headers: { 'if-none-match': String(headers.etag) } });
    expect(again).toMatchObject({ status: 304, text: '' });
  });

  test.each([
    ['hourly/2026-03-16-10', 'period', 'daily, weekly, monthly'],
    ['daily/2026-02-30', '', '2026-02-16'],
    ['weekly/2026-W54', '', '2026-W07'],
    ['monthly/2026-3', '', '2026-02'],
    ['daily/2026-03-16?limit=0', 'limit', 'a whole number from 1 to 1,000'],
    ['daily/2026-03-16?limits=5', 'limits', 'limit'],
    ['timeseries?from=16.03.2026', 'from', 'a UTC day such as 2026-02-16'],
    ['timeseries?from=2026-03-16T10:00:00Z', 'from', 'a UTC day such as 2026-02-16'],
    ['timeseries?from=2026-03-16&to=2026-03-16', 'to', 'a day after from'],
    ['timeseries?from=2020-01-01', 'granularity', 'granularity=weekly'],
    ['timeseries?group_by=usage_type', 'group_by', 'service, region'],
    ['timeseries?granularity=hourly', 'granularity', 'daily, weekly, monthly'],
    ['timeseries?currency=dollars', 'currency', 'a currency such as USD'],
    ['anomalies?from=2020-01-01', 'from', 'at most 400 days'],
    ['projection?month=March', '', '2026-02'],
    ['entries/2026-03-16?version=0', 'version', 'a whole number from 1'],
    ['drivers?period=yearly', 'period', 'daily, weekly, monthly'],
  ])('%s is refused with the name and the accepted form', async (path, name, accepted) => {
    const { status, json } = await call(path);
    expect(status).toBe(400);
    expect(json.error.message).toContain(name);
    expect(json.error.message).toContain(accepted);
  });
});

describe('GET /api/costs/timeseries', () => {
  test('answers the sums of days from their months, and gaps where nothing is known', async () => {
    const { query, data, finality } = (await call('timeseries?from=2026-03-01&to=2026-03-20')).json;
    expect(query).toEqual({
      from: '2026-03-01T00:00:00Z',
      to: '2026-03-20T00:00:00Z',
      granularity: 'daily',
      group_by: null,
      currency: 'USD',
    });
    expect(data.points).toHaveLength(19);
    const day = (await call('daily/2026-03-10')).json.data;
    expect(data.points[9]).toMatchObject({
      time_key: '2026-03-10',
      window_start: day.window_start,
      total_cost: day.total_cost_usd,
      exact: { total_cost: day.exact.total_cost, net_cost: day.exact.net_cost },
    });
    expect(data.points[18]).toMatchObject({ time_key: '2026-03-19', total_cost: null, exact: null });
    expect(finality.gaps).toEqual(['2026-03-18', '2026-03-19']);
  });

  test('splits points by service and by region, to the last digit', async () => {
    for (const by of ['service', 'region']) {
      const { points } = (await call(`timeseries?from=2026-03-01&to=2026-03-18&group_by=${by}`)).json.data;
      const day = (await call('daily/2026-03-10')).json.data;
      const groups = points[9].groups as { name: string; exact: string }[];
      expect(Object.fromEntries(groups.map(({ name, exact }) => [name, exact]))).toEqual(
        day.exact[`cost_by_${by}`],
      );
    }
  });

  test('answers weeks and months whole, and another currency as nothing', async () => {
    const weeks = (await call('timeseries?from=2026-03-01&to=2026-03-18&granularity=weekly')).json.data
      .points;
    expect(weeks.map(({ time_key }: { time_key: string }) => time_key)).toEqual([
      '2026-W09',
      '2026-W10',
      '2026-W11',
      '2026-W12',
    ]);
    const months = (await call('timeseries?from=2026-02-10&to=2026-03-02&granularity=monthly')).json.data
      .points;
    const february = (await call('monthly/2026-02')).json.data;
    expect(months[0].exact.total_cost).toBe(february.exact.total_cost);
    const euros = (await call('timeseries?from=2026-02-10&to=2026-02-11&currency=EUR')).json.data.points;
    expect(euros[0].exact).toEqual({ total_cost: '0', net_cost: '0' });
  });
});

describe('GET /api/costs', () => {
  test('/drivers answers what costs most, of the newest month unless asked otherwise', async () => {
    const { query, data } = (await call('drivers?limit=3')).json;
    expect(query).toEqual({ period: 'monthly', key: '2026-03', currency: 'USD', limit: 3 });
    expect(data.entries).toHaveLength(3);
    expect(data.entries[0]).toMatchObject({
      service: 'Amazon CloudFront',
      usage_type: 'EU-DataTransfer-Out-Bytes',
    });
    expect((await call('drivers?period=daily&key=2026-03-10')).json.query.key).toBe('2026-03-10');
  });

  test('/anomalies names the day that stands out, and the service that explains it', async () => {
    const { query, data } = (await call('anomalies')).json;
    expect(query).toMatchObject({ from: '2026-02-16T00:00:00Z', to: '2026-03-18T00:00:00Z', floor: 1 });
    expect(data.entries).toHaveLength(1);
    expect(data.entries[0]).toMatchObject({
      date: '2026-03-15',
      direction: 'above',
      compared_with: 'weekday',
    });
    expect(data.entries[0].services[0].service).toBe('Amazon CloudFront');
  });

  test('/projection answers the month with a range, against last month and the budget', async () => {
    const { data, finality } = (await call('projection')).json;
    expect(data).toMatchObject({ month: '2026-03', through: '2026-03-17', method: 'weekday', days_left: 15 });
    const [low, projected, high, spent] = [data.low, data.projected, data.high, data.spent].map(Number);
    expect(spent).toBeLessThan(projected!);
    expect(low).toBeLessThanOrEqual(projected!);
    expect(high).toBeGreaterThan(projected!);
    expect(data.comparison).toMatchObject({ days: 16 });
    expect(data.budget).toMatchObject({ amount: '50', exceeded: 'likely' });
    expect(finality.gaps).toEqual([]);
    expect((await call('projection?month=2026-02')).json.data).toMatchObject({
      month: '2026-02',
      days_left: 0,
    });
  });

  test('/collector answers where it stands and what asking has cost', async () => {
    await changeCollectorState(site.data, (state) => ({
      ...state,
      mark: '2026-03-17',
      last_run: RUN,
      last_success_at: NOW,
    }));
    for (const date of ['2026-03-17', '2026-03-18', '2026-03-18']) await reserveCall(site.data, date, 10);
    expect((await call('collector')).json.data).toEqual({
      mark: '2026-03-17',
      last_run: RUN,
      last_success_at: NOW,
      last_error: null,
      calls: { today: 2, this_month: 3, per_day: 10 },
      spend_usd: { today: '0.02', this_month: '0.03', per_call: '0.01' },
    });
  });

  test.each([
    ['daily/2026-03-16', 'measure,name,currency,amount', 'service,Amazon CloudFront,USD,'],
    ['latest/monthly', 'measure,name,currency,amount', 'region,eu-west-1,USD,'],
    [
      'timeseries?from=2026-03-16',
      'time_key,status,estimated,currency,amount',
      '2026-03-16,partial,true,USD,',
    ],
    [
      'timeseries?from=2026-03-16&group_by=region',
      'time_key,status,estimated,currency,name,amount',
      'USD,global,',
    ],
    [
      'drivers',
      'service,usage_type,currency,amount,percent',
      'Amazon CloudFront,EU-DataTransfer-Out-Bytes,USD,',
    ],
    [
      'anomalies',
      'date,direction,currency,amount,expected,low,high,difference,services',
      '2026-03-15,above,USD,',
    ],
    ['projection', 'measure,value', 'budget_exceeded,likely'],
    ['collector', 'measure,value', 'calls_per_day,10'],
    ['entries/2026-03-16', 'date,grouping,service,region,', '2026-03-16,region,AWS '],
  ])('%s is CSV when asked', async (path, header, row) => {
    const { text, headers } = await call(path, { headers: { accept: 'text/csv' } });
    expect(String(headers['content-disposition'])).toMatch(/filename="backbone-cost[\w.-]+\.csv"/);
    expect(text.startsWith(header)).toBe(true);
    expect(text).toContain(row);
  });

  test('needs a key with the scope costs:read', async () => {
    expect((await call('collector', { key: 'the-costs-key' })).status).toBe(200);
    expect((await call('collector', { key: 'the-traffic-key' })).json.error).toMatchObject({
      code: 'missing_scope',
      details: { missing: 'costs:read' },
    });
    const write = await call('collect', { key: 'the-costs-key', body: {} });
    expect(write.json.error).toMatchObject({ details: { missing: 'costs:write' } });
  });
});

describe('POST /api/costs/collect', () => {
  beforeEach(() => writeJson(site.data, SETTINGS, { costs: { monthly_budget_usd: 50 } }));

  test('collects the days that are asked for, and keeps who asked', async () => {
    const asked: unknown[] = [];
    const collectCosts = async (range: object) => {
      asked.push(range);
      return RUN;
    };
    const body = { from: RUN.from, to: RUN.to };
    expect(await call('collect', { body, collectCosts })).toMatchObject({ status: 200, json: RUN });
    expect(asked).toEqual([body]);
    const audit = (await readAudit(site.data, '2026-03-18')).filter(
      ({ action }) => action === 'costs.collect',
    );
    expect(audit).toMatchObject([{ actor: 'admin', detail: { ...body, calls: 3, outcome: 'done' } }]);
  });

  test('behind the queue is answered with the operation under which its answer will be', async () => {
    const begun: unknown[] = [];
    const operations = {
      begin: async (...asked: unknown[]) => {
        begun.push(asked);
        return { operation_id: 'op-1' };
      },
      read: async () => undefined,
    } as unknown as Operations;
    expect(await call('collect', { body: {}, operations })).toMatchObject({
      status: 202,
      json: { operation_id: 'op-1', state: 'waiting' },
    });
    expect(begun).toEqual([['collect-costs', {}, 'admin']]);
  });

  test('is refused when the calls of the day are used up, before anybody is asked', async () => {
    await writeJson(site.data, SETTINGS, { costs: { calls_per_day: 2 } });
    for (let made = 0; made < 2; made++) await reserveCall(site.data, '2026-03-18', 2);
    const collectCosts = () => Promise.reject(new Error('it was asked'));
    const { status, json } = await call('collect', { body: {}, collectCosts });
    expect(status).toBe(429);
    expect(json.error).toMatchObject({
      code: 'budget_spent',
      details: { calls: 2, calls_per_day: 2, spend_usd: '0.02' },
    });
  });

  test.each([
    [{ from: '2026-03-10', to: '2026-03-10' }, 'from', 'a day from'],
    [{ from: '2023-01-01' }, 'from', 'a day from 2025-01-13'],
    [{ to: '2026-03-25' }, 'to', 'at most 2026-03-19'],
    [{ from: 'yesterday' }, 'from', 'a UTC day'],
    [{ since: '2026-03-01' }, 'since', 'from'],
  ])('%j is refused with the member and the accepted form', async (body, name, accepted) => {
    const { status, json } = await call('collect', { body, collectCosts: async () => RUN });
    expect(status).toBe(400);
    expect(json.error.message).toContain(name);
    expect(json.error.message).toContain(accepted);
  });

  test('tells what AWS said, and that nothing here can ask it', async () => {
    const collectCosts = () =>
      Promise.reject(new CollectionFailed('AccessDeniedException', 'they need ce:GetCostAndUsage'));
    expect(await call('collect', { body: {}, collectCosts })).toMatchObject({
      status: 502,
      json: { error: { code: 'collection_failed', message: 'they need ce:GetCostAndUsage' } },
    });
    expect((await call('collect', { body: {} })).status).toBe(503);
  });
});
