import * as z from 'zod';
import {
  addressRanges,
  bucketName,
  folder,
  json,
  listOf,
  oneOf,
  oneOfNumbers,
  positiveNumber,
  text,
  wholeNumber,
} from './setting-forms.ts';

const SOURCE_FORM = 'a JSON list of {"bucket", "prefix", "kind": "standard" or "realtime"}';

/** A bucket that logs are delivered to by somebody else. It is only read. */
const sourceBucket = z.strictObject(
  {
    bucket: bucketName(),
    /** In front of the keys; a plain text, it need not end in a slash. */
    prefix: text(/^[^*?${}]*$/, SOURCE_FORM).default(''),
    kind: oneOf('standard', 'realtime').default('standard'),
  },
  SOURCE_FORM,
);
export type SourceBucket = z.infer<typeof sourceBucket>;

/**
 * Context keys of the AWS application, from `cdk.json` and `-c`. Those that reach a function keep their names in its
 * environment. The table in the guide is made from these descriptions.
 */
export const APP_SETTINGS = z.object({
  BACKBONE_NAME: text(/^[a-z][a-z0-9-]{0,19}$/, 'up to 20 lower-case letters, digits and dashes')
    .default('backbone')
    .describe(
      'in front of the names of stacks, buckets and alarms: two names are two systems in one account',
    ),
  BACKBONE_ACCOUNT: text(/^\d{12}$/, 'the 12 digits of an account')
    .optional()
    .describe("the account to deploy to; without it, that of the caller's credentials"),
  BACKBONE_REGION: text(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as eu-west-1')
    .optional()
    .describe("the region to deploy to; without it, that of the caller's configuration"),
  BACKBONE_DISTRIBUTIONS: listOf(
    /^E[A-Z0-9]{6,20}$/,
    'ids of CloudFront distributions (E…), separated by commas',
  )
    .default([])
    .describe('existing distributions whose logs are delivered here; needs `BACKBONE_REGION`'),
  BACKBONE_LOG_FORMAT: oneOf('w3c', 'json').default('w3c').describe('how CloudFront writes these logs'),
  BACKBONE_VISITORS: oneOf('hashed', 'off')
    .default('hashed')
    .describe(
      'whether addresses are delivered (`c-ip`), to be hashed and to go with the originals; `off` leaves them out at the source',
    ),
  BACKBONE_SOURCE_BUCKETS: json(z.array(sourceBucket, SOURCE_FORM))
    .default([])
    .describe('buckets with older logs, or real-time logs through Firehose: listed and read, never changed'),
  BACKBONE_EXISTING_DATA_BUCKET: bucketName()
    .optional()
    .describe('a bucket to keep the data in; without it, one is made. `doctor` checks it'),
  BACKBONE_DATA_PREFIX: folder().default('').describe('folder of the data in an existing bucket'),
  BACKBONE_ROOT: oneOf('cache', 'admin')
    .default('cache')
    .describe('the first folder of every key of the data'),
  BACKBONE_RAW_RETENTION_DAYS: wholeNumber(2, 3_650)
    .default(90)
    .describe('days after which rows of requests are deleted; sums stay'),
  BACKBONE_ARCHIVE_RETENTION_DAYS: wholeNumber(1, 3_650)
    .default(14)
    .describe('days after which delivered log objects, which hold addresses, are deleted'),
  BACKBONE_LOG_RETENTION_DAYS: oneOfNumbers(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365)
    .default(30)
    .describe("days that the functions' own logs are kept"),
  BACKBONE_EXCLUDE_ADDRESSES: addressRanges()
    .optional()
    .describe('addresses and CIDR ranges whose requests are not counted'),
  BACKBONE_LOG_LEVEL: oneOf('debug', 'info', 'warn', 'error')
    .default('info')
    .describe('what the functions log'),
  BACKBONE_INGEST_CONCURRENCY: wholeNumber(2, 1_000)
    .default(10)
    .describe('log objects that are read at the same time, at most'),
  BACKBONE_API_RATE: wholeNumber(1, 10_000)
    .default(100)
    .describe(
      'requests that the API takes in a second, and twice as many at once; more are answered 429. It bounds what a stranger can cost',
    ),
  BACKBONE_DASHBOARD_DOMAIN: text(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'a host name')
    .optional()
    .describe("host name of the dashboard; without it, CloudFront's own. Needs the certificate"),
  BACKBONE_DASHBOARD_CERTIFICATE: text(
    /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/,
    'the ARN of a certificate in us-east-1',
  )
    .optional()
    .describe('its certificate'),
  BACKBONE_ALARM_EMAIL: z
    .email('an e-mail address')
    .optional()
    .describe('who is told of alarms; more can subscribe to the topic'),
  BACKBONE_FRESHNESS_HOURS: wholeNumber(1, 168)
    .default(24)
    .describe('hours without a delivered log object after which an alarm is raised'),
  BACKBONE_DAILY_COST_LIMIT: positiveNumber()
    .default(1)
    .describe("US dollars that the functions' compute time may cost in a day before an alarm is raised"),
  BACKBONE_COSTS: oneOf('daily', 'off')
    .default('daily')
    .describe(
      'whether what AWS bills is collected every day ([costs](costs.md)): at $0.01 a call, some cents in a month',
    ),
  BACKBONE_COST_EXPORT: text(
    /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[^*?${}]*)?$/,
    's3://<bucket>[/<beginning of the keys>]',
  )
    .optional()
    .describe(
      'where an AWS Data Export (FOCUS 1.2 or CUR 2.0) is delivered: it is read instead of asking Cost Explorer',
    ),
  BACKBONE_SCAN_LIMIT_GB: wholeNumber(1, 10_000)
    .default(10)
    .describe('what one SQL query may read, in GB; Athena costs about $5 per 1,000'),
  BACKBONE_SQL_FIRST_DAY: text(/^\d{4}-\d{2}-\d{2}$/, 'a day such as 2024-01-01')
    .default('2024-01-01')
    .describe('the first day that SQL queries find'),
});
export type AppSettings = z.infer<typeof APP_SETTINGS>;

/** A setting that can't be used: the message names it and the accepted form. */
export class BadSetting extends Error {
  override readonly name = 'BadSetting';
}

/** Checks all context keys that begin with `BACKBONE_`. Throws BadSetting with every fault in one message. */
export function readAppSettings(context: Readonly<Record<string, unknown>>): AppSettings {
  const given = Object.entries(context).filter(([name]) => name.startsWith('BACKBONE_'));
  const read = APP_SETTINGS.strict().superRefine(fitTogether).safeParse(Object.fromEntries(given));
  if (read.success) return read.data;
  throw new BadSetting([...new Set(read.error.issues.flatMap(faults))].join('\n'));
}

type Issue = z.core.$ZodIssue;

function faults(issue: Issue): string[] {
  if (issue.code === 'unrecognized_keys' && issue.path.length === 0)
    return issue.keys.map((key) => `${key}: there is no such setting; there are ${NAMES.join(', ')}`);
  return [`${String(issue.path[0])}: accepted is ${issue.message}`];
}

const NAMES = Object.keys(APP_SETTINGS.shape);

/** What one setting asks of another. */
function fitTogether(settings: AppSettings, context: z.core.$RefinementCtx<AppSettings>): void {
  const refuse = (name: keyof AppSettings, message: string) =>
    context.addIssue({ code: 'custom', path: [name], message });
  if (settings.BACKBONE_DISTRIBUTIONS.length > 0 && settings.BACKBONE_REGION === undefined)
    refuse('BACKBONE_REGION', 'a region such as eu-west-1, needed with BACKBONE_DISTRIBUTIONS');
  if (settings.BACKBONE_DATA_PREFIX !== '' && settings.BACKBONE_EXISTING_DATA_BUCKET === undefined)
    refuse('BACKBONE_DATA_PREFIX', 'a folder only with BACKBONE_EXISTING_DATA_BUCKET');
  const { BACKBONE_DASHBOARD_DOMAIN: domain, BACKBONE_DASHBOARD_CERTIFICATE: certificate } = settings;
  if (domain !== undefined && certificate === undefined)
    refuse('BACKBONE_DASHBOARD_CERTIFICATE', 'the ARN of a certificate in us-east-1, needed with the domain');
  if (certificate !== undefined && domain === undefined)
    refuse('BACKBONE_DASHBOARD_DOMAIN', 'a host name, needed with the certificate');
}
