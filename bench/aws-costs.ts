import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { everyResource, type Templates, templates } from '../test/synth/synthesized.ts';
import { HOURS, type Measured } from './aws-bill.ts';
import { costsPage } from './aws-costs-page.ts';
import { type MeasuredEvents, measureEvents } from './aws-events-hour.ts';
import { type MeasuredHour, measureHour } from './aws-hour.ts';

export const COSTS_PAGE = join(import.meta.dirname, '../docs/costs-of-running.md');
const MEASURED = join(import.meta.dirname, 'aws-costs.json');

export function readMeasured(): Measured {
  return JSON.parse(readFileSync(MEASURED, 'utf8')) as Measured;
}

/** What the templates have that is paid by the piece. */
export function countedIn(all: Templates): Omit<Measured, 'hours' | 'reporting'> {
  const alarms = everyResource(all, 'AWS::CloudWatch::Alarm');
  const polled = everyResource(all, 'AWS::SQS::Queue').filter(
    ([, { Properties }]) => Properties.RedrivePolicy,
  );
  const fifo = polled.filter(([, { Properties }]) => Properties.FifoQueue === true);
  return {
    alarmMetrics: alarms.reduce((sum, [, { Properties }]) => sum + metricsOf(Properties), 0),
    // One without a default has a value, and a price, only when there is something to tell.
    logMetrics: everyResource(all, 'AWS::Logs::MetricFilter').filter(
      ([, { Properties }]) => Properties.MetricTransformations[0].DefaultValue !== undefined,
    ).length,
    standardQueues: polled.length - fifo.length,
    fifoQueues: fifo.length,
  };
}

/** Log objects that CloudFront delivers in an hour, by requests in a month: several, and more where there is more. */
const DELIVERIES: readonly [requests: number, objects: number][] = [
  [1e4, 4],
  [1e6, 12],
  [1e8, 120],
];

/** Posts of an hour and events of each. */
const REPORTS: readonly [posts: number, each: number][] = [
  [14, 10],
  [137, 10],
  [1_370, 100],
];

async function measure(): Promise<Measured> {
  const hours: MeasuredHour[] = [];
  for (const [requests, objects] of DELIVERIES)
    hours.push(await measureHour(Math.round(requests / HOURS), objects));
  return { ...countedIn(templates()), hours, reporting: await measureReports() };
}

async function measureReports(): Promise<MeasuredEvents[]> {
  const reporting: MeasuredEvents[] = [];
  for (const [posts, each] of REPORTS) reporting.push(await measureEvents(posts, each));
  return reporting;
}

function metricsOf({ Metrics }: { readonly Metrics?: readonly { readonly Expression?: string }[] }): number {
  return Metrics?.filter(({ Expression }) => Expression === undefined).length ?? 1;
}

if (process.argv[1] === import.meta.filename) {
  process.env.BACKBONE_LOG_LEVEL = 'error';
  if (process.argv[2] !== '--page') writeFileSync(MEASURED, `${JSON.stringify(await measure(), null, 2)}\n`);
  writeFileSync(COSTS_PAGE, costsPage(readMeasured()));
}
