import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { daysBetween, presentCosts, readCostRollup } from '@sgraph-backbone/layer/costs';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { readAudit } from '@sgraph-backbone/layer/ledger';
import { csv, focus, zipped } from '../unit/bills/tables.ts';
import { backbone } from './command.ts';
import { type CostServer, costServer, type WireQuestion } from './costs-server.ts';
import { temporaryFolder } from './folder.ts';

const folder = temporaryFolder();
let server: CostServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** A cent and a bit for each day. */
function someCosts({ TimePeriod, GroupBy }: WireQuestion) {
  const isApart = GroupBy.some(({ Key }) => Key === 'RECORD_TYPE');
  const second = { REGION: 'eu-west-1', USAGE_TYPE: 'EU-Requests-Tier1' }[GroupBy[1]?.Key ?? ''];
  const money = { Amount: '0.0123456789', Unit: 'USD' };
  const groups = [
    {
      Keys: ['Amazon Simple Storage Service', second],
      Metrics: {
        UnblendedCost: money,
        AmortizedCost: money,
        UsageQuantity: { Amount: '7', Unit: 'Requests' },
      },
    },
  ];
  const days = daysBetween(TimePeriod.Start, TimePeriod.End).map((Start) => ({
    TimePeriod: { Start, End: Start },
    Estimated: true,
    Groups: isApart ? [] : groups,
  }));
  return { status: 200, body: { GroupDefinitions: GroupBy, ResultsByTime: days } };
}

function collect(store: string, words: readonly string[], env: Record<string, string> = {}) {
  const nobody = {
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/none',
    AWS_SHARED_CREDENTIALS_FILE: '/none',
  };
  const url = `disk:${join(folder, store)}`;
  return backbone(['collect-costs', '--store', url, ...words], { env: { ...nobody, ...env } });
}

async function costsOf(store: string, time_key: string) {
  const opened = await openStore(`disk:${join(folder, store)}`);
  try {
    const rollup = await readCostRollup(opened.data, { period: 'daily', time_key });
    const audit = await readAudit(opened.data, new Date().toISOString().slice(0, 10));
    return { costs: rollup && presentCosts(rollup), audit };
  } finally {
    await opened.close();
  }
}

describe('backbone collect-costs', () => {
  test('asks Cost Explorer with the credentials of this machine, and says what it has read and paid', async () => {
    server = await costServer(someCosts);
    const { code, stdout, stderr } = await collect('asked', ['--from', '2026-02-01', '--to', '2026-02-11'], {
      AWS_ENDPOINT_URL_COST_EXPLORER: server.url,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
    });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe('10 days from 2026-02-01 up to 2026-02-11 read, 10 changed; 3 calls, $0.03\n');
    const { costs, audit } = await costsOf('asked', '2026-02-10');
    expect(costs).toMatchObject({
      exact: { total_cost: '0.0123456789' },
      cost_by_region: { 'eu-west-1': 0.0123456789 },
    });
    expect(audit).toMatchObject([{ action: 'costs.collect', actor: 'command line', detail: { calls: 3 } }]);
  });

  test('says in one line what is missing: credentials, a day that is one', async () => {
    const nobody = await collect('nobody', []);
    expect([nobody.code, nobody.stdout]).toEqual([1, '']);
    expect(nobody.stderr).toMatch(/^There are no AWS credentials: set AWS_PROFILE[^\n]*\n$/);
    const noDay = await collect('nobody', ['--from', 'yesterday']);
    expect(noDay.stderr).toContain('accepted: a UTC day such as 2026-02-16');
    expect(noDay.code).toBe(1);
  });

  test('takes data exports from a folder as AWS delivers them, each once', async () => {
    const export_ = join(folder, 'billing/site-costs');
    const [data, metadata] = ['data', 'metadata'].map((part) =>
      join(export_, part, 'BILLING_PERIOD=2026-02'),
    );
    for (const path of [data!, metadata!]) mkdirSync(path, { recursive: true });
    const line = focus({ ChargePeriodStart: '2026-02-16T00:00:00Z', BilledCost: '1.25' });
    writeFileSync(join(data!, 'site-00001.csv.gz'), zipped(csv([line, line])));
    const dataFiles = ['s3://billing/site-costs/data/BILLING_PERIOD=2026-02/site-00001.csv.gz'];
    writeFileSync(join(metadata!, 'site-costs-Manifest.json'), JSON.stringify({ dataFiles }));
    const words = ['--export', join(folder, 'billing')];
    const first = await collect('exported', words);
    expect([first.code, first.stdout]).toEqual([0, 'site-costs 2026-02: 2 lines; 16 days changed\n']);
    const again = await collect('exported', words);
    expect(again.stdout).toBe('site-costs 2026-02: known already\n');
    expect((await costsOf('exported', '2026-02-16')).costs).toMatchObject({ total_cost_usd: 2.5 });
  });

  test('refuses a file that is no data export, and a place where there is none', async () => {
    const place = join(folder, 'other');
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'list.csv'), 'a,b\n1,2\n');
    const refused = await collect('refused', ['--export', place]);
    expect(refused.code).toBe(2);
    expect(refused.stdout).toContain('refused: ');
    expect(refused.stdout).toContain('accepted are AWS Data Exports');
    const nowhere = await collect('refused', ['--export', join(folder, 'nowhere')]);
    expect(nowhere.code).toBe(2);
    expect(nowhere.stderr).toContain('no such file or folder');
  });
});
