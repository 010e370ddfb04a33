/**
 * List prices of us-east-1 in US dollars, without any free tier, and where they were read in November 2026. They
 * were read in stored copies of AWS's pages (Lambda, CloudWatch, X-Ray) and in other people's tables of 2026 (SQS, S3);
 * /tmp, Secrets Manager and API Gateway are from memory, and of EventBridge tables disagree. None was seen in an account: compare before you rely on them.
 */
export const PRICES = {
  /** https://aws.amazon.com/s3/pricing/, S3 Standard: a thousand PUT, COPY, LIST; a thousand GET, HEAD; a GB-month. */
  s3Write: 0.005 / 1e3,
  s3Read: 0.0004 / 1e3,
  s3Storage: 0.023,
  /** https://aws.amazon.com/lambda/pricing/, arm64: a call; a GB-second; a GB-second of /tmp above 512 MB. */
  call: 0.2 / 1e6,
  gbSecond: 0.000_013_333_4,
  temporaryGbSecond: 0.000_000_030_9,
  /** https://aws.amazon.com/sqs/pricing/: a request of up to 64 KB. */
  sqsStandard: 0.4 / 1e6,
  sqsFifo: 0.5 / 1e6,
  /** https://aws.amazon.com/eventbridge/pricing/: an event of S3, which is asked for; some tables call it free. */
  event: 1 / 1e6,
  /** https://aws.amazon.com/cloudwatch/pricing/: a metric of an alarm, a dashboard, a GB of logs taken in. */
  alarmMetric: 0.1,
  dashboard: 3,
  /** The same: a metric of one's own for a month, by the hours in which it has values. */
  ownMetric: 0.3,
  logGb: 0.5,
  logStorageGb: 0.03,
  /** https://aws.amazon.com/xray/pricing/: a recorded trace. */
  trace: 5 / 1e6,
  /** https://aws.amazon.com/secrets-manager/pricing/: a secret for a month. */
  secret: 0.4,
  /** https://aws.amazon.com/api-gateway/pricing/: a request of an HTTP API. */
  apiRequest: 1 / 1e6,
  /** https://aws.amazon.com/aws-cost-management/pricing/: a page of an answer of Cost Explorer's API. */
  costCall: 0.01,
} as const;
