import type { CostLine, CostReading, RecordType } from '@sgraph-backbone/layer/costs';
import { DEMO_SEED } from './demo-week.ts';
import { createRandom, type Random } from './random.ts';

const DAY = 86_400_000;
/** Enough for a month to be compared with the one before, and a weekday with eight others. */
const DAYS = 75;
/** After midnight, ms: when a day's collection is made. */
const COLLECTED = 9.4 * 3_600_000;
/** Days ago on which somebody had sent far more than usual. */
const BUSY_DAY = 3;

interface Usage {
  readonly service: string;
  readonly region: string;
  readonly usage_type: string;
  readonly unit: string;
  /** Units on a usual day, and what one costs. */
  readonly quantity: number;
  readonly price: number;
  /** Part of it that Backbone itself uses. */
  readonly own: number;
}

const CLOUDFRONT = { service: 'Amazon CloudFront', region: 'global' };
const S3 = { service: 'Amazon Simple Storage Service', region: 'eu-west-1' };
const LAMBDA = { service: 'AWS Lambda', region: 'eu-west-1' };

const USUAL: readonly Usage[] = [
  {
    ...CLOUDFRONT,
    usage_type: 'EU-DataTransfer-Out-Bytes',
    unit: 'GB',
    quantity: 21.4,
    price: 0.085,
    own: 0,
  },
  { ...CLOUDFRONT, usage_type: 'US-DataTransfer-Out-Bytes', unit: 'GB', quantity: 6.2, price: 0.085, own: 0 },
  {
    ...CLOUDFRONT,
    usage_type: 'EU-Requests-Tier2-HTTPS',
    unit: 'Requests',
    quantity: 4_100,
    price: 0.000_001_2,
    own: 0,
  },
  { ...S3, usage_type: 'EU-TimedStorage-ByteHrs', unit: 'GB-Mo', quantity: 9.1, price: 0.023, own: 0.04 },
  { ...S3, usage_type: 'EU-Requests-Tier1', unit: 'Requests', quantity: 9_800, price: 0.000_005, own: 0.6 },
  {
    ...S3,
    usage_type: 'EU-Requests-Tier2',
    unit: 'Requests',
    quantity: 61_000,
    price: 0.000_000_4,
    own: 0.5,
  },
  {
    ...LAMBDA,
    usage_type: 'EU-Lambda-GB-Second-ARM',
    unit: 'Lambda-GB-Second',
    quantity: 5_200,
    price: 0.000_013_333_4,
    own: 0.3,
  },
  {
    ...LAMBDA,
    region: 'us-east-1',
    usage_type: 'USE1-Lambda-Edge-Request',
    unit: 'Requests',
    quantity: 4_100,
    price: 0.000_000_6,
    own: 0,
  },
  {
    service: 'Amazon Simple Queue Service',
    region: 'eu-west-1',
    usage_type: 'EU-Requests-RBP',
    unit: 'Requests',
    quantity: 11_000,
    price: 0.000_000_4,
    own: 1,
  },
  {
    service: 'AmazonCloudWatch',
    region: 'eu-west-1',
    usage_type: 'EU-CW:AlarmMonitorUsage',
    unit: 'Alarms',
    quantity: 0.8,
    price: 0.1,
    own: 1,
  },
  {
    service: 'AWS Secrets Manager',
    region: 'eu-west-1',
    usage_type: 'EU-AWSSecretsManager-Secrets',
    unit: 'Secrets',
    quantity: 0.033,
    price: 0.4,
    own: 1,
  },
  {
    service: 'AWS Cost Explorer',
    region: 'us-east-1',
    usage_type: 'USE1-APIRequest',
    unit: 'Requests',
    quantity: 4,
    price: 0.01,
    own: 1,
  },
];

/** Sunday first: files are sent for work. */
const WEEKDAYS = [0.55, 1, 1.06, 1.1, 1.04, 0.94, 0.5];
/** Of what a day costs when it is read on the next morning. */
const PARTIAL = 0.93;

/**
 * What AWS would have said at each morning's collection, up to `now`: the day before in part, and all of it a day
 * later. A day's costs depend on its date and the seed alone, but for one that is out of the usual.
 */
export function demoReadings(now: number, seed = DEMO_SEED): CostReading[] {
  const today = now - (now % DAY);
  const days = Array.from({ length: DAYS }, (_, back) => today - (DAYS - back) * DAY);
  return days
    .flatMap((day) => [readingOf(day, 1, today, seed), readingOf(day, 2, today, seed)])
    .filter(({ collected_at }) => collected_at <= now)
    .sort((a, b) => a.collected_at - b.collected_at);
}

/** A day as it is read so many mornings later. */
function readingOf(day: number, later: 1 | 2, today: number, seed: string): CostReading {
  const date = new Date(day).toISOString().slice(0, 10);
  const random = createRandom(`${seed} costs ${date}`);
  const busy = today - day === BUSY_DAY * DAY ? 4 : 1;
  const share = later === 1 ? PARTIAL : 1;
  const usage = USUAL.map((one) => ({ one, quantity: quantityOf(one, day, random, busy) * share }));
  const charges = usage.map(({ one, quantity }) => lineOf(one, 'charge', quantity));
  return {
    date,
    source: 'demo',
    scope: 'demo',
    estimated: date.slice(0, 7) === new Date(today).toISOString().slice(0, 7),
    collected_at: day + later * DAY + COLLECTED,
    by_region: charges,
    by_usage_type: charges,
    apart: date.endsWith('-01') ? monthly(random) : [],
    own: usage.map(({ one, quantity }) => lineOf(one, 'charge', quantity * one.own)),
  };
}

/** Storage and alarms know no weekend. */
function quantityOf({ unit, quantity }: Usage, day: number, random: Random, busy: number): number {
  const drawn = quantity * (0.93 + random.next() * 0.14);
  if (['GB-Mo', 'Alarms', 'Secrets'].includes(unit)) return quantity;
  return drawn * WEEKDAYS[new Date(day).getUTCDay()]! * (unit === 'GB' ? busy : 1);
}

function lineOf(
  { own: _, price, unit, quantity: __, ...place }: Usage,
  record_type: RecordType,
  quantity: number,
): CostLine {
  const amount = (quantity * price).toFixed(10);
  return {
    ...place,
    record_type,
    currency: 'USD',
    amount,
    amortized: amount,
    usage_quantity: quantity.toFixed(10),
    usage_unit: unit,
  };
}

/** On the first: tax, and a credit that is used up a little. */
function monthly(random: Random): CostLine[] {
  const plain = { region: null, usage_type: null, currency: 'USD', usage_quantity: null, usage_unit: null };
  const of = (service: string, record_type: RecordType, amount: string) => ({
    ...plain,
    service,
    record_type,
    amount,
    amortized: amount,
  });
  return [
    of('Tax', 'tax', (14 + random.next()).toFixed(10)),
    of('AWS Lambda', 'credit', (-1.5 - random.next()).toFixed(10)),
  ];
}
