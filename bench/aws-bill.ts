import { STEP_SHAPES } from '../lib/step-shapes.ts';
import type { MeasuredEvents } from './aws-events-hour.ts';
import type { MeasuredHour } from './aws-hour.ts';
import { PRICES } from './aws-prices.ts';

/** What was counted once, so that the page follows from it always. */
export interface Measured {
  /** Metrics that the alarms look at; each is billed. */
  readonly alarmMetrics: number;
  /** Metrics made from logs, which have values in hours with calls. */
  readonly logMetrics: number;
  /** Queues that a function polls, of either kind. */
  readonly standardQueues: number;
  readonly fifoQueues: number;
  readonly hours: readonly MeasuredHour[];
  /** Of applications that report. */
  readonly reporting: readonly MeasuredEvents[];
}

/** US dollars for a month, by what they are paid for. */
export interface Bill {
  readonly requests: number;
  readonly lines: Readonly<Record<string, number>>;
}

/** What could not be measured without an account; each is named on the page. */
export const ASSUMED = {
  /** Seconds for a request to S3, one after the other: the lower end of what AWS's guide tells of small objects. */
  s3Seconds: 0.1,
  /** Seconds that a function needs to start, counted with each call. */
  startSeconds: 0.3,
  /** Bytes of logs for a call: the platform's three lines and one of ours. */
  logBytes: 1_500,
  /** Pollers of a queue, and empty answers of each in an hour: Lambda's guide begins with five, long polling takes 20 s. */
  pollers: 5,
  emptyAnswers: 180,
  /** Events of S3 for a log object: it arrives, is copied, deleted, and the copy expires. */
  eventsOfObject: 4,
  /** Requests of people who look at the page, in a month. */
  apiRequests: 6_000,
  /** Pages that a day's collection of costs asks for: three questions of a small account. */
  costCalls: 3,
} as const;

export const HOURS = 730;
const [RAW_DAYS, ORIGINAL_DAYS, VERSION_DAYS] = [90, 14, 7];
const GB = 1e9;

/** A month of hours like the measured one, after a year; storage at what it has reached by then. */
export function billOf(hour: MeasuredHour, measured: Measured): Bill {
  const steps = Object.entries(hour.steps).map(([name, step]) => ({ ...step, ...shapeOf(name) }));
  const sum = (of: (step: (typeof steps)[number]) => number) =>
    steps.reduce((total, step) => total + of(step), 0);
  const calls = sum((step) => step.calls);
  const seconds = (step: (typeof steps)[number]) =>
    step.cpu / 1000 + (step.writes + step.reads) * ASSUMED.s3Seconds + step.calls * ASSUMED.startSeconds;
  const logs = (calls * HOURS * ASSUMED.logBytes) / GB;
  return {
    requests: hour.requests * HOURS,
    lines: {
      'S3, requests':
        HOURS * (sum((step) => step.writes) + morePages(hour)) * PRICES.s3Write +
        HOURS * sum((step) => step.reads) * PRICES.s3Read,
      'S3, storage after a year': storedGb(hour) * PRICES.s3Storage,
      Lambda:
        HOURS *
        (calls * PRICES.call +
          sum((step) => seconds(step) * step.gigabytes) * PRICES.gbSecond +
          sum((step) => seconds(step) * step.temporary) * PRICES.temporaryGbSecond),
      'SQS, messages': HOURS * (hour.sqsStandard * PRICES.sqsStandard + hour.sqsFifo * PRICES.sqsFifo),
      'SQS, asking empty queues': pollingOf(measured),
      'EventBridge, events of S3': HOURS * hour.objects * ASSUMED.eventsOfObject * PRICES.event,
      'CloudWatch, alarms and page of graphs': measured.alarmMetrics * PRICES.alarmMetric + PRICES.dashboard,
      'CloudWatch, metrics from logs': hour.objects === 0 ? 0 : measured.logMetrics * PRICES.ownMetric,
      'CloudWatch, logs': logs * (PRICES.logGb + PRICES.logStorageGb),
      'X-Ray, every call traced': calls * HOURS * PRICES.trace,
      'Secrets Manager and API': PRICES.secret + ASSUMED.apiRequests * PRICES.apiRequest,
      'Cost Explorer, asked once a day': (HOURS / 24) * ASSUMED.costCalls * PRICES.costCall,
    },
  };
}

/** What a month adds in which an application reports as in the measured hour. */
export function addedBy({ posts, events, ...hour }: MeasuredEvents, measured: Measured): Bill {
  const nothing = { requests: 0, objects: 0 };
  const all = billOf({ ...nothing, ...hour }, measured).lines;
  const names = ['S3, requests', 'S3, storage after a year', 'Lambda', 'SQS, messages', 'CloudWatch, logs'];
  const lines = [...names, 'X-Ray, every call traced'].map((name) => [name, all[name] ?? 0]);
  return {
    requests: events * HOURS,
    lines: { ...Object.fromEntries(lines), 'API, requests': posts * HOURS * PRICES.apiRequest },
  };
}

/** What is paid when nothing is delivered: the schedules run, the queues are asked. */
export function idleBill(measured: Measured): Bill {
  const [{ steps }] = measured.hours as [MeasuredHour];
  const scheduled = { sweep: steps.sweep!, archive: steps.archive! };
  const nothing = {
    requests: 0,
    objects: 0,
    sqsStandard: 0,
    sqsFifo: 0,
    originalBytes: 0,
    rawBytes: 0,
    rawBatches: 0,
    derivedBytes: 0,
    replacedBytes: 0,
  };
  return billOf({ ...nothing, steps: scheduled }, measured);
}

export function totalOf({ lines }: Bill): number {
  return Object.values(lines).reduce((sum, line) => sum + line, 0);
}

function shapeOf(step: string) {
  const { memory, temporary } = STEP_SHAPES[step as keyof typeof STEP_SHAPES];
  return { gigabytes: memory / 1024, temporary: (temporary - 512) / 1024 };
}

/** The sweeper lists all raw batches and all archived originals, 1,000 a page; the measured hour had one page. */
function morePages({ rawBatches, objects }: MeasuredHour): number {
  return (2 * 24 * (rawBatches * RAW_DAYS + objects * ORIGINAL_DAYS)) / 1_000;
}

function storedGb(hour: MeasuredHour): number {
  const aged =
    hour.rawBytes * RAW_DAYS + hour.originalBytes * ORIGINAL_DAYS + hour.replacedBytes * VERSION_DAYS;
  return (24 * aged + 12 * HOURS * hour.derivedBytes) / GB;
}

function pollingOf({ standardQueues, fifoQueues }: Measured): number {
  const perQueue = ASSUMED.pollers * ASSUMED.emptyAnswers * HOURS;
  return perQueue * (standardQueues * PRICES.sqsStandard + fifoQueues * PRICES.sqsFifo);
}
