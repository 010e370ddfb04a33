/**
 * How long it takes to read costs and to sum them: `node bench/costs.ts [--months 13] [--services 40] [--regions 5]
 * [--store memory:|disk:] [--runs 200]`. The SDK's client asks a server on loopback that answers in Cost Explorer's
 * protocol, in pages; every day is kept, summed, and joined with traffic. Then a month is read as an answer holds it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  addDays,
  daysBetween,
  firstOfMonth,
  presentCosts,
  readCostRollup,
} from '@sgraph-backbone/layer/costs';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { DEFAULT_SETTINGS } from '@sgraph-backbone/layer/settings';
import { collectCosts } from '../lambdas/collect-costs/collect-costs.ts';
import { costExplorer } from '../lambdas/collect-costs/cost-explorer.ts';

const { values } = parseArgs({
  options: {
    months: { type: 'string', default: '13' },
    services: { type: 'string', default: '40' },
    regions: { type: 'string', default: '5' },
    store: { type: 'string', default: 'disk:' },
    runs: { type: 'string', default: '200' },
  },
});

const NOW = Date.parse('2026-03-01T05:00:00Z');
const TO = '2026-03-01';
const PAGE = 5_000;

interface Question {
  readonly TimePeriod: { readonly Start: string; readonly End: string };
  readonly GroupBy: readonly { readonly Key: string }[];
  readonly NextPageToken?: string;
}

/** Amounts that differ from day to day and have ten digits, as AWS's have. */
function groupsOf(date: string, second: string): object[] {
  const apart = second === 'RECORD_TYPE';
  const others = apart ? ['Tax'] : Array.from({ length: Number(values.regions) }, (_, at) => `place-${at}`);
  return Array.from({ length: apart ? 1 : Number(values.services) }, (_, service) =>
    others.map((other, at) => {
      const digits = (Date.parse(date) / 86_400_000) * 7_919 + service * 104_729 + at * 1_299_709;
      const amount = { Amount: `0.${String(digits % 10_000_000_000).padStart(10, '0')}`, Unit: 'USD' };
      const quantity = { Amount: `${digits % 1_000}.5`, Unit: 'GB' };
      return {
        Keys: [`AWS service ${service}`, other],
        Metrics: { UnblendedCost: amount, AmortizedCost: amount, UsageQuantity: quantity },
      };
    }),
  ).flat();
}

/** A page of whole days. */
function pageOf({ TimePeriod, GroupBy, NextPageToken }: Question): object {
  const second = GroupBy[1]!.Key;
  const perPage = Math.max(1, Math.floor(PAGE / groupsOf(TO, second).length));
  const start = NextPageToken ?? TimePeriod.Start;
  const next = addDays(start, perPage);
  const isLast = next >= TimePeriod.End;
  const ResultsByTime = daysBetween(start, isLast ? TimePeriod.End : next).map((date) => ({
    TimePeriod: { Start: date, End: addDays(date, 1) },
    Total: {},
    Groups: groupsOf(date, second),
    Estimated: false,
  }));
  return { ResultsByTime, ...(!isLast && { NextPageToken: next }) };
}

async function serve() {
  // Answers are made before the clock starts: they are AWS's work.
  const known = new Map<string, string>();
  const server = createServer(async (asked, answer) => {
    let body = '';
    for await (const chunk of asked) body += chunk;
    answer.setHeader('content-type', 'application/x-amz-json-1.1');
    const text = known.get(body) ?? JSON.stringify(pageOf(JSON.parse(body)));
    known.set(body, text);
    answer.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const folder = mkdtempSync(join(tmpdir(), 'backbone-costs-'));
const { server, url } = await serve();
const ask = costExplorer({ endpoint: url, credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' } });
const range = { from: firstOfMonth(TO, -Number(values.months)), to: TO };

/** A collection into a new store: its seconds, those of the processor (the server's part included), and the store. */
async function collect(name: string) {
  const store = await openStore(values.store === 'disk:' ? `disk:${join(folder, name)}` : values.store);
  const context = {
    data: store.data,
    now: () => NOW,
    traffic: async () => ({
      status: 'final' as const,
      feed: 'standard',
      requests: 100_000,
      visitors: 2_000,
      visitors_bound: 'exact' as const,
      transfers: 300,
      transfers_from: 'application' as const,
      mark: 'bench',
    }),
    settings: { ...DEFAULT_SETTINGS.costs, calls_per_day: 1_000 },
    ask,
    sleep: async () => {},
    random: Math.random,
  };
  const started = performance.now();
  const before = process.cpuUsage();
  const run = await collectCosts(context, range);
  const { user, system } = process.cpuUsage(before);
  return { store, run, seconds: (performance.now() - started) / 1_000, cpu: (user + system) / 1_000_000 };
}

await (await collect('warm')).store.close();
const { store, run, seconds, cpu } = await collect('timed');
process.stdout.write(
  `${values.months} months × ${values.services} services × ${values.regions} regions, ${values.store} ` +
    `${run.days} days, ${run.calls} calls: read, kept and summed in ${seconds.toFixed(2)} s (${cpu.toFixed(2)} s of processor)\n`,
);
const times: number[] = [];
for (let at = 0; at < Number(values.runs); at++) {
  const started = performance.now();
  const rollup = await readCostRollup(store.data, { period: 'monthly', time_key: '2026-02' });
  JSON.stringify(presentCosts(rollup!));
  times.push(performance.now() - started);
}
times.sort((a, b) => a - b);
const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))]!.toFixed(2);
process.stdout.write(`a month, read and presented: median ${at(0.5)} ms, p99 ${at(0.99)} ms\n`);
await store.close();
server.close();
rmSync(folder, { recursive: true });
