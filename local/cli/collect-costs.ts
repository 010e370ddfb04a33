import { openBucket } from '@sgraph-backbone/layer/drivers';
import { processLevel, processLog } from '@sgraph-backbone/layer/runtime';
import { auditedCollection } from '../../lambdas/collect-costs/audited-collection.ts';
import type { AskedDays } from '../../lambdas/collect-costs/collected-range.ts';
import { newCostAlerts } from '../../lambdas/collect-costs/cost-alerts.ts';
import { collectExports, type ExportRun } from '../../lambdas/collect-costs/exported-costs.ts';
import { costsFrom } from '../../lambdas/collect-costs/open-costs.ts';
import { type CollectionContext, runCollection } from '../../lambdas/collect-costs/run-collection.ts';
import { askLater } from '../ask-later.ts';
import { exportFilesIn } from '../files/export-files.ts';
import type { Command, Given } from './command.ts';
import { openSession, type Session, STORE_OPTION } from './session.ts';

export const collectCostsCommand: Command = {
  name: 'collect-costs',
  summary: 'Reads what AWS bills, day by day: from Cost Explorer ($0.01 a call), or from data exports.',
  takes: '',
  options: {
    ...STORE_OPTION,
    from: {
      type: 'string',
      value: 'day',
      meaning: 'UTC day (default: the first of the previous month, which AWS may still restate)',
    },
    to: { type: 'string', value: 'day', meaning: 'exclusive (default: today)' },
    export: {
      type: 'string',
      value: 'folder|s3://…',
      meaning: 'data exports (FOCUS 1.2, CUR 2.0) instead of asking Cost Explorer',
    },
    json: { type: 'boolean', meaning: 'one line of JSON' },
  },
  examples: [
    'collect-costs',
    'collect-costs --from 2026-01-01 --to 2026-02-01',
    'collect-costs --export s3://billing/exports/',
  ],
  run: runCollectCosts,
};

/** 0: all was read; 1: AWS refused (the message says why); 2: an export was refused. */
async function runCollectCosts(given: Given): Promise<number> {
  const session = await openSession(given.text('store'));
  try {
    const place = given.text('export');
    const context = contextOf(session);
    const isJson = given.flag('json');
    if (place !== undefined) return await fromExports(context, place, isJson);
    const asked: AskedDays = { from: given.text('from'), to: given.text('to') };
    const log = processLog(processLevel(), { command: 'collect-costs' });
    const who = { actor: 'command line', at: context.now() };
    const run = await auditedCollection(context.data, asked, who, (days) =>
      runCollection(context, days, log),
    );
    const { calls, days, changed, from, to } = run;
    const text = `${days} days from ${from} up to ${to} read, ${changed} changed; ${calls} calls, $${(calls / 100).toFixed(2)}\n`;
    process.stdout.write(isJson ? `${JSON.stringify(run)}\n` : text);
    return 0;
  } finally {
    await session.close();
  }
}

function contextOf({ pipeline, ingestOptions: options }: Session): CollectionContext {
  return costsFrom(process.env, { ask: askLater(), openBucket })({ pipeline, options });
}

async function fromExports(context: CollectionContext, place: string, isJson: boolean): Promise<number> {
  const imported = await collectExports(context, await exportFilesIn(place));
  const alerts = await newCostAlerts(context.data, context.settings, context.now());
  process.stdout.write(isJson ? `${JSON.stringify({ ...imported, alerts })}\n` : textOf(imported));
  return imported.remarks.some(({ outcome }) => outcome === 'refused') ? 2 : 0;
}

function textOf({ periods, remarks }: ExportRun): string {
  const told = periods.map(({ export: name, period, outcome, lines, corrections, changed }) => {
    if (outcome === 'already_known') return `${name} ${period}: known already\n`;
    const corrected = corrections > 0 ? `, ${corrections} of them corrections` : '';
    return `${name} ${period}: ${lines.toLocaleString('en')} lines${corrected}; ${changed.length} days changed\n`;
  });
  const left = remarks.map(
    ({ path, reason, outcome }) =>
      `${outcome === 'later' ? 'left for later' : 'refused'}: ${path}: ${reason}\n`,
  );
  return [...told, ...left].join('') || 'no data export there\n';
}
