import { calendarOf, PERIODS, type Period } from '@sgraph-backbone/layer/rollups';
import { processLog } from '@sgraph-backbone/layer/runtime';
import { createBackbone } from '../backbone.ts';
import { createAsking } from './ask.ts';
import { BadUsage, type Command, type Given } from './command.ts';
import { type Asked, knownTime } from './known-time.ts';
import { type ReportAnswers, reportText } from './report-text.ts';
import { openKnownStore, STORE_OPTION, storePlace, storeUrl } from './session.ts';

export const reportCommand: Command = {
  name: 'report',
  summary:
    'Shows the traffic of a day, week, month or any other window; by default of the latest day with data.',
  takes: '[<period> [<time key>]]',
  options: {
    ...STORE_OPTION,
    feed: { type: 'string', value: 'feed', meaning: 'a kind (standard, realtime, application) or one feed' },
    host: { type: 'string', value: 'host', meaning: 'one of the hosts in the settings' },
    class: { type: 'string', value: 'class', meaning: 'human, bot, probe, monitor or all (default: human)' },
    json: { type: 'boolean', meaning: 'the roll-up as JSON' },
  },
  examples: [
    'report',
    'report monthly',
    'report daily 2026-02-16',
    'report weekly 2026-W07 --class all --json',
  ],
  run: runReport,
};

const LISTS = ['path', 'referrer_domain', 'country', 'browser', 'operating_system', 'status_code'] as const;

async function runReport(given: Given): Promise<number> {
  const { period, key } = windowOf(given);
  const others = { feed: given.text('feed'), host: given.text('host'), class: classOf(given) };
  const store = await openKnownStore(given.text('store'));
  try {
    const ask = createAsking(await createBackbone(store, processLog('warn')));
    const asked = await askedFor(ask, period, key, others);
    const known = await knownTime(store.data, asked);
    const query = { ...others, period, key: key ?? known?.last ?? asked.now };
    const summary = (await ask(SUMMARY, query)) as ReportAnswers['summary'];
    if (given.flag('json')) return print(`${JSON.stringify(summary)}\n`);
    if (asked.feeds.length === 0) return print(emptyText(given));
    const top: [string, unknown][] = [];
    for (const list of LISTS)
      top.push([list, await ask(`/api/sa/traffic/top/${list}`, { ...query, limit: '10' })]);
    return print(reportText({ summary, top: Object.fromEntries(top), known } as ReportAnswers));
  } finally {
    await store.close();
  }
}

const SUMMARY = '/api/sa/traffic/summary';

/** What the question is about, as the API understands it, which refuses what is none. */
async function askedFor(
  ask: ReturnType<typeof createAsking>,
  period: Period,
  key: string | undefined,
  others: Readonly<Record<string, string | undefined>>,
): Promise<Asked & { readonly now: string }> {
  const asked = key === undefined ? others : { ...others, period, key };
  const { query } = (await ask(SUMMARY, asked)) as ReportAnswers['summary'];
  const { feeds, timezone } = query;
  return { feeds, period, host: others.host, now: calendarOf(timezone).keyAt(period, Date.now()) };
}

function emptyText(given: Given): string {
  const url = storeUrl(given.text('store'));
  return `${storePlace(url)} is empty: import log files, or put them into its folder for arrivals\n`;
}

function windowOf({ positionals }: Given): { period: Period; key?: string } {
  const [given = 'daily', key, ...more] = positionals;
  const period = PERIODS.find((known) => known === given);
  if (period === undefined)
    throw new BadUsage(`report: "${given}" is no period; accepted: ${PERIODS.join(', ')}`);
  if (more.length > 0) throw new BadUsage(`report: a period takes one time key, such as ${EXAMPLES[period]}`);
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
