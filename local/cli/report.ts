import { openStore } from '@sgraph-backbone/layer/drivers';
import { PERIODS } from '@sgraph-backbone/layer/rollups';
import { processLog } from '@sgraph-backbone/layer/runtime';
import { createBackbone } from '../backbone.ts';
import { createAsking } from './ask.ts';
import { BadUsage, type Command, type Given } from './command.ts';
import { type ReportAnswers, reportText } from './report-text.ts';
import { DEFAULT_STORE, STORE_OPTION } from './session.ts';

export const reportCommand: Command = {
  name: 'report',
  summary: 'Shows the traffic of a day, week, month or any other window; today by default.',
  takes: '[<period> <time key>]',
  options: {
    ...STORE_OPTION,
    feed: { type: 'string', value: 'feed', meaning: 'a kind (standard, realtime, application) or one feed' },
    host: { type: 'string', value: 'host', meaning: 'one of the hosts in the settings' },
    class: { type: 'string', value: 'class', meaning: 'human, bot, probe, monitor or all (default: human)' },
    json: { type: 'boolean', meaning: 'the roll-up as JSON' },
  },
  examples: ['report', 'report daily 2026-02-16', 'report weekly 2026-W07 --class all --json'],
  run: runReport,
};

const LISTS = ['path', 'referrer_domain', 'country', 'browser', 'operating_system', 'status_code'] as const;

async function runReport(given: Given): Promise<number> {
  const query = {
    ...windowOf(given),
    feed: given.text('feed'),
    host: given.text('host'),
    class: classOf(given),
  };
  const store = await openStore(given.text('store') ?? (process.env.BACKBONE_STORE || DEFAULT_STORE));
  try {
    const ask = createAsking(await createBackbone(store, processLog('warn')));
    const summary = await ask('/api/sa/traffic/summary', query);
    if (given.flag('json')) return print(`${JSON.stringify(summary)}\n`);
    const top: [string, unknown][] = [];
    for (const list of LISTS)
      top.push([list, await ask(`/api/sa/traffic/top/${list}`, { ...query, limit: '10' })]);
    return print(reportText({ summary, top: Object.fromEntries(top) } as ReportAnswers));
  } finally {
    await store.close();
  }
}

function windowOf({ positionals }: Given): { period?: string; key?: string } {
  const [period, key, ...more] = positionals;
  if (period === undefined) return {};
  if (!PERIODS.some((known) => known === period))
    throw new BadUsage(`report: "${period}" is no period; accepted: ${PERIODS.join(', ')}`);
  if (key === undefined || more.length > 0)
    throw new BadUsage(`report: a period takes one time key, such as ${EXAMPLES[period]}`);
  return { period, key };
}

const EXAMPLES: Record<string, string> = {
  '30min': '2026-02-16-1430',
  hourly: '2026-02-16-14',
  daily: '2026-02-16',
  weekly: '2026-W07',
  monthly: '2026-02',
  yearly: '2026',
};

function classOf(given: Given): string {
  return given.text('class') ?? 'human';
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}
