import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createLogReader, DEFAULT_RULES, readLog } from '@sgraph-backbone/layer/logs';
import { createCalendar, sumSummaries } from '@sgraph-backbone/layer/rollups';
import { createWindowRows } from '../lambdas/ingest/window-rows.ts';
import { countryOf } from '../local/country-table.ts';
import { readPieces } from './log-pieces.ts';
import { createOpenWindows } from './open-windows.ts';

// A fixed secret and one key for every day: nothing is kept, so nothing has to be secret.
const SECRET = new Uint8Array(32).fill(7);

/**
 * Parsing, windows and all measures of the logs in a folder or of one file, in one thread and without a store.
 * Prints one line: how many requests were counted, in how many windows. The logs have no country column: with
 * `--countries` the offline table is loaded and asked, as `import` does.
 */
async function measure(input: string, countries: boolean): Promise<void> {
  const windows = createOpenWindows();
  const windowRows = createWindowRows();
  const options = {
    reader: createLogReader(),
    identity: SECRET,
    rules: DEFAULT_RULES,
    now: Date.now(),
    dayOf: createCalendar('UTC').dayOf,
    ...(countries ? { country: countryOf } : {}),
    dayKey: async () => ({ id: 'bench', key: SECRET }),
  };
  for (const file of filesOf(input)) {
    await readLog(readPieces(file), { ...options, name: path.basename(file) }, (block) => {
      for (const { window, rows, count } of windowRows(block)) windows.add(window, block, rows, count);
    });
  }
  const summaries = windows.finish();
  const { classes } = sumSummaries(summaries.values());
  const requests = Object.values(classes).reduce((sum, { counters }) => sum + counters.total_requests, 0);
  process.stdout.write(`${JSON.stringify({ requests, windows: summaries.size })}\n`);
}

function filesOf(input: string): string[] {
  if (!statSync(input).isDirectory()) return [input];
  const names = readdirSync(input).sort();
  return names.map((name) => path.join(input, name));
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { countries: { type: 'boolean', default: false } },
});
await measure(positionals[0]!, values.countries);
